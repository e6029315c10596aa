"""S20 "perhaps even picking it up in-store": the pickup option holds stock."""

import pytest

from tests.orders.shop import checkout, fill, for_pickup, guest, level, stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_choosing_pickup_holds_the_units_in_that_store_and_in_no_other():
    # given two stores with the dress
    here, there = StoreFactory(), StoreFactory()
    dress = stocked(here, on_hand=4)
    from tests.stores.factories import StockLevelFactory

    StockLevelFactory(store=there, variant=dress, on_hand=4)
    api = guest()
    fill(api, (dress, 3))
    for_pickup(api, here)
    # when it is ordered for pickup here
    order = checkout(api).json()
    # then three are held here, and the customer has a promise
    assert (level(here, dress), level(there, dress)) == ((4, 3), (4, 0))
    assert order["fulfilments"][0]["promised_at"] is not None
    # and two more cannot be had here
    other = guest()
    fill(other, (dress, 2))
    for_pickup(other, here)
    assert checkout(other).json()["code"] == "insufficient_stock"
