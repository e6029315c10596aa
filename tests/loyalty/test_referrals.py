"""Referrals through the order's life: waiting, given back, taken back by each policy, and what terms refuse."""

from datetime import timedelta
from typing import Any

import pytest

from customers.services.merging import merge_customers
from loyalty.models import Account, ReferralUse
from loyalty.services.membership import enrol, make_enrol_token
from loyalty.services.qualifying import qualify_due
from loyalty.services.spending import spend
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import ProgrammeFactory
from tests.loyalty.member_factories import TermsFactory, event_rule
from tests.requirements.world import World, add, check_out, refused, said, staff_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


class Shop:
    def __init__(self, **terms: Any) -> None:
        ProgrammeFactory()
        self.terms = TermsFactory(**terms)
        self.world = World.build()
        self.till = self.world.till
        self.world.sell("GLOVES", 3900, stock=100)
        self.world.sell("SCARF", 2000, stock=100)
        self.owner = CustomerFactory(first_name="Suzie", email="suzie@example.org")
        self.code = enrol(customer_id=self.owner.pk, by=SYSTEM, at=now()).member.referral_code

    def cart(self, email: str, code: str = "", *skus: str) -> tuple[str, Any]:
        path = self.world.walk_in(self.till)
        for sku in skus or ("GLOVES",):
            add(self.till, sku, path=path)
        said(self.till.put_json(f"{path}/contact", {"email": email}))
        return path, said(self.till.post_json(f"{path}/codes", {"code": code or self.code}))

    def buy(self, email: str, *skus: str) -> Any:
        path, _ = self.cart(email, "", *skus)
        order = check_out(self.till, {"provider": "cash"}, path=path)
        deliver_due()
        return said(self.till.get_json(f"/orders/{order['id']}"))

    def bring_back(self, order: Any, position: int = 0) -> None:
        line = order["lines"][position]["id"]
        said(self.till.post_json(f"/orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1}]}), 201)
        deliver_due()

    def credit(self, customer_id: Any = None) -> tuple[int, int]:
        """What may be spent, and what is owed."""
        account = Account.objects.filter(customer_id=customer_id or self.owner.pk, unit="credit:USD").first()
        return (account.balance, account.debt) if account else (0, 0)


@pytest.mark.parametrize(("policy", "left"), [("debt", (0, 500)), ("within_balance", (0, 0)), ("write_off", (0, 0))])
def test_what_was_spent_of_a_voucher_goes_by_the_terms(policy: str, left: tuple[int, int]):
    # given a rewarded referral of which the member spent five dollars
    shop = Shop(clawback=policy)
    order = shop.buy("finn@example.com")
    spend(
        customer_id=shop.owner.pk,
        unit="credit:USD",
        amount=500,
        key="k",
        order_id=uuid7(),
        cart_id=None,
        by=SYSTEM,
        at=now(),
    )
    # when the gloves come back, told twice
    shop.bring_back(order)
    # then the rest is taken from both, and the five dollars go by the policy
    assert shop.credit() == left
    use = ReferralUse.objects.get()
    assert use.state == "clawed_back"
    assert use.taken_back["member"] == {"taken_minor": 1000, "debt_minor": left[1]}
    assert use.taken_back["friend"] == {"taken_minor": 1500, "debt_minor": 0}


def test_a_return_that_leaves_enough_changes_nothing():
    shop = Shop(minimum_minor=2500)
    order = shop.buy("finn@example.com", "GLOVES", "SCARF")
    scarf = next(place for place, line in enumerate(order["lines"]) if line["sku"] == "SCARF")
    shop.bring_back(order, scarf)
    assert shop.credit() == (1500, 0)
    shop.bring_back(order, 1 - scarf)
    assert shop.credit() == (0, 0)


def test_it_waits_for_the_return_window_and_counts_when_the_goods_were_kept():
    shop = Shop(qualifies="after_days", qualify_days=14)
    kept, returned = shop.buy("finn@example.com"), shop.buy("mia@example.com")
    assert shop.credit() == (0, 0)
    shop.bring_back(returned)
    assert qualify_due(by=SYSTEM, at=now() + timedelta(days=13)) == 0
    assert qualify_due(by=SYSTEM, at=now() + timedelta(days=15)) == 1
    assert qualify_due(by=SYSTEM, at=now() + timedelta(days=15)) == 0
    assert shop.credit() == (1500, 0) == shop.credit(kept["customer_id"])
    assert ReferralUse.objects.get(order_id=returned["id"]).reasons == ["returned"]


def test_an_order_that_comes_to_nothing_gives_the_code_back():
    # given an order with the code that is not paid
    shop = Shop()
    path, _ = shop.cart("finn@example.com")
    said(shop.till.put_json(f"{path}/fulfilment", {"kind": "pickup", "store_id": str(shop.world.harbour.pk)}))
    order = check_out(shop.till, path=path)
    assert ReferralUse.objects.get().state == "claimed"
    # when it is cancelled
    said(shop.till.post_json(f"/orders/{order['id']}/cancel", {"reason": "No"}))
    deliver_due()
    # then nobody got anything, and the friend may use a code again
    assert ReferralUse.objects.get().state == "released"
    assert shop.cart("finn@example.com")[1]["codes"][0]["applied"]
    assert shop.credit() == (0, 0)


@pytest.mark.parametrize(
    ("terms", "email", "words"),
    [
        ({"is_open": False}, "finn@example.com", "Friends’ codes are not in use at the moment."),
        ({"currency": "EUR"}, "finn@example.com", "This code is for orders in EUR."),
        ({"minimum_minor": 5000}, "finn@example.com", "This code is for first orders of $50.00 or more."),
        ({}, "Suzie+second@example.org", "This is your own code. It is for your friends."),
    ],
)
def test_what_the_terms_exclude_is_said_before_anybody_pays(terms: dict[str, Any], email: str, words: str):
    shop = Shop(**terms)
    _, cart = shop.cart(email)
    assert (cart["codes"][0]["applied"], cart["codes"][0]["reason"]) == (False, words)


def test_two_friends_cannot_invite_each_other():
    # given Finn, who came by Suzie's code and joined
    shop = Shop()
    order = shop.buy("finn@example.com")
    finn = enrol(customer_id=order["customer_id"], by=SYSTEM, at=now()).member
    # when Suzie, who never bought, uses his
    cart = said(shop.till.post_json(f"/customers/{shop.owner.pk}/cart"), 201)
    path = f"/carts/{cart['id']}"
    add(shop.till, "GLOVES", path=path)
    cart = said(shop.till.post_json(f"{path}/codes", {"code": finn.referral_code}))
    assert cart["codes"][0]["reason"] == "You invited this friend yourself, so their code cannot count for you."


def test_a_guest_is_never_told_whether_an_address_bought_here():
    # given somebody who bought here, and a stranger who types their address on the website
    shop = Shop()
    path = shop.world.walk_in(shop.till)
    add(shop.till, "GLOVES", path=path)
    said(shop.till.put_json(f"{path}/contact", {"email": "olga@example.com"}))
    check_out(shop.till, {"provider": "cash"}, path=path)
    deliver_due()
    told = {shop.cart(email)[1]["codes"][0]["reason"] for email in ("olga@example.com", "new@example.com")}
    # then both are answered alike, and the old customer's order earns nothing
    assert len(told) == 1
    shop.buy("olga@example.com")
    assert ReferralUse.objects.get().reasons == ["existing_customer"]
    assert shop.credit() == (0, 0)


def test_many_friends_in_a_short_time_wait_for_a_person_who_may_refuse():
    shop = Shop(velocity_limit=2)
    for name in ("a", "b", "c"):
        shop.buy(f"{name}@example.com")
    assert shop.credit() == (3000, 0)
    use = ReferralUse.objects.get(state="flagged")
    assert use.reasons == ["velocity"]
    staff = staff_of(is_superuser=True)
    said(staff.post_json(f"/loyalty/referrals/{use.pk}/refuse", {"note": "A made-up person"}))
    assert said(staff.get_json("/loyalty/referrals?state=refused"))["items"][0]["decision"] == "A made-up person"
    refused(staff.get_json("/loyalty/referrals?state=odd"), 422, "state_unknown")
    refused(staff.post_json(f"/loyalty/referrals/{uuid7()}/approve", {"note": "?"}), 404, "not_found")
    assert shop.credit() == (3000, 0)
    assert Event.objects.filter(name="referral.flagged").count() == 1


def test_membership_codes_and_vouchers_go_with_a_merge_and_the_old_code_works_on():
    shop = Shop()
    twin = CustomerFactory(first_name="Suzie", email="sue@example.org")
    merge_customers(from_id=shop.owner.pk, to_id=twin.pk, reason="One person", by=SYSTEM, at=now())
    shop.buy("finn@example.com")
    assert shop.credit(twin.pk) == (1500, 0)
    seen = said(shop.till.get_json(f"/customers/{shop.owner.pk}/loyalty"))
    assert (seen["referral"]["code"], seen["credit"]["amount_minor"]) == (shop.code, 1500)


def test_an_associate_enrols_and_others_may_not():
    shop = Shop()
    event_rule("sign_up", 20)
    customer = CustomerFactory()
    body = {"customer_id": str(customer.pk)}
    first = said(shop.till.post_json("/loyalty/enrol", body))
    assert (first["is_new"], first["bonus_points"], first["points"]["active"]) == (True, 20, 20)
    assert said(shop.till.post_json("/loyalty/enrol", body))["is_new"] is False
    assert shop.world.web.post_json("/loyalty/enrol", body).status_code == 403
    refused(key_api("customers:read").post_json("/loyalty/enrol", body), 403, "scope_missing")
    fact = Event.objects.get(name="member.enrolled", identity_id=customer.pk)
    assert (fact.data["source"], fact.associate_id) == ("store", shop.world.maya.pk)


def test_an_invitation_ends_after_four_hundred_days():
    shop = Shop()
    old = make_enrol_token(customer_id=None, source="postcard", reference="p", at=now() - timedelta(days=401))
    refused(shop.world.web.post_json("/me/loyalty/enrol", {"token": old}), 422, "enrol_token_expired")
