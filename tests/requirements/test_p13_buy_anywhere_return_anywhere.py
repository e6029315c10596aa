"""P13 (first part) and B2: bought on the web, returned in another store; channel and people stand on both."""

import pytest

from orders.models import OrderLine, Return
from tests.orders.shop import checkout, fill, for_shipping, guest, level, stocked, till
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_bought_on_the_web_and_given_back_in_another_store():
    # given a hat bought on the web, sent from one store
    here, there = StoreFactory(), StoreFactory(ships=False)
    hat = stocked(here, price=2000)
    api = guest()
    fill(api, (hat, 1))
    for_shipping(api)
    order = checkout(api).json()
    sender, desk = till(here), till(there)
    sender.post(f"orders/{order['id']}/payments", {"provider": "terminal"})
    part = order["fulfilments"][0]["id"]
    sender.post(f"fulfilments/{part}/ship", {"carrier": "UPS", "tracking_number": "1Z"})
    # when it is given back in another store
    body = {
        "lines": [{"line_id": order["lines"][0]["id"], "quantity": 1, "reason": "changed_mind", "condition": "as_new"}]
    }
    after = desk.post(f"orders/{order['id']}/returns", body)
    assert after.status_code == 201, after.content
    # then that store has it, the tender has its money back (with the way it came, for nothing is left),
    assert (level(here, hat), level(there, hat)) == ((9, 0), (1, 0))
    assert after.json()["totals"]["refunded"]["amount_minor"] == 2500
    # and who sold and who took it back are both known
    made, line = Return.objects.get(), OrderLine.objects.get()
    assert (line.channel, line.device_id) == ("web", None)
    assert (made.channel, made.store_id, made.device_id, made.associate_id) == (
        "tablet",
        there.id,
        desk.device.id,
        desk.associate.id,
    )
