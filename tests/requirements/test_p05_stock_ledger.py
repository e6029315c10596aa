"""P5: multi-location stock: on hand, reserved, safety stock, incoming, damaged; a typed ledger with reason, reference, actor."""

from collections import Counter

import pytest

from omnichannel.kernel.ids import uuid7
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StoreFactory
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


def test_the_ledger_sums_to_the_level_after_everything_that_can_happen():
    # given a warehouse system and two stores
    api = key_api("stock:read", "stock:write")
    shop, warehouse = StoreFactory(code="shop"), StoreFactory(code="warehouse", kind="warehouse")
    VariantFactory(sku="TEE")
    delivery = str(uuid7())
    # when stock is expected, received with a reference, counted, damaged and written off
    for store in (shop, warehouse):
        api.post_json(
            "/stock/expected", {"store": store.code, "lines": [{"sku": "TEE", "quantity": 40}], "delivery_id": delivery}
        )
        api.post_json(
            "/stock/receipts", {"store": store.code, "lines": [{"sku": "TEE", "quantity": 30}], "delivery_id": delivery}
        )
    api.post_json(
        "/stock/adjustments",
        {"store": "shop", "sku": "TEE", "set_on_hand": 28, "damage": 3, "reason": "Counted on Tuesday"},
    )
    api.post_json("/stock/adjustments", {"store": "shop", "sku": "TEE", "write_off": 2, "reason": "Beyond repair"})
    levels = {row["store"]["code"]: row for row in api.get_json("/stock/levels?sku=TEE").json()["items"]}
    api.patch_json(f"/stock/levels/{levels['shop']['id']}", {"safety_stock": 5})
    # then each place has its own counts
    shown = {row["store"]["code"]: row for row in api.get_json("/stock/levels?sku=TEE").json()["items"]}
    assert {
        name: shown["shop"][name]
        for name in ("on_hand", "reserved", "safety_stock", "available", "incoming", "damaged")
    } == {
        "on_hand": 25,
        "reserved": 0,
        "safety_stock": 5,
        "available": 20,
        "incoming": 10,
        "damaged": 1,
    }
    assert (shown["warehouse"]["on_hand"], shown["warehouse"]["incoming"]) == (30, 10)
    # and the ledger of each sums to them, every line with its kind, reason or reference, and actor
    for code, level in shown.items():
        rows = api.get_json(f"/stock/movements?sku=TEE&store={code}").json()["items"]
        sums = Counter()
        for row in rows:
            sums.update(
                {name: row[f"{name}_delta"] for name in ("on_hand", "reserved", "backordered", "incoming", "damaged")}
            )
            assert row["actor"].startswith("api_key:") and (row["reason"] or row["reference_id"] == delivery)
        assert all(sums[name] == level[name] for name in ("on_hand", "reserved", "backordered", "incoming", "damaged"))
    assert {row["kind"] for row in api.get_json("/stock/movements?sku=TEE").json()["items"]} == {
        "expect",
        "receipt",
        "adjustment",
    }
