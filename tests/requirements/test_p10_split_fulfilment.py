"""P10 ship from store, carry-out, pickup: split per line within one order."""

import pytest

from tests.orders.shop import ADDRESS, checkout, level, stocked, till, walk_in, ways_to_ship
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_one_order_is_carried_out_picked_up_elsewhere_and_shipped():
    # given a shirt carried out here, a coat fetched in another store, a hat sent home
    here, there = StoreFactory(ships=True), StoreFactory(ships=False)
    shirt, hat, coat = stocked(here, price=1000), stocked(here, price=2000), stocked(there, price=9000)
    desk = till(here)
    ways_to_ship()
    path = walk_in(desk, (shirt, 1), (hat, 1), (coat, 1))
    lines = {line["sku"]: line["id"] for line in desk.get(path).json()["lines"]}
    answer = desk.put(
        f"{path}/fulfilment",
        {
            "kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard",
            "lines": {
                lines[shirt.sku]: {"kind": "carry_out", "store_id": str(here.id)},
                lines[coat.sku]: {"kind": "pickup", "store_id": str(there.id)},
            },
        },
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    # when it is paid at the till
    order = checkout(desk, {"provider": "terminal"}, path=f"{path}/checkout")
    assert order.status_code == 201, order.content
    # then one order, three ways, and each store's shelf knows
    parts = {part["kind"]: (part["store_id"], part["status"]) for part in order.json()["fulfilments"]}
    assert parts == {
        "carry_out": (str(here.id), "collected"),
        "pickup": (str(there.id), "placed"),
        "ship": (str(here.id), "placed"),
    }
    assert (level(here, shirt), level(here, hat), level(there, coat)) == ((9, 0), (10, 1), (10, 1))
    assert order.json()["status"] == "confirmed"
