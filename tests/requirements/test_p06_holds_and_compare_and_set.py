"""P6: compare-and-set stock changes; holds with expiry; an expired hold is sellable within 5 s (here: at once)."""

from datetime import timedelta

import pytest

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.services import stock
from stores.tasks import expire
from tests.stores.factories import StockLevelFactory
from tests.stores.fixtures import key_api
from tests.stores.racing import race

pytestmark = pytest.mark.django_db


def shown(client, level):
    [entry] = client.get_json(f"/availability?skus={level.variant.sku}&store={level.store.code}").json()["items"]
    return entry["lines"][0]["available"]


def test_of_two_systems_that_saw_the_same_level_one_writes():
    api = key_api("stock:read", "stock:write")
    level = StockLevelFactory(on_hand=10)
    seen = api.get_json(f"/stock/levels?sku={level.variant.sku}").json()["items"][0]["version"]
    body = {"store": level.store.code, "sku": level.variant.sku, "reason": "Sync", "expected_version": seen}
    assert api.post_json("/stock/adjustments", body | {"set_on_hand": 9}).status_code == 201
    late = api.post_json("/stock/adjustments", body | {"set_on_hand": 11})
    assert (late.status_code, late.json()["code"], late.json()["data"]["on_hand"]) == (412, "stock_changed", 9)


def test_an_expired_hold_is_on_sale_at_its_moment_and_swept_by_the_task(anonymous_api):
    # given all ten units held until a moment ago
    level, at = StockLevelFactory(on_hand=10), now()
    stock.hold_stock(
        store_id=level.store_id,
        wanted={level.variant_id: 10},
        holder_kind="cart",
        holder_id=uuid7(),
        until=at - timedelta(seconds=1),
        by=SYSTEM,
        at=at - timedelta(minutes=30),
    )
    # then they are shown and sold before any sweep
    assert shown(anonymous_api, level) == 10
    stock.hold_stock(
        store_id=level.store_id,
        wanted={level.variant_id: 4},
        holder_kind="cart",
        holder_id=uuid7(),
        until=at + timedelta(minutes=30),
        by=SYSTEM,
        at=at,
    )
    assert shown(anonymous_api, level) == 6
    # and the sweep, which runs every two seconds, ends the hold and changes none of that
    assert stock.expire_holds(by=SYSTEM, at=at) == 1
    assert shown(anonymous_api, level) == 6


@pytest.mark.django_db(transaction=True)
def test_the_sweep_ends_every_lapsed_hold_once_in_two_workers():
    at = now()
    levels = [StockLevelFactory(on_hand=5) for _ in range(6)]
    for level in levels:
        stock.hold_stock(
            store_id=level.store_id,
            wanted={level.variant_id: 5},
            holder_kind="cart",
            holder_id=uuid7(),
            until=at - timedelta(seconds=1),
            by=SYSTEM,
            at=at - timedelta(minutes=30),
        )
    assert sum(race([expire, expire])) == 6
    for level in levels:
        level.refresh_from_db()
        assert (level.on_hand, level.reserved) == (5, 0)
