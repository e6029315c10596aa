"""Whatever is killed under load: every acknowledged order is there once, stock adds up, no fact lacks its effect."""

from __future__ import annotations

import http.client
import random
import threading
import time
from typing import Any
from uuid import uuid4

import pytest

from omnichannel.embedded.processes import wait_until
from tests.prove.running import LEDGER, call, database, furnish, running_stack
from tests.stack import PATIENCE_SECONDS, Stack

pytestmark = pytest.mark.prove
VICTIMS = ("web", "worker", "relay", "live", "redis", "postgres")
CLIENTS = 6
ORDERS_BETWEEN_KILLS = 30


class Shoppers:
    """Clients that buy until told to stop. Each write carries an idempotency key and is repeated until answered."""

    def __init__(self, stack: Stack, shop: dict[str, Any]) -> None:
        self.stack, self.shop = stack, shop
        self.acknowledged: list[dict[str, Any]] = []
        self.surprises: list[tuple[str, int, Any]] = []
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._shop, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self) -> Shoppers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _shop(self, number: int) -> None:
        chance = random.Random(number)
        while not self._done.is_set():
            self._buy_in_store(chance) if number % 2 else self._buy_on_the_web(chance)

    def _buy_on_the_web(self, chance: random.Random) -> None:
        status, opened = self._write("POST", "/cart", {}, {})
        if status != 201:
            return
        guest = {"X-Cart-Token": opened["token"]}
        self._write(
            "POST", "/cart/lines", guest, {"sku": chance.choice(self.shop["skus"]), "quantity": chance.randint(1, 3)}
        )
        _, cart = self._write(
            "PUT", "/cart/fulfilment", guest, {"kind": "pickup", "store_id": chance.choice(self.shop["stores"])}
        )
        self._check_out("/checkout", guest, cart, [])

    def _buy_in_store(self, chance: random.Random) -> None:
        till = chance.choice(self.shop["tills"])
        status, opened = self._write("POST", "/carts", till, {})
        if status != 201:
            return
        path = f"/carts/{opened['id']}"
        self._write("POST", f"{path}/lines", till, {"sku": chance.choice(self.shop["skus"]), "quantity": 1})
        _, cart = self._write("PUT", f"{path}/fulfilment", till, {"kind": "carry_out"})
        self._check_out(f"{path}/checkout", till, cart, [{"provider": "cash"}])

    def _check_out(self, path: str, caller: dict[str, str], cart: Any, payments: list[dict[str, str]]) -> None:
        if not cart or "totals" not in cart:
            return
        body = {"expected_total": cart["totals"]["total"], "payments": payments, "email": f"{uuid4().hex}@example.com"}
        status, order = self._write("POST", path, caller, body)
        if status == 201:
            self.acknowledged.append(order)

    def _write(self, method: str, path: str, caller: dict[str, str], body: Any) -> tuple[int, Any]:
        """Until there is an answer that is neither 5xx nor "still being worked on". Never given up: what is not
        acknowledged must not exist, so the proof needs to know."""
        headers = caller | {"Idempotency-Key": f"prove-{uuid4()}"}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, answer = call(self.stack.port, method, path, headers, body)
            except (OSError, http.client.HTTPException):
                status, answer = 0, None
            again = (
                status in (0, 429)
                or status >= 500
                or (status == 409 and (answer or {}).get("code") == "idempotency_in_progress")
            )
            if not again or time.monotonic() > deadline:
                break
            threading.Event().wait(0.1)
        if not 200 <= status < 300:
            self.surprises.append((path, status, answer))
        return status, answer

    def wait_for_more(self, orders: int) -> None:
        enough = len(self.acknowledged) + orders
        assert wait_until(lambda: len(self.acknowledged) >= enough, seconds=PATIENCE_SECONDS), self.surprises[-3:]


def test_whatever_is_killed_nothing_acknowledged_is_lost():
    with running_stack() as stack:
        shop = furnish(stack, "kill")
        with Shoppers(stack, shop) as shoppers:
            shoppers.wait_for_more(ORDERS_BETWEEN_KILLS)
            for victim in VICTIMS:
                # when one is killed in the middle of it, then the others go on buying once another took its place
                stack.kill(victim)
                shoppers.wait_for_more(ORDERS_BETWEEN_KILLS)
        assert wait_until(lambda: stack.answers("/readyz"), seconds=PATIENCE_SECONDS)
        assert shoppers.surprises == []
        with database(stack) as connection:
            # then every order that was acknowledged is there once, and none that was not
            numbers = sorted(order["number"] for order in shoppers.acknowledged)
            kept = [
                number for (number,) in connection.execute("SELECT number FROM orders_order ORDER BY number").fetchall()
            ]
            assert kept == sorted(set(numbers))
            assert len(numbers) == len(kept) >= ORDERS_BETWEEN_KILLS * (len(VICTIMS) + 1)
            # and the ledger adds up to what lies on the shelves
            assert connection.execute(LEDGER).fetchall() == []
            # and every order has its fact, and every fact had its effect
            facts = connection.execute(
                "SELECT count(*), count(DISTINCT subject_id) FROM events_event WHERE name = 'order.placed'"
            ).fetchone()
            assert facts == (len(kept), len(kept))

            # (what a killed worker had in hand is handed out again when its lease is over)
            def undelivered() -> int:
                row = connection.execute("SELECT count(*) FROM events_delivery").fetchone()
                return int(row[0]) if row else -1

            assert wait_until(lambda: undelivered() == 0, seconds=4 * PATIENCE_SECONDS), undelivered()
            without_record = connection.execute(
                "SELECT count(*) FROM orders_order WHERE customer_id IS NULL AND email <> ''"
            ).fetchone()
            assert without_record == (0,)
            mails = connection.execute(
                "SELECT count(*), count(DISTINCT order_id) FROM campaign_messages_message WHERE template_key = 'order_confirmed'"
            ).fetchone()
            paid = connection.execute("SELECT count(*) FROM orders_order WHERE confirmed_at IS NOT NULL").fetchone()
            assert paid is not None and mails == (paid[0], paid[0])
