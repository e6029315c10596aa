"""P3: wish lists and saved for later, shareable, on every channel."""

import pytest

from tests.carts.world import Api, make_person, make_shop, make_store, make_till


@pytest.mark.django_db
def test_hearted_on_the_phone_seen_on_the_tablet_shared_with_a_friend():
    shop = make_shop()
    shop.sell("A", 1000)
    shop.sell("B", 1000)
    person, till = make_person(), make_till(make_store("harbour"))
    browser = Api()
    browser.client.cookies["sessionid"] = person.api.headers["X-Session-Token"]
    wished = person.api.post("/wish-lists", {"name": "Birthday"}).json()
    person.api.post(f"/wish-lists/{wished['id']}/items", {"sku": "A"})
    till.api.post(f"/customers/{person.id}/wish-lists/{wished['id']}/items", {"sku": "B"})
    web = browser.get(f"/wish-lists/{wished['id']}").json()
    assert [(item["sku"], item["channel"]) for item in web["items"]] == [("B", "tablet"), ("A", "mobile")]
    token = person.api.post(f"/wish-lists/{wished['id']}/share").json()["token"]
    assert len(Api().get(f"/shared-lists/{token}").json()["items"]) == 2
    # saved for later on the till, back in the cart on the phone
    cart = person.api.add("A", 2).json()
    line = cart["lines"][0]["id"]
    assert till.api.post(f"/carts/{cart['id']}/lines/{line}/save-for-later").json()["lines"] == []
    saved = next(each for each in person.api.get("/wish-lists").json()["items"] if each["kind"] == "saved")
    item = person.api.get(f"/wish-lists/{saved['id']}").json()["items"][0]["id"]
    assert person.api.post(f"/wish-lists/{saved['id']}/items/{item}/move-to-cart").json()["item_count"] == 2
