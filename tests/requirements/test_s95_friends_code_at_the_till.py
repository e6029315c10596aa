"""S95, S96: the till redeems a friend's code, and both get a $15 voucher, once. S89: the code the mail carries."""

from datetime import timedelta
from uuid import UUID

import pytest

from loyalty.queries.referrals import code_of
from loyalty.services.membership import enrol
from loyalty.services.qualifying import qualify_due
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import ProgrammeFactory
from tests.loyalty.member_factories import TermsFactory
from tests.requirements.world import World, add, check_out, refused, said, staff_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(world: World) -> World:
    ProgrammeFactory()
    TermsFactory()
    world.sell("GLOVES", 3900)
    world.sell("DRESS-10", 8900)
    enrol(customer_id=world.suzie.pk, by=SYSTEM, at=now())
    return world


def code(shop: World) -> str:
    return said(shop.web.get_json("/me/loyalty"))["referral"]["code"]


def walk_in(shop: World, email: str, *codes: str, sku: str = "GLOVES") -> tuple[str, dict]:
    path = shop.walk_in(shop.till)
    add(shop.till, sku, path=path)
    said(shop.till.put_json(f"{path}/contact", {"email": email}))
    cart = {}
    for each in codes:
        cart = said(shop.till.post_json(f"{path}/codes", {"code": each}))
    return path, cart


def credit(shop: World, customer_id) -> int:
    return said(shop.till.get_json(f"/customers/{customer_id}/loyalty"))["credit"]["amount_minor"]


def pay(shop: World, path: str) -> dict:
    order = check_out(shop.till, {"provider": "cash"}, path=path)
    deliver_due()
    return said(shop.till.get_json(f"/orders/{order['id']}"))


def test_a_friend_at_the_till_and_both_get_fifteen_dollars_once(shop: World):
    # given Suzie's code, spoken at the till as people speak it
    spoken = code(shop).lower().replace("-", " ")
    # when her friend buys gloves with it
    path, cart = walk_in(shop, "finn@example.com", spoken)
    assert cart["codes"] == [
        {
            "code": code(shop),
            "applied": True,
            "reason": "You both get a $15.00 voucher once this order is confirmed.",
            "label": "A friend’s code",
        }
    ]
    assert cart["totals"]["total"]["amount_minor"] == 3900
    order = pay(shop, path)
    # then both have a voucher, and telling it again gives no more
    friend = order["customer_id"]
    assert (credit(shop, shop.suzie.pk), credit(shop, friend)) == (1500, 1500)
    mine = said(shop.web.get_json("/me/loyalty"))["referral"]
    assert (mine["rewarded"], mine["pending"]) == (1, 0)
    # and the friend's second order with a code is refused in plain words, before anybody pays
    _, cart = walk_in(shop, "finn@example.com", spoken)
    assert (cart["codes"][0]["applied"], cart["codes"][0]["reason"]) == (
        False,
        "You have used a friend’s code before. It works once.",
    )
    assert (credit(shop, shop.suzie.pk), credit(shop, friend)) == (1500, 1500)


def test_a_return_that_undoes_the_order_takes_both_back_once(shop: World):
    path, _ = walk_in(shop, "finn@example.com", code(shop))
    order = pay(shop, path)
    friend = order["customer_id"]
    assert credit(shop, friend) == 1500
    # when the gloves come back
    line = order["lines"][0]["id"]
    said(shop.till.post_json(f"/orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1}]}), 201)
    deliver_due()
    # then both vouchers are gone, once
    assert (credit(shop, shop.suzie.pk), credit(shop, friend)) == (0, 0)
    told = Event.objects.filter(name="referral.clawed_back")
    assert sorted(told.values_list("identity_id", "data__taken_minor")) == sorted(
        [(shop.suzie.pk, 1500), (UUID(friend), 1500)]
    )


@pytest.mark.parametrize("who", ["own", "old", "guessed", "till"])
def test_codes_that_are_not_for_this_buyer_say_why(shop: World, who: str):
    if who == "own":
        cart = add(shop.web, "DRESS-10")
        cart = said(shop.web.post_json("/cart/codes", {"code": code(shop)}))
        assert cart["codes"][0]["reason"] == "This is your own code. It is for your friends."
    elif who == "old":
        # given somebody who bought here before
        buyer = CustomerFactory(first_name="Olga", email="olga@example.com", source="import")
        cart = said(shop.till.post_json(f"/customers/{buyer.pk}/cart"), 201)
        path = f"/carts/{cart['id']}"
        add(shop.till, "GLOVES", path=path)
        cart = said(shop.till.post_json(f"{path}/codes", {"code": code(shop)}))
        assert cart["codes"][0]["reason"].startswith("This code is for people who are new to us")
    elif who == "guessed":
        path = shop.walk_in(shop.till)
        refused(shop.till.post_json(f"{path}/codes", {"code": "BCDF-GHJK"}), 422, "code_unknown")
        return
    else:
        path = shop.walk_in(shop.till)
        add(shop.till, "GLOVES", path=path)
        cart = said(shop.till.post_json(f"{path}/codes", {"code": code(shop)}))
        assert cart["codes"][0]["reason"].startswith("Log in or give your email address")
    assert cart["codes"][0]["applied"] is False
    assert credit(shop, shop.suzie.pk) == 0


def test_a_shared_till_flags_nobody_and_a_shared_address_waits_for_a_person(shop: World):
    # given Suzie's order at the same tablet, and her address in her book
    path, _ = walk_in(shop, "suzie@example.com")
    pay(shop, path)
    # when a friend buys there, then one who lives where she does
    path, _ = walk_in(shop, "finn@example.com", code(shop))
    pay(shop, path)
    assert credit(shop, shop.suzie.pk) == 1500
    address = {
        "name": "S",
        "line1": "27 Spring Street",
        "city": "Portland",
        "region": "ME",
        "postal_code": "04102",
        "country": "US",
    }
    said(shop.web.post_json("/me/addresses", address), 201)
    mate = CustomerFactory(first_name="Mate", email="mate@example.com")
    said(shop.till.post_json(f"/customers/{mate.pk}/addresses", {**address, "line1": "27 Spring St."}), 201)
    cart = said(shop.till.post_json(f"/customers/{mate.pk}/cart"), 201)
    path = f"/carts/{cart['id']}"
    said(shop.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    add(shop.till, "GLOVES", path=path)
    said(shop.till.post_json(f"{path}/codes", {"code": code(shop)}))
    pay(shop, path)
    # then the second waits, and time alone never rewards it
    assert credit(shop, shop.suzie.pk) == 1500
    assert qualify_due(by=SYSTEM, at=now() + timedelta(days=900)) == 0
    staff = staff_of(is_superuser=True)
    (flagged,) = said(staff.get_json("/loyalty/referrals?state=flagged"))["items"]
    assert flagged["reasons"] == [{"code": "same_address", "title": "Both have the same address"}]
    # when a person lets it count, both are rewarded, once
    said(staff.post_json(f"/loyalty/referrals/{flagged['id']}/approve", {"note": "Flatmates"}))
    again = staff.post_json(f"/loyalty/referrals/{flagged['id']}/approve", {"note": "Flatmates"})
    refused(again, 409, "referral_not_in_review")
    assert (credit(shop, shop.suzie.pk), credit(shop, mate.pk)) == (3000, 1500)


def test_the_code_for_the_confirmation_mail_is_the_members_own(shop: World):
    assert code_of(shop.suzie.pk) == code(shop)
    assert code_of(CustomerFactory().pk) == ""
