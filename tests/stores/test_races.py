"""Many at once on the same few units: real threads, real PostgreSQL, and a control that shows the race."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, transaction

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from stores.errors import HoldEnded, InsufficientStock
from stores.models import Hold, StockLevel
from stores.services import stock
from stores.services.reconciling import reconcile_stock
from stores.services.stock import Adjustment, HoldRequest
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory
from tests.stores.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def hold(level, units=1, until=None, at=None):
    return stock.hold_stock(
        store_id=level.store_id,
        wanted={level.variant_id: units},
        holder_kind="order",
        holder_id=uuid7(),
        until=until,
        by=SYSTEM,
        at=at or now(),
    )


def outcomes(results):
    return Counter("done" if not isinstance(result, Exception) else type(result).__name__ for result in results)


def in_balance():
    return reconcile_stock(repair=False, by=SYSTEM, at=now()) == []


def test_fifty_holds_at_once_for_ten_units_get_ten():
    level = StockLevelFactory(on_hand=10)
    results = race([lambda: hold(level)] * 50)
    assert outcomes(results) == {"done": 10, "InsufficientStock": 40}
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, Hold.objects.count()) == (10, 10, 10) and in_balance()


def test_control_looking_first_and_writing_later_sells_the_same_unit_twice():
    # given ten units, and buyers who look before any of them writes, without the lock
    level = StockLevelFactory(on_hand=10)

    def look():
        with connection.cursor() as cursor:
            cursor.execute("SELECT on_hand - reserved FROM stores_stocklevel WHERE id = %s", [level.id])
            return cursor.fetchone()[0]

    # when all of them find ten, then every one of the fifty believes it may have one
    assert race([look] * 50) == [10] * 50


def test_two_who_want_the_same_two_things_in_other_orders_do_not_deadlock():
    store = StoreFactory()
    levels = [StockLevelFactory(store=store, on_hand=1000) for _ in range(6)]
    orders = [random.Random(seed).sample(levels, 6) for seed in range(16)]

    def buy(lines):
        def work():
            for _ in range(5):
                made = stock.hold_stock(
                    store_id=store.id,
                    wanted={level.variant_id: 1 for level in lines},
                    holder_kind="order",
                    holder_id=uuid7(),
                    until=None,
                    by=SYSTEM,
                    at=now(),
                )
                stock.consume_hold(hold_id=made.id, by=SYSTEM, at=now())

        return work

    assert outcomes(race([buy(lines) for lines in orders])) == {"done": 16}
    assert set(StockLevel.objects.values_list("on_hand", "reserved")) == {(920, 0)} and in_balance()


def test_holding_against_an_adjustment_never_promises_what_is_not_there():
    level = StockLevelFactory(on_hand=20)

    def adjust(units):
        return lambda: stock.adjust_stock(
            adjustment=Adjustment(
                store_id=level.store_id, variant_id=level.variant_id, reason="Count", set_on_hand=units
            ),
            by=SYSTEM,
            at=now(),
        )

    results = race([*[lambda: hold(level, 2)] * 12, adjust(6), adjust(9), adjust(3)])
    assert set(outcomes(results)) <= {"done", "InsufficientStock", "Busy"}
    level.refresh_from_db()
    assert level.reserved <= level.on_hand and in_balance()


def test_a_lapsed_hold_is_either_taken_or_given_back_never_both():
    at = now()
    levels = [StockLevelFactory(on_hand=1) for _ in range(10)]
    lapsed = [hold(level, until=at - timedelta(seconds=1), at=at - timedelta(hours=1)) for level in levels]
    takes = [lambda made=made: stock.consume_hold(hold_id=made.id, by=SYSTEM, at=at) for made in lapsed]
    rivals = [lambda level=level: hold(level, at=at) for level in levels]
    results = race([*takes, *rivals, *[lambda: stock.expire_holds(by=SYSTEM, at=at)] * 3])
    for level, taken, rival in zip(levels, results[:10], results[10:20], strict=True):
        # then the unit went to its holder or to the rival
        level.refresh_from_db()
        had, got = not isinstance(taken, Exception), not isinstance(rival, Exception)
        assert not (had and got)
        assert level.on_hand == (0 if had else 1) and level.reserved == (1 if got else 0)
        assert had or isinstance(taken, HoldEnded)
    assert in_balance()


def test_the_same_hold_taken_and_released_at_once_ends_one_way():
    level = StockLevelFactory(on_hand=5)
    made = hold(level, 5)
    results = race(
        [lambda: stock.consume_hold(hold_id=made.id, by=SYSTEM, at=now())] * 4
        + [lambda: stock.release_hold(hold_id=made.id, reason="cancelled", by=SYSTEM, at=now())] * 4
    )
    level.refresh_from_db()
    taken = [result for result in results[:4] if not isinstance(result, Exception)]
    released = [result for result in results[4:] if result]
    assert len(taken) + len(released) == 1
    assert (level.on_hand, level.reserved) == ((0, 0) if taken else (5, 0)) and in_balance()


def test_a_back_order_and_its_delivery_at_once_lose_nothing():
    variant = VariantFactory(stock_policy="backorder")
    level = StockLevelFactory(variant=variant, on_hand=0)
    works = [lambda: hold(level, 2)] * 6 + [
        lambda: stock.receive_stock(store_id=level.store_id, lines={variant.id: 3}, by=SYSTEM, at=now())
    ] * 4
    results = race(works)
    assert outcomes(results) == {"done": 10}, [str(result) for result in results if isinstance(result, Exception)]
    level.refresh_from_db()
    assert level.on_hand == 12 and level.reserved + level.backordered == 12 and in_balance()


def test_a_shortage_leaves_the_callers_transaction_usable():
    level = StockLevelFactory(on_hand=1)
    with transaction.atomic():
        with pytest.raises(InsufficientStock):
            hold(level, 2)
        hold(level, 1)
    level.refresh_from_db()
    assert level.reserved == 1


def test_many_stores_are_held_all_or_none_by_many_at_once():
    variant = VariantFactory()
    levels = [StockLevelFactory(store=StoreFactory(), variant=variant, on_hand=5) for _ in range(3)]

    def place(seed):
        def work():
            chosen = random.Random(seed).sample(levels, 3)
            requests = [
                HoldRequest(
                    store_id=level.store_id, wanted={variant.id: 1}, holder_kind="order", holder_id=uuid7(), until=None
                )
                for level in chosen
            ]
            return stock.place_holds(holds=requests, by=SYSTEM, at=now())

        return work

    assert outcomes(race([place(seed) for seed in range(16)])) == {"done": 5, "InsufficientStock": 11}
    assert set(StockLevel.objects.values_list("reserved", flat=True)) == {5} and in_balance()
