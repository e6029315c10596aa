"""What is measured: one request of each kind, for many entities."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.data import CartPool, Ground

API = "/api/v1"


@dataclass(frozen=True)
class Case:
    """`count` entities, each a request. `once`: a request spends its entity, as an order spends its cart.

    share and aim  of what the bare WSGI callable reaches: what must be, and what is aimed at.
    """

    name: str
    title: str
    method: str
    path: Callable[[int], str]
    count: int
    headers: Callable[[int], dict[str, str]] = lambda number: {}
    body: Callable[[int], bytes] = lambda number: b""
    pool: CartPool | None = None
    once: bool = False
    share: float = 0.25
    aim: float = 0.40
    status: int = 200

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def make_cases(ground: Ground, *, readers: CartPool, orders: CartPool, hot: CartPool) -> list[Case]:
    products, skus = ground.product_ids[:200], ground.skus[:200]

    def add(number: int) -> bytes:
        return json.dumps({"sku": skus[number % len(skus)], "quantity": 1}).encode()

    return [
        Case("product", "product with price", "GET", lambda n: f"{API}/products/{products[n]}", len(products)),
        Case("products", "list of 20", "GET", lambda n: f"{API}/products?limit=20&category=category-{n}", 10),
        Case("cart", "cart, 5 lines", "GET", lambda n: f"{API}/cart", readers.count, headers=_guest_of(readers), pool=readers),
        Case(
            "line", "add to own cart", "POST", lambda n: f"{API}/cart/lines", readers.count,
            headers=_guest_of(readers), body=add, pool=readers, aim=0.35,
        ),
        Case("availability", "one SKU in 50 stores", "GET", lambda n: f"{API}/availability?skus={skus[n]}&near=52.5,13.4", len(skus)),
        _checkout("order", "cart to placed order", orders),
        _checkout("hot", "orders on one hot stock row", hot),
    ]  # fmt: skip


def _checkout(name: str, title: str, pool: CartPool) -> Case:
    def body(number: int) -> bytes:
        return json.dumps({"expected_total": {"amount_minor": pool.total_minor(number), "currency": "USD"}}).encode()

    return Case(
        name, title, "POST", lambda n: f"{API}/checkout", pool.count, headers=_guest_of(pool), body=body, pool=pool, once=True,
        share=0.20, aim=0.30, status=201,
    )  # fmt: skip


def _guest_of(pool: CartPool) -> Callable[[int], dict[str, str]]:
    return lambda number: {"X-Cart-Token": pool.token(number)}
