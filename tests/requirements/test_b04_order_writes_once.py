"""B4 (order half): every write takes an idempotency key, versioned things take If-Match; replayed, reordered, twice."""

import random

import pytest

from orders.models import Order, OrderChange, Payment, Return
from tests.orders.shop import checkout, level, stocked, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(3))
def test_replays_in_any_order_change_nothing(seed):
    # given a paid pickup of three, and a script of writes, each with its key
    store = StoreFactory()
    dress = stocked(store, price=1000)
    desk = till(store)
    order = checkout(
        desk, {"provider": "cash"}, path=f"{walk_in(desk, (dress, 3), kind='pickup', store=store)}/checkout"
    ).json()
    part, line = order["fulfilments"][0]["id"], order["lines"][0]["id"]
    script = [
        (f"orders/{order['id']}/cancel", {"lines": [{"line_id": line, "quantity": 1}]}),
        (f"fulfilments/{part}/accept", {}),
        (f"orders/{order['id']}/edits", {"kind": "note", "note": "Gift wrap"}),
        (f"orders/{order['id']}/edits", {"kind": "quantity_up", "line_id": line, "units": 1}),
        (f"orders/{order['id']}/payments", {"provider": "cash"}),
    ]
    first = [desk.post(path, body, **{"Idempotency-Key": f"k{n}"}) for n, (path, body) in enumerate(script)]
    assert [answer.status_code for answer in first] == [200, 200, 201, 201, 201], [a.content for a in first]
    before = (
        Order.objects.get().version,
        Payment.objects.count(),
        OrderChange.objects.count(),
        Return.objects.count(),
        level(store, dress),
    )
    # when they are replayed, shuffled and twice over
    again = [number for number in range(len(script)) for _ in range(2)]
    random.Random(seed).shuffle(again)
    for number in again:
        path, body = script[number]
        answer = desk.post(path, body, **{"Idempotency-Key": f"k{number}"})
        # then each gets its first answer
        assert answer.json() == first[number].json()
    # and nothing changed
    after = (
        Order.objects.get().version,
        Payment.objects.count(),
        OrderChange.objects.count(),
        Return.objects.count(),
        level(store, dress),
    )
    assert after == before
    # and who acts on an old version is told
    assert desk.post(f"orders/{order['id']}/cancel", {}, **{"If-Match": '"1"'}).status_code == 412
