"""P2: version, ETag and If-Match; problems typed per line, advisory in the cart."""

import pytest

from tests.carts.world import guest_api, make_shop


@pytest.mark.django_db
def test_stale_writes_are_refused_and_problems_name_what_is_left():
    shop = make_shop()
    scarce = shop.sell("SCARCE", 1000, stock=1)
    gone = shop.sell("GONE", 500)
    guest = guest_api()
    guest.add("GONE")
    answer = guest.add("SCARCE", 2)
    assert answer["ETag"] == f'"{answer.json()["version"]}"'
    # 412 on stale, with the version that stands
    stale = guest.delete("/cart/lines", **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["data"]["version"]) == (412, answer.json()["version"])
    # typed, and no obstacle to going on
    scarce.prices.update(amount_minor=900)
    gone.is_active = False
    gone.save()
    cart = guest.put("/cart/note", {"note": "hello"})
    assert cart.status_code == 200
    problems = {
        line["sku"]: {problem["code"]: problem for problem in line["problems"]} for line in cart.json()["lines"]
    }
    assert set(problems["SCARCE"]) == {"insufficient_stock", "price_changed"} and set(problems["GONE"]) == {
        "unavailable"
    }
    assert problems["SCARCE"]["insufficient_stock"]["available"] == 1
    assert problems["SCARCE"]["price_changed"]["was"] == {"amount_minor": 1000, "currency": "USD"}
