"""P15: guest orders attach when the email is later confirmed; addresses; social log-in; MFA for staff.

Social log-in has its own test against a real provider: tests/customers/test_social.py; staff: tests/accounts.
"""

import re
from urllib.parse import unquote

import pytest

from campaigns.messages.models import Message
from omnichannel.events.services.delivering import deliver_due
from tests.customers.factories import PASSWORD
from tests.fixtures.auth import ApiClient
from tests.orders.shop import checkout, fill, for_pickup, guest, stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db
EMAIL = "suzie@example.com"


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
