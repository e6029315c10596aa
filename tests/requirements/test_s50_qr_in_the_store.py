"""S50: the QR on the shelf adds the thing, and the store it hangs in, to the cart."""

import pytest

from tests.carts.world import guest_api, make_shop, make_store


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["link", "fields"])
def test_a_scan_adds_sku_and_store(form: str):
    # given a store with a QR beside a dress
    shop = make_shop()
    shop.sell("DRESS-10", 4999)
    store = make_store("harbour")
    guest = guest_api()
    # when a customer scans it
    link = "https://marram.example/s?sku=DRESS-10&store=harbour"
    body = {"code": link} if form == "link" else {"code": "DRESS-10", "store": str(store.pk)}
    cart = guest.post("/cart/scan", body).json()
    # then the line has the thing and the store: where it was added, and where it is picked up
    (line,) = cart["lines"]
    assert (line["sku"], line["added"]["store_id"], line["added"]["channel"]) == ("DRESS-10", str(store.pk), "web")
    assert line["fulfilment"] == {"kind": "pickup", "store_id": str(store.pk)}
    assert cart["fulfilment"]["places"][0]["name"] == "Harbour"
    # an unknown store or code changes nothing
    refused = guest.post("/cart/scan", {"code": "DRESS-10", "store": "nowhere"})
    assert (refused.status_code, refused.json()["code"]) == (422, "store_unknown")
    assert guest.get("/cart").json()["version"] == cart["version"]
