"""P15: guest orders attach when the email is later confirmed; addresses; social log-in; MFA for staff.

Social log-in has its own test against a real provider: tests/customers/test_social.py; staff: tests/accounts.
"""

import re
from urllib.parse import unquote
from uuid import UUID

import pytest

from campaigns.messages.models import Message
from customers.models import Customer, Identity
from customers.queries.identities import identity_ids_of
from customers.queries.timeline import Wanted, list_timeline
from omnichannel.events.models import Event
from omnichannel.events.services.delivering import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from orders.services.attaching import adopt_guest_order, attach_guest_orders
from tests.customers.factories import PASSWORD, CustomerFactory
from tests.fixtures.auth import ApiClient
from tests.orders import test_stripe
from tests.orders.shop import checkout, fill, for_pickup, guest, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db
EMAIL = "suzie@example.com"
stripe = test_stripe.stripe  # the fixture: a server that speaks Stripe's protocol


def test_an_order_placed_as_a_guest_is_the_customers_once_they_prove_the_address():
    # given an order placed as a guest, and one of somebody else
    store = StoreFactory()
    jumper = stocked(store)
    numbers = {}
    for email in (EMAIL, "other@example.com"):
        api = guest()
        fill(api, (jumper, 1))
        for_pickup(api, store)
        answer = checkout(api, email=email)
        assert answer.status_code == 201, answer.content
        numbers[email] = answer.json()["number"]
    deliver_due()
    # when its buyer signs up with that address
    app = ApiClient()
    signed_up = app.post_json("/_allauth/app/v1/auth/signup", {"email": EMAIL.upper(), "password": PASSWORD})
    assert signed_up.status_code == 401
    token = signed_up.json()["meta"]["session_token"]
    # then nothing is theirs before the address is proven
    assert ApiClient({"X-Session-Token": token}).get_json("/orders").status_code == 401
    deliver_due()
    # and with it the order is, and no other
    key = unquote(re.search(r"key=([^\s]+)", Message.objects.get(template_key="verify_email").text).group(1))
    verified = app.post_json("/_allauth/app/v1/auth/email/verify", {"key": key}, X_Session_Token=token)
    assert verified.status_code == 200, verified.content
    deliver_due()
    mine = ApiClient({"X-Session-Token": verified.json()["meta"].get("session_token", token)}).get_json("/orders")
    assert mine.status_code == 200, mine.content
    assert [order["number"] for order in mine.json()["items"]] == [numbers[EMAIL]]


@pytest.mark.django_db(transaction=True)
def test_all_of_a_guests_first_order_is_on_their_timeline(stripe):
    """Also what happened before anybody had made a record of them, and from whichever browser."""
    # given an order by card, confirmed and paid before any reaction to it ran
    store = StoreFactory()
    api = guest()
    fill(api, (stocked(store, price=4900), 1))
    for_pickup(api, store)
    payment = {"provider": "stripe", "method": {"token": "pm_card_visa"}}
    order = checkout(api, payment, email=EMAIL).json()
    assert order["status"] == "confirmed"
    order_id = UUID(order["id"])
    facts = Event.objects.filter(subject_id=order_id)
    assert set(facts.values_list("identity_id", flat=True)) == {order_id}
    # when the reactions run, twice
    deliver_due()
    adopt_guest_order(order_id=order_id, by=SYSTEM, at=now())
    deliver_due()
    # then it is whole on the new record's timeline, each step once
    suzie = Customer.objects.get(email=EMAIL)
    names = [event.name for event in list_timeline(identity_ids_of(suzie.pk), Wanted(limit=50))]
    for name in ("order.placed", "payment.captured", "order.confirmed", "order.attached"):
        assert names.count(name) == 1, names
    # and goes with them when the orders turn out to be somebody else's
    proven = CustomerFactory(email="")
    attach_guest_orders(customer_id=proven.pk, email=EMAIL, by=SYSTEM, at=now())
    assert Identity.objects.get(pk=order_id).customer_id == proven.pk


def test_an_order_of_nobody_is_on_nobodys_timeline():
    # given a walk-in who left no address
    store = StoreFactory()
    api = till(store)
    cart = walk_in(api, (stocked(store, price=1000), 1))
    body = {"expected_total": api.get(cart).json()["totals"]["total"], "payments": [{"provider": "cash"}]}
    order = api.post(f"{cart}/checkout", body).json()
    deliver_due()
    assert Order.objects.get(pk=order["id"]).customer_id is None
    assert not Identity.objects.filter(pk=order["id"]).exists() and not Customer.objects.exists()
