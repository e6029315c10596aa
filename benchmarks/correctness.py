"""What must be zero: oversold units, double orders, lost updates. Real HTTP, real threads, a barrier."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.stack import HOST

API = "/api/v1"


def call(port: int, method: str, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    payload = json.dumps(body).encode() if body is not None else None
    connection.request(method, API + path, payload, headers | ({"Content-Type": "application/json"} if payload else {}))
    response = connection.getresponse()
    raw = response.read()
    connection.close()
    return response.status, json.loads(raw) if raw else None


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all from threads that start together; answers in order."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(position: int) -> None:
        barrier.wait()
        answers[position] = calls[position]()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def retried(call_once: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """503 means nothing happened and the caller may ask again, as any client would."""
    for _ in range(20):
        status, body = call_once()
        if status != 503:
            return status, body
    return status, body


def count_oversold(
    port: int, tokens: Sequence[str], totals: dict[str, Any], left: Callable[[], int], units: int
) -> dict[str, int]:
    """50 checkouts at once for 10 units: how many were sold beyond them, and how many were refused though there was one."""
    answers = at_once(
        [
            lambda token=token: retried(
                lambda: call(port, "POST", "/checkout", {"X-Cart-Token": token}, {"expected_total": totals})
            )
            for token in tokens
        ]
    )
    sold = sum(1 for status, _ in answers if status == 201)
    return {
        "sold": sold,
        "oversold": max(0, sold - units) + max(0, -left()),
        "errors": sum(1 for status, _ in answers if status >= 500),
    }


def count_double_orders(port: int, token: str, totals: dict[str, Any]) -> dict[str, int]:
    """One cart, 50 checkouts at once, without idempotency keys."""
    body = {"expected_total": totals}
    answers = at_once(
        [lambda: retried(lambda: call(port, "POST", "/checkout", {"X-Cart-Token": token}, body)) for _ in range(50)]
    )
    numbers = {answer["number"] for status, answer in answers if status == 201}
    return {
        "orders": len(numbers),
        "double_orders": max(0, len(numbers) - 1),
        "errors": sum(1 for status, _ in answers if status >= 500),
    }


def count_lost_updates(port: int, headers: dict[str, str], sku: str, before: int) -> dict[str, int]:
    """20 adds of one piece at once: pieces missing afterwards."""
    answers = at_once(
        [
            lambda: retried(lambda: call(port, "POST", "/cart/lines", headers, {"sku": sku, "quantity": 1}))
            for _ in range(20)
        ]
    )
    _, cart = call(port, "GET", "/cart", headers)
    lines = [line for line in cart["lines"] if line["sku"] == sku]
    pieces = sum(line["quantity"] for line in lines)
    return {
        "lost_updates": before + 20 - pieces,
        "doubled_lines": max(0, len(lines) - 1),
        "errors": sum(1 for status, _ in answers if status >= 400),
    }
