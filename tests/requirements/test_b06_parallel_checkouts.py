"""B6 (order part): stock hold and order commit in one transaction: parallel checkouts on 50 units over 3 stores sell 50."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from omnichannel.events.models import Event
from orders.models import Order
from stores.models import Hold
from tests.orders.shop import fill, for_pickup, guest, level, stocked
from tests.stores.factories import StockLevelFactory, StoreFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("buyers", [100, pytest.param(500, marks=pytest.mark.prove)])
def test_fifty_units_over_three_stores_sell_fifty(buyers):
    # given 50 dresses over three stores, and carts spread over them
    stores = [StoreFactory() for _ in range(3)]
    dress = stocked(stores[0], on_hand=20)
    StockLevelFactory(store=stores[1], variant=dress, on_hand=20)
    StockLevelFactory(store=stores[2], variant=dress, on_hand=10)
    carts = []
    for number in range(buyers):
        api = guest()
        fill(api, (dress, 1))
        for_pickup(api, stores[number % 3])
        carts.append(api)
    body = {"expected_total": carts[0].get("cart").json()["totals"]["total"], "email": "a@example.com"}

    def buy(api) -> int:
        try:
            return api.post("checkout", body).status_code
        finally:
            connection.close()

    # when all check out at once
    with ThreadPoolExecutor(24) as pool:
        statuses = Counter(pool.map(buy, carts))
    # then exactly what there was is sold, nothing deadlocks, and each order has its hold and its fact
    assert statuses == {201: 50, 409: buyers - 50}
    assert [level(store, dress) for store in stores] == [(20, 20), (20, 20), (10, 10)]
    assert Order.objects.count() == 50 == Hold.objects.filter(state="held").count()
    assert Event.objects.filter(name="order.placed").count() == 50
