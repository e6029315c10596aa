"""Where it is: nearest first, with what may be promised and when it can be collected."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from catalog.models import Variant
from catalog.states import StockPolicy
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.queries import (
    AvailabilityQuery,
    find_availability,
    list_availability,
    list_available_to_sell,
    list_shipping_stock,
)
from stores.services import stock
from tests.catalog.factories import ProductFactory, VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory

pytestmark = pytest.mark.django_db
PORTLAND, BOSTON = (43.6568, -70.2489), (42.3519, -71.0446)


def test_stores_come_nearest_first_with_what_they_may_promise(django_assert_num_queries):
    # given a shop in Boston, one in Portland that keeps two back, and a warehouse
    boston = StoreFactory(name="Boston", latitude=BOSTON[0], longitude=BOSTON[1])
    portland = StoreFactory(name="Portland")
    StoreFactory(name="Warehouse", kind="warehouse")
    level = StockLevelFactory(store=portland, on_hand=5, safety_stock=2)
    stock.hold_stock(
        store_id=portland.id,
        wanted={level.variant_id: 1},
        holder_kind="cart",
        holder_id=uuid7(),
        until=None,
        by=SYSTEM,
        at=now(),
    )
    # when asked from Portland
    with django_assert_num_queries(1):
        found = list_availability([level.variant_id], near=PORTLAND, at=now())
    # then Portland is first, at no distance, and Boston is 158.9 km away without any
    assert [(entry.name, entry.distance_km) for entry in found] == [
        ("Portland", 0.0),
        ("Boston", pytest.approx(158.9, abs=0.5)),
    ]
    assert (found[0].lines[level.variant_id].available, found[0].lines[level.variant_id].on_hand) == (2, 5)
    assert found[1].lines[level.variant_id].available == 0
    assert found[0].pickup_promise_at is not None and found[1].pickup_promise_at is None
    assert found[1].store_id == boston.id


def test_only_stores_with_stock_and_warehouses_when_asked_for():
    empty, full = StoreFactory(), StoreFactory(kind="warehouse")
    level = StockLevelFactory(store=full, on_hand=1)
    query = AvailabilityQuery(variant_ids=[level.variant_id], at=now(), with_stock=True, with_warehouses=True)
    assert [entry.store_id for entry in find_availability(query)] == [full.id]
    assert [entry.store_id for entry in list_availability([level.variant_id], near=None, at=now())] == [empty.id]
    assert [
        entry.store_id for entry in list_availability([level.variant_id], near=None, at=now(), store_ids=[full.id])
    ] == [full.id]


def test_units_of_a_lapsed_hold_are_available_to_everyone(store):
    level, at = StockLevelFactory(store=store, on_hand=3), now()
    stock.hold_stock(
        store_id=store.id,
        wanted={level.variant_id: 3},
        holder_kind="cart",
        holder_id=uuid7(),
        until=at - timedelta(seconds=1),
        by=SYSTEM,
        at=at,
    )
    assert list_availability([level.variant_id], near=None, at=at)[0].lines[level.variant_id].available == 3
    assert list_available_to_sell([level.variant_id], store.id) == {level.variant_id: 3}


def test_a_pop_up_shows_between_its_days_in_its_own_zone():
    # given a pop-up in Auckland whose only day is the third of May
    day = datetime(2031, 5, 3, tzinfo=UTC).date()
    StoreFactory(kind="popup", time_zone="Pacific/Auckland", opens_on=day, closes_on=day)
    variant = VariantFactory()

    def shown(moment):
        return len(list_availability([variant.id], near=None, at=moment))

    # then it is there from midnight to midnight in Auckland: twelve hours before UTC's day
    assert shown(datetime(2031, 5, 2, 11, 59, tzinfo=UTC)) == 0
    assert shown(datetime(2031, 5, 2, 12, 1, tzinfo=UTC)) == 1
    assert shown(datetime(2031, 5, 3, 11, 59, tzinfo=UTC)) == 1
    assert shown(datetime(2031, 5, 3, 12, 1, tzinfo=UTC)) == 0


def test_policies_decide_what_is_sellable_and_what_is_here_now(store):
    untracked, later = (
        VariantFactory(stock_policy=StockPolicy.UNTRACKED),
        VariantFactory(stock_policy=StockPolicy.BACKORDER),
    )
    [entry] = list_availability([untracked.id, later.id], near=None, at=now())
    assert entry.lines[untracked.id].is_here_now and entry.lines[untracked.id].is_sellable
    assert not entry.lines[later.id].is_here_now and entry.lines[later.id].is_sellable
    assert entry.pickup_promise_at is None


def test_available_to_sell_sums_over_stores_that_ship(django_assert_num_queries):
    ships, also, shop = StoreFactory(shipping_priority=2), StoreFactory(shipping_priority=1), StoreFactory(ships=False)
    variant, other = VariantFactory(), VariantFactory()
    StockLevelFactory(store=ships, variant=variant, on_hand=5, safety_stock=1)
    StockLevelFactory(store=also, variant=variant, on_hand=1, safety_stock=3)
    StockLevelFactory(store=shop, variant=variant, on_hand=7)
    with django_assert_num_queries(1):
        assert list_available_to_sell([variant.id, other.id], None) == {variant.id: 4, other.id: 0}
    assert list_available_to_sell([variant.id], shop.id) == {variant.id: 7}
    with django_assert_num_queries(1):
        assert list(list_shipping_stock([variant.id, other.id]).items()) == [
            (also.id, {variant.id: 0, other.id: 0}),
            (ships.id, {variant.id: 4, other.id: 0}),
        ]


@pytest.mark.parametrize(("stores", "variants"), [(200, 1), (50, 50)])
def test_the_plan_reads_each_level_by_an_index(stores, variants):
    # given many stores and far more levels than are asked for
    places = [StoreFactory() for _ in range(stores)]
    asked = [VariantFactory(price_minor=False).id for _ in range(variants)]
    product = ProductFactory()
    others = [v.id for v in Variant.objects.bulk_create(Variant(product=product, sku=f"other-{n}") for n in range(800))]
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO stores_stocklevel (store_id, variant_id, on_hand, reserved, backordered, safety_stock, reorder_point,
                                              incoming, damaged, location, version)
               SELECT s, v, 5, 0, 0, 0, 0, 0, 0, '', 0 FROM unnest(%s::uuid[]) s CROSS JOIN unnest(%s::uuid[]) v""",
            [[place.id for place in places], asked + others],
        )
        cursor.execute("ANALYZE stores_stocklevel")
        cursor.execute("ANALYZE stores_store")
        cursor.execute("ANALYZE catalog_variant")
    plans: list[str] = []

    def explain(execute, sql, params, many, context):
        with connection.cursor() as cursor:
            cursor.cursor.execute("EXPLAIN " + sql, params)
            plans.append("\n".join(row[0] for row in cursor.cursor.fetchall()))
        return execute(sql, params, many, context)

    # when asked for a few of them
    with connection.execute_wrapper(explain):
        found = list_availability(asked, near=PORTLAND, at=now(), limit=200)
    # then every store answers for every variant, and no level is read that was not asked for
    assert len(plans) == 1 and "Seq Scan on stores_stocklevel" not in plans[0], plans[0]
    assert len(found) == stores and all(len(entry.lines) == variants for entry in found)
