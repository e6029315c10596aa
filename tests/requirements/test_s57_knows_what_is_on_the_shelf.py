"""S57, basics: "knows exactly what is on the shelf" — the tablet sees the shelf fall with every promise, never below zero."""

import pytest

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.errors import InsufficientStock
from stores.services import stock
from tests.stores.factories import StockLevelFactory, StoreFactory
from tests.stores.fixtures import associate, device, store, till  # noqa: F401
from tests.stores.racing import race


def on_shelf(client, level):
    items = client.get_json(f"/availability?skus={level.variant.sku}&store={level.store.code}").json()["items"]
    line = items[0]["lines"][0]
    return line["on_hand"], line["available"]


@pytest.mark.django_db
def test_the_associate_sees_each_sale_and_promise_of_every_store(till, store):  # noqa: F811
    here, there = StockLevelFactory(store=store, on_hand=4), StockLevelFactory(store=StoreFactory(), on_hand=2)
    stock.sell_now(
        store_id=store.id, lines={here.variant_id: 1}, reference_kind="order", reference_id=uuid7(), by=SYSTEM, at=now()
    )
    stock.hold_stock(
        store_id=store.id,
        wanted={here.variant_id: 2},
        holder_kind="order",
        holder_id=uuid7(),
        until=None,
        by=SYSTEM,
        at=now(),
    )
    assert on_shelf(till, here) == (3, 1)
    assert on_shelf(till, there) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_pickup_promises_at_once_never_exceed_the_shelf(anonymous_api):
    level = StockLevelFactory(on_hand=10)

    def promise():
        return stock.hold_stock(
            store_id=level.store_id,
            wanted={level.variant_id: 1},
            holder_kind="order",
            holder_id=uuid7(),
            until=None,
            by=SYSTEM,
            at=now(),
        )

    results = race([promise] * 50)
    assert sum(isinstance(result, InsufficientStock) for result in results) == 40
    items = anonymous_api.get_json(f"/availability?skus={level.variant.sku}").json()["items"]
    assert (items[0]["lines"][0]["available"], items[0]["pickup_promise_at"]) == (0, None)
