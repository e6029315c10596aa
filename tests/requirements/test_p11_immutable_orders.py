"""P11 an order is a snapshot: what is sold changes, the order does not; a preview equals what is then charged."""

import pytest

from orders.models import Order, OrderLine
from tests.orders.shop import checkout, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_renaming_and_repricing_do_not_reach_a_placed_order_and_previews_hold_to_the_cent():
    # given an order of three shirts at 10.00 in all but a cent
    store = StoreFactory()
    shirt = stocked(store, price=333)
    desk = till(store)
    order = checkout(desk, {"provider": "cash"}, path=f"{walk_in(desk, (shirt, 3), kind='pickup', store=store)}/checkout").json()
    before = list(OrderLine.objects.values())
    # when the shirt is renamed, repriced and the order is changed and cancelled in part
    shirt.product.name = "Another name"
    shirt.product.save()
    shirt.prices.update(amount_minor=99)
    line = order["lines"][0]["id"]
    preview = desk.post(f"orders/{order['id']}/edits/preview", {"kind": "quantity_down", "line_id": line, "units": 2}).json()
    after = desk.post(f"orders/{order['id']}/edits", {"kind": "quantity_down", "line_id": line, "units": 2}).json()
    # then the words and numbers of the sale stand, the change stands beside them
    names = ("name", "sku", "quantity", "unit_price_minor", "total_minor")
    assert [{n: row[n] for n in names} for row in OrderLine.objects.values()] == [{n: row[n] for n in names} for row in before]
    assert after["totals"]["total"] == order["totals"]["total"]
    assert preview["refund"]["amount_minor"] == 666 == after["totals"]["refunded"]["amount_minor"]
    assert [change["kind"] for change in after["changes"]] == ["cancel"]
    assert Order.objects.get().current_total_minor == 333
