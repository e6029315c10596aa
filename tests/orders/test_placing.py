"""A cart becomes an order."""

import pytest

from omnichannel.events.models import Event
from orders.models import Order
from tests.orders.shop import StoreFactory, checkout, fill, for_pickup, guest, level, stocked

pytestmark = pytest.mark.django_db


def test_a_guest_places_an_order_for_pickup_and_its_units_are_held():
    # given a guest with two of a dress, to be picked up
    store = StoreFactory()
    dress = stocked(store, on_hand=5, price=4900)
    api = guest()
    fill(api, (dress, 2))
    for_pickup(api, store)
    # when they check out without paying yet
    answer = checkout(api)
    # then the order stands, unpaid, and two units are held
    assert answer.status_code == 201, answer.content
    order = answer.json()
    assert (order["status"], order["payment_status"]) == ("placed", "unpaid")
    assert order["totals"]["total"] == {"amount_minor": 9800, "currency": "USD"}
    assert [(line["sku"], line["quantity"]) for line in order["lines"]] == [(dress.sku, 2)]
    assert [(part["kind"], part["status"]) for part in order["fulfilments"]] == [("pickup", "placed")]
    assert level(store, dress) == (5, 2)
    # and the log has the fact, and reading it back gives the same document
    assert Event.objects.filter(name="order.placed", subject_id=order["id"]).count() == 1
    assert api.get(f"orders/{order['id']}").json() == order
    assert Order.objects.get().number == order["number"]
