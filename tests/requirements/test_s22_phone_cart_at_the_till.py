"""S22, B5: a cart goes from the phone to the till and back by a code that works once, expires and is audited."""

from datetime import timedelta

import pytest

from carts.models import CartHandoff
from omnichannel.kernel.clock import now
from tests.carts.world import guest_api, make_person, make_shop, make_store, make_till

pytestmark = pytest.mark.django_db


def test_the_phones_cart_opens_at_the_till_and_comes_back():
    # given a customer's cart on the phone
    shop = make_shop()
    shop.sell("DRESS-10", 4999)
    person, till = make_person(), make_till(make_store("harbour"))
    cart = person.api.add("DRESS-10").json()["id"]
    # when the till, with nobody signed in on it, scans the phone's QR
    code = person.api.post("/cart/handoff").json()["code"]
    assert till.device_api.get(f"/carts/{cart}").status_code == 404
    opened = till.device_api.post("/handoffs/redeem", {"code": code}).json()["cart"]
    # then it is that very cart
    assert (opened["id"], opened["item_count"]) == (cart, 1)
    till.device_api.add("DRESS-10", path=f"/carts/{cart}")
    # and it goes back to the phone the same way
    back = till.device_api.post(f"/carts/{cart}/handoff").json()["code"]
    assert person.api.post("/handoffs/redeem", {"code": back}).json()["cart"]["item_count"] == 2
    # each code once, whoever asks
    for used in (code, back):
        answer = guest_api().post("/handoffs/redeem", {"code": used})
        assert (answer.status_code, answer.json()["code"]) == (409, "handoff_used")
    # who, where and when stand in the history
    handed = [entry for entry in person.api.get("/cart/history").json()["items"] if entry["name"] == "cart.handed_off"]
    assert [(entry["data"]["from_channel"], entry["channel"], entry["device_id"]) for entry in handed] == [
        ("tablet", "mobile", None),
        ("mobile", "tablet", str(till.device.pk)),
    ]


def test_a_code_ends_after_two_minutes():
    person = make_person()
    person.api.post("/cart")
    made = person.api.post("/cart/handoff").json()
    row = CartHandoff.objects.get()
    assert row.expires_at - row.created_at == timedelta(minutes=2)
    CartHandoff.objects.update(expires_at=now())
    answer = person.api.post("/handoffs/redeem", {"code": made["code"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "handoff_expired")
