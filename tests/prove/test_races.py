"""Five hundred at once. The short version, with its unlocked control, is in tests/orders/test_races.py."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.prove.furnish import RACERS, UNITS
from tests.prove.running import call, database, furnish, running_stack

pytestmark = pytest.mark.prove


def test_five_hundred_buyers_of_fifty_units_buy_fifty():
    with running_stack() as stack:
        # given 50 units over three stores and 500 carts of web, app and till with one each
        calls = furnish(stack, "race")["calls"]
        assert len(calls) == RACERS
        barrier = threading.Barrier(RACERS)

        def check_out(wanted: dict) -> int:  # type: ignore[type-arg]
            barrier.wait(60)
            for _ in range(50):  # 503 means that nothing happened and the caller may ask again
                status, _ = call(stack.port, "POST", wanted["path"], wanted["headers"], wanted["body"])
                if status != 503:
                    return status
            return status

        # when all of them check out at once
        with ThreadPoolExecutor(RACERS) as pool:
            statuses = Counter(pool.map(check_out, calls))
        # then exactly fifty are sold, and everyone else is told why not
        assert statuses == {201: sum(UNITS), 409: RACERS - sum(UNITS)}
        with database(stack) as connection:
            assert connection.execute("SELECT count(*), count(DISTINCT cart_id) FROM orders_order").fetchone() == (
                50,
                50,
            )
            left = connection.execute(
                "SELECT sum(on_hand - reserved), min(on_hand - reserved) FROM stores_stocklevel"
            ).fetchone()
            assert left == (0, 0)
            by_channel = dict(connection.execute("SELECT channel, count(*) FROM orders_order GROUP BY 1").fetchall())
            assert sum(by_channel.values()) == sum(UNITS)
            # and nobody was the victim of a deadlock
            assert connection.execute(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone() == (0,)


def test_one_cart_checked_out_five_hundred_times_is_one_order():
    with running_stack() as stack:
        wanted = furnish(stack, "race")["calls"][0]
        barrier = threading.Barrier(RACERS)

        def check_out(_: int) -> tuple[int, str]:
            barrier.wait(60)
            for _ in range(50):
                status, answer = call(stack.port, "POST", wanted["path"], wanted["headers"], wanted["body"])
                if status != 503:
                    break
            return status, answer["number"] if status == 201 else ""

        with ThreadPoolExecutor(RACERS) as pool:
            answers = Counter(pool.map(check_out, range(RACERS)))
        assert [count for (status, _), count in answers.items() if status == 201] == [1]
        assert not [status for status, _ in answers if status >= 500]
        with database(stack) as connection:
            assert connection.execute("SELECT count(*) FROM orders_order").fetchone() == (1,)
