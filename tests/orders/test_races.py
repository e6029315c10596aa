"""Races on real threads and a real database, and what happens without the lock."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from omnichannel.events.models import Event
from orders.models import Fulfilment, Order, Refund
from stores.models import StockLevel
from tests.orders.shop import checkout, fill, for_pickup, guest, level, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_fifty_buyers_of_ten_units_buy_ten():
    # given ten dresses and fifty carts with one each
    store = StoreFactory()
    dress = stocked(store, on_hand=10)
    buyers = []
    for _ in range(50):
        api = guest()
        fill(api, (dress, 1))
        for_pickup(api, store)
        buyers.append(api)
    total = buyers[0].get("cart").json()["totals"]["total"]
    body = {"expected_total": total, "email": "a@example.com"}
    # when all check out, ten at a time
    statuses: Counter[int] = Counter()
    for start in range(0, 50, 10):
        statuses.update(
            at_once([lambda api=api: api.post("checkout", body).status_code for api in buyers[start : start + 10]])
        )
    # then ten orders stand and ten units are held
    assert statuses == {201: 10, 409: 40}
    assert Order.objects.count() == 10 and level(store, dress) == (10, 10)


def test_control_without_the_lock_units_are_lost():
    # given the same shelf, and takers who read first and write what they worked out
    store = StoreFactory()
    dress = stocked(store, on_hand=10)
    barrier = Barrier(5)

    def take() -> bool:
        with transaction.atomic():
            row = StockLevel.objects.get(store=store, variant=dress)
            barrier.wait()
            StockLevel.objects.filter(pk=row.pk).update(reserved=row.reserved + 1)
        return True

    # when five take one each
    taken = at_once([take] * 5)
    # then five were promised and one is held
    assert sum(taken) == 5 and level(store, dress)[1] == 1


def test_the_last_unit_is_refunded_once_whoever_asks():
    # given a shirt carried out, and five desks that all take it back
    store = StoreFactory()
    shirt = stocked(store, price=2500)
    desk = till(store)
    order = checkout(desk, {"provider": "cash"}, path=f"{walk_in(desk, (shirt, 1))}/checkout").json()
    body = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]}
    # when they do at once
    statuses = sorted(at_once([lambda: desk.post(f"orders/{order['id']}/returns", body).status_code] * 5))
    # then one refund, one unit back, one fact
    assert statuses == [201, 409, 409, 409, 409]
    assert [refund.amount_minor for refund in Refund.objects.all()] == [2500]
    assert level(store, shirt) == (10, 0)
    assert Event.objects.filter(name="return.recorded").count() == 1


def test_cancelling_and_collecting_exclude_each_other():
    store = StoreFactory()
    dress = stocked(store, price=4900)
    desk = till(store)
    outcomes = Counter()
    for _ in range(4):
        api = guest()
        fill(api, (dress, 1))
        for_pickup(api, store)
        order = checkout(api).json()
        desk.post(f"orders/{order['id']}/payments", {"provider": "cash"})
        part = order["fulfilments"][0]["id"]
        for step in ("accept", "ready"):
            assert desk.post(f"fulfilments/{part}/{step}").status_code == 200
        code = api.get(f"orders/{order['id']}").json()["fulfilments"][0]["pickup_code"]
        # when the customer cancels while the associate hands over
        cancelled, collected = at_once(
            [
                lambda api=api, order=order: api.post(f"orders/{order['id']}/cancel").status_code,
                lambda part=part, code=code: desk.post(f"fulfilments/{part}/collect", {"code": code}).status_code,
            ]
        )
        # then one of them wins, whole
        assert sorted([cancelled, collected]) == [200, 409]
        row = Order.objects.get(pk=order["id"])
        assert (row.status, row.refunded_minor) == (("cancelled", 4900) if cancelled == 200 else ("completed", 0))
        outcomes[row.status] += 1
    assert level(store, dress) == (10 - outcomes["completed"], 0)


def test_parcels_find_the_other_store_when_the_first_runs_out():
    # given two stores with three hats each, and six buyers at once who all would be served by the first
    from tests.orders.shop import for_shipping
    from tests.stores.factories import StockLevelFactory

    first, second = StoreFactory(shipping_priority=1), StoreFactory(shipping_priority=2)
    hat = stocked(first, on_hand=3)
    StockLevelFactory(store=second, variant=hat, on_hand=3)
    buyers = []
    for _ in range(8):
        api = guest()
        fill(api, (hat, 1))
        for_shipping(api)
        buyers.append(api)
    body = {"expected_total": buyers[0].get("cart").json()["totals"]["total"], "email": "a@example.com"}
    statuses = Counter(at_once([lambda api=api: api.post("checkout", body).status_code for api in buyers]))
    assert statuses == {201: 6, 409: 2}
    assert (level(first, hat), level(second, hat)) == ((3, 3), (3, 3))
    assert Fulfilment.objects.count() == 6
