"""A guest who lost the mail asks for the link to the order again: it goes to the order's own address and nowhere else."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from campaigns.messages.services.sending import send_due
from omnichannel.kernel.clock import now
from tests.events.tools import deliver_twice
from tests.fixtures.auth import ApiClient
from tests.requirements.world import World, add, check_out, guest_of, refused, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world: World):
    world.sell("DRESS-10", 4999)
    guest = guest_of()
    add(guest, "DRESS-10")
    said(guest.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    return check_out(guest, email="guest@example.com")


def test_the_link_is_mailed_once_and_opens_the_order(order):
    # when the guest asks, in whatever case
    ask = {"number": order["number"].lower(), "email": "Guest@Example.com"}
    assert ApiClient().post_json("/orders/request-link", ask).status_code == 202
    deliver_twice()
    send_due(at=now())
    # then one mail goes to the order's address, with a link that tells how far the order is
    (sent,) = [each for each in mail.outbox if each.to == ["guest@example.com"] and "token=" in each.body]
    token = re.search(r"token=([\w.-]+)", sent.body).group(1)
    assert said(ApiClient().get_json(f"/orders/status/{token}"))["number"] == order["number"]


def test_nobody_learns_which_orders_there_are(order):
    for ask in (
        {"number": order["number"], "email": "other@example.com"},
        {"number": "AAAA-AAAA", "email": "guest@example.com"},
    ):
        answer = ApiClient().post_json("/orders/request-link", ask)
        assert (answer.status_code, answer.content) == (202, b"")
    deliver_twice()
    send_due(at=now())
    assert not [each for each in mail.outbox if "token=" in each.body]
    # and few may be asked for
    cache.clear()
    ask = {"number": order["number"], "email": "guest@example.com"}
    assert [ApiClient().post_json("/orders/request-link", ask).status_code for _ in range(4)] == [202, 202, 202, 429]
    refused(ApiClient().post_json("/orders/request-link", ask), 429, "throttled")
