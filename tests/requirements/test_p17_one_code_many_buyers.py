"""P17, B6: one single-use code, many checkouts at once: one gets it; and with the order goes what it used."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from campaigns.offers.models import Code, Offer, Redemption
from campaigns.offers.services.publishing import Limits
from orders.models import Order
from tests.offers.world import percent, publish, shared_code
from tests.orders.shop import fill, for_pickup, guest, stocked
from tests.stores.factories import StoreFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("buyers", [24, pytest.param(200, marks=pytest.mark.prove)])
def test_one_of_many_parallel_checkouts_gets_the_code(buyers):
    # given carts that all hold the one code
    store = StoreFactory()
    dress = stocked(store, on_hand=1_000)
    code = shared_code(publish("half", percent("50"), by_code=True), "ONLY-ONE", max_uses=1)
    carts = []
    for _ in range(buyers):
        api = guest()
        fill(api, (dress, 1))
        for_pickup(api, store)
        assert api.post("cart/codes", {"code": "only-one"}).json()["codes"][0]["applied"]
        carts.append(api)
    body = {"expected_total": carts[0].get("cart").json()["totals"]["total"], "email": "a@example.com"}

    def buy(api) -> str:
        try:
            answer = api.post("checkout", body)
            return "bought" if answer.status_code == 201 else answer.json()["code"]
        finally:
            connection.close()

    # when all check out at once
    with ThreadPoolExecutor(24) as pool:
        answers = Counter(pool.map(buy, carts))
    # then one has it; the others are told, and have no order
    assert answers["bought"] == 1 == Order.objects.count() == Redemption.objects.count()
    assert answers["code_used"] + answers["total_changed"] == buyers - 1
    code.refresh_from_db()
    assert code.uses == 1


@pytest.mark.django_db(transaction=True)
def test_an_order_that_fails_for_stock_uses_nothing():
    # given a code, a budget, and a cart that holds more than there is
    store = StoreFactory()
    dress = stocked(store, on_hand=1)
    offer = publish("half", percent("50"), Limits(budget_minor=100_000, per_customer=1), by_code=True)
    shared_code(offer, "ONLY-ONE", max_uses=1)
    api = guest()
    fill(api, (dress, 2))
    for_pickup(api, store)
    api.put("cart/contact", {"email": "a@example.com"})
    cart = api.post("cart/codes", {"code": "ONLY-ONE"}).json()
    assert cart["codes"][0]["applied"], cart["codes"]
    answer = api.post("checkout", {"expected_total": cart["totals"]["total"], "email": "a@example.com"})
    # then neither order nor use is there
    assert answer.status_code == 409
    assert (Order.objects.count(), Redemption.objects.count()) == (0, 0)
    assert Code.objects.get().uses == 0 and Offer.objects.get().used_minor == 0
