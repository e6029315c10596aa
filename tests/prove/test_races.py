"""Five hundred at once. The short version, with its unlocked control, is in tests/orders/test_races.py."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.prove.furnish import RACERS, UNITS
from tests.prove.running import call, database, furnish, running_stack
from tests.stack import Stack

pytestmark = pytest.mark.prove


@pytest.fixture
def stack() -> Iterator[Stack]:
    with running_stack() as stack:
        yield stack


def test_five_hundred_buyers_of_fifty_units_buy_fifty(stack: Stack):
    # given 50 units over three stores and 500 carts of web, app and till with one each
    shop = furnish(stack, "race")
    calls = shop["calls"]
    assert len(calls) == RACERS
    barrier = threading.Barrier(RACERS)

    def check_out(wanted: dict) -> int:  # type: ignore[type-arg]
        barrier.wait(60)
        return _repeated(stack, wanted)[0]

    # when all of them check out at once
    with ThreadPoolExecutor(RACERS) as pool:
        statuses = Counter(pool.map(check_out, calls))
    # then exactly fifty are sold, and everyone else is told why not
    assert statuses == {201: sum(UNITS), 409: RACERS - sum(UNITS)}
    with database(stack) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT cart_id) FROM orders_order").fetchone() == (50, 50)
        left = "SELECT sum(on_hand - reserved), min(on_hand - reserved) FROM stores_stocklevel WHERE variant_id = %s"
        assert connection.execute(left, [shop["variant"]]).fetchone() == (0, 0)
        # and nobody was the victim of a deadlock
        deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        assert connection.execute(deadlocks).fetchone() == (0,)


def test_one_cart_checked_out_five_hundred_times_is_one_order(stack: Stack):
    wanted = furnish(stack, "single")
    barrier = threading.Barrier(RACERS)

    def check_out(_: int) -> tuple[int, str]:
        barrier.wait(60)
        return _repeated(stack, wanted)

    with ThreadPoolExecutor(RACERS) as pool:
        answers = Counter(pool.map(check_out, range(RACERS)))
    assert [count for (status, _), count in answers.items() if status == 201] == [1]
    assert not [status for status, _ in answers if status >= 500]
    with database(stack) as connection:
        orders = connection.execute("SELECT count(*) FROM orders_order WHERE cart_id = %s", [wanted["cart"]]).fetchone()
        assert orders == (1,)


def _repeated(stack: Stack, wanted: dict) -> tuple[int, str]:  # type: ignore[type-arg]
    """503 means that nothing happened and the caller may ask again."""
    for _ in range(50):
        status, answer = call(stack.port, "POST", wanted["path"], wanted["headers"], wanted["body"])
        if status != 503:
            break
    return status, answer["number"] if status == 201 else ""
