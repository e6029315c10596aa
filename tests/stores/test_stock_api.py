"""The ledger over the wire: other systems by scope, a store's own people for their own store."""

from datetime import timedelta

import pytest

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.models import HoldLine, StockLevel, StockMovement
from stores.services import stock
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory
from tests.stores.fixtures import associate_api, device_api, key_api

pytestmark = pytest.mark.django_db


@pytest.fixture
def warehouse_system():
    return key_api("stock:write", "stock:read")


def test_receiving_and_adjusting_by_another_system(warehouse_system, store):
    variant = VariantFactory(sku="TEE-1")
    # when goods are announced, received, counted and partly found damaged
    expected = warehouse_system.post_json(
        "/stock/expected", {"store": store.code, "lines": [{"sku": "TEE-1", "quantity": 10}]}
    )
    assert expected.status_code == 201 and expected.json()["items"][0]["incoming"] == 10
    received = warehouse_system.post_json(
        "/stock/receipts", {"store": store.code, "lines": [{"sku": "TEE-1", "quantity": 8}]}
    )
    assert [(row["on_hand"], row["incoming"]) for row in received.json()["items"]] == [(8, 2)]
    counted = warehouse_system.post_json(
        "/stock/adjustments",
        {"store": str(store.id), "sku": "TEE-1", "set_on_hand": 7, "damage": 2, "reason": "Counted; two torn"},
    )
    assert counted.status_code == 201
    assert (counted.json()["on_hand"], counted.json()["damaged"], counted.json()["available"]) == (5, 2, 5)
    assert counted["ETag"] == '"3"'
    # then the ledger tells it, and says who
    told = warehouse_system.get_json(f"/stock/movements?sku=TEE-1&store={store.code}").json()["items"]
    assert [(row["kind"], row["on_hand_delta"], row["incoming_delta"], row["damaged_delta"]) for row in told] == [
        ("adjustment", -3, 0, 2),
        ("receipt", 8, -8, 0),
        ("expect", 0, 10, 0),
    ]
    assert told[0]["reason"] == "Counted; two torn" and told[0]["actor"].startswith("api_key:")
    assert warehouse_system.get_json("/stock/levels?sku=TEE-1").json()["items"][0]["variant_id"] == str(variant.id)
    assert Event.objects.filter(name="stock.received", subject_id=store.id).count() == 1


def test_compare_and_set_refuses_who_saw_another_level(warehouse_system, store):
    level = StockLevelFactory(store=store, on_hand=10)
    body = {"store": store.code, "sku": level.variant.sku, "change_by": -1, "reason": "Broken"}
    for stale in ({"expected_on_hand": 9}, {"expected_version": 7}):
        refused = warehouse_system.post_json("/stock/adjustments", body | stale)
        assert (refused.status_code, refused.json()["code"], refused.json()["data"]["on_hand"]) == (
            412,
            "stock_changed",
            10,
        )
    assert warehouse_system.post_json("/stock/adjustments", body, if_match=0).status_code == 412
    level.refresh_from_db()
    assert level.on_hand == 10
    assert warehouse_system.post_json("/stock/adjustments", body | {"expected_on_hand": 10}).json()["on_hand"] == 9


def test_a_repeated_adjustment_is_answered_not_repeated(warehouse_system, store):
    level = StockLevelFactory(store=store, on_hand=10)
    body = {"store": store.code, "sku": level.variant.sku, "change_by": -1, "reason": "Broken"}
    first, second = (warehouse_system.post_json("/stock/adjustments", body, key="adj-1") for _ in range(2))
    assert first.json() == second.json() and second["Idempotency-Replayed"] == "true"
    level.refresh_from_db()
    assert level.on_hand == 9


def test_adjusting_below_what_is_promised_breaks_the_newest_promises_and_says_so(warehouse_system, store):
    # given two promises of three, made one after the other, on six
    level, at = StockLevelFactory(store=store, on_hand=6), now()

    def hold(minutes):
        return stock.hold_stock(
            store_id=store.id,
            wanted={level.variant_id: 3},
            holder_kind="order",
            holder_id=uuid7(),
            until=None,
            by=SYSTEM,
            at=at - timedelta(minutes=minutes),
        )

    older, newer = hold(20), hold(10)
    # when only two are found
    answer = warehouse_system.post_json(
        "/stock/adjustments", {"store": store.code, "sku": level.variant.sku, "set_on_hand": 2, "reason": "Stolen"}
    )
    # then the newer promise is gone and the older has two left
    assert answer.status_code == 201 and (answer.json()["on_hand"], answer.json()["reserved"]) == (2, 2)
    assert dict(HoldLine.objects.values_list("hold_id", "quantity")) == {older.id: 2, newer.id: 0}
    newer.refresh_from_db()
    older.refresh_from_db()
    assert (newer.state, older.state) == ("broken", "held")
    told = Event.objects.filter(name="stock.hold_broken").order_by("id")
    assert {(fact.subject_id, fact.data["quantity"], fact.data["left"]) for fact in told} == {
        (newer.id, 3, 0),
        (older.id, 1, 2),
    }
    # and the older can still be handed over as far as it goes
    assert stock.consume_hold(hold_id=older.id, by=SYSTEM, at=now()) == {level.variant_id: 2}


def test_people_of_a_store_have_their_own_store_only(device, associate, store):
    other = StockLevelFactory(store=StoreFactory())
    own = StockLevelFactory(store=store, on_hand=4)
    till, tablet = associate_api(device, associate), device_api(device)
    assert [row["id"] for row in till.get_json("/stock/levels").json()["items"]] == [own.id]
    assert till.get_json(f"/stock/levels?store={other.store.code}").status_code == 404
    foreign = till.post_json(
        "/stock/adjustments", {"store": other.store.code, "sku": other.variant.sku, "change_by": 1, "reason": "Found"}
    )
    missing = till.post_json(
        "/stock/adjustments", {"store": "nowhere", "sku": other.variant.sku, "change_by": 1, "reason": "Found"}
    )
    assert foreign.status_code == missing.status_code == 404 and foreign.json() == missing.json()
    done = till.post_json(
        "/stock/adjustments", {"sku": own.variant.sku, "change_by": 1, "reason": "Found behind the rack"}
    )
    assert done.json()["on_hand"] == 5
    movement = StockMovement.objects.latest("id")
    assert (movement.associate_id, movement.device_id) == (associate.id, device.id)
    # and a tablet nobody is signed in on changes nothing
    assert (
        tablet.post_json("/stock/adjustments", {"sku": own.variant.sku, "change_by": 1, "reason": "?"}).status_code
        == 403
    )


def test_thresholds_keep_stock_back_and_tell_when_it_runs_low(warehouse_system, store):
    level = StockLevelFactory(store=store, on_hand=6)
    changed = warehouse_system.patch_json(
        f"/stock/levels/{level.id}", {"safety_stock": 1, "reorder_point": 3, "location": "A4"}, if_match=1
    )
    assert (changed.json()["available"], changed.json()["location"]) == (5, "A4")
    stock.sell_now(
        store_id=store.id,
        lines={level.variant_id: 2},
        reference_kind="order",
        reference_id=uuid7(),
        by=SYSTEM,
        at=now(),
    )
    assert [fact.data["available"] for fact in Event.objects.filter(name="stock.low")] == [3]
    # told when the line is crossed, not again below it
    stock.sell_now(
        store_id=store.id,
        lines={level.variant_id: 1},
        reference_kind="order",
        reference_id=uuid7(),
        by=SYSTEM,
        at=now(),
    )
    assert Event.objects.filter(name="stock.low").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"sku": "TEE-1", "change_by": 1}, 400, "/reason"),
        ({"sku": "TEE-1", "reason": "?"}, 400, "/change_by"),
        ({"sku": "TEE-1", "change_by": "1", "reason": "?"}, 400, "/change_by"),
        ({"sku": "TEE-1", "change_by": 10**12, "reason": "?"}, 400, "/change_by"),
        ({"sku": "TEE-1", "change_by": 1, "set_on_hand": 1, "reason": "?"}, 400, "/change_by"),
        ({"sku": "TEE-1", "change_by": 1, "reason": "a\u0007b"}, 400, "/reason"),
        ({"sku": "TEE-1", "change_by": 1, "reason": "?", "colour": "red"}, 400, "/colour"),
        ({"sku": "NO-SUCH", "change_by": 1, "reason": "?"}, 422, "/sku"),
        ({"sku": "TEE-1", "change_by": -1, "reason": "?"}, 422, None),
        ({"sku": "TEE-1", "write_off": 1, "reason": "?"}, 422, None),
    ],
)
def test_bad_adjustments_are_named_and_change_nothing(warehouse_system, store, body, status, pointer):
    VariantFactory(sku="TEE-1")
    answer = warehouse_system.post_json("/stock/adjustments", {"store": store.code} | body)
    assert answer.status_code == status
    assert pointer is None or answer.json()["errors"][0]["pointer"] == pointer
    assert not StockMovement.objects.exists() and not StockLevel.objects.filter(on_hand__gt=0).exists()


def test_keys_need_the_scope(store, customer_web, anonymous_api):
    reader = key_api("stock:read")
    body = {"store": store.code, "sku": "x", "change_by": 1, "reason": "?"}
    assert reader.get_json("/stock/levels").status_code == 200
    assert reader.post_json("/stock/adjustments", body).json()["code"] == "scope_missing"
    assert key_api("catalog:write").get_json("/stock/levels").status_code == 403
    assert customer_web.get_json("/stock/levels").status_code == 403
    assert anonymous_api.get_json("/stock/levels").status_code == 401
