"""What is measured: one request of each kind, for many entities."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from benchmarks.data import READ_CARTS, Ground, cart_token

API = "/api/v1"


@dataclass(frozen=True)
class Case:
    """`count` entities; each makes one request. `once`: a request spends its entity (an order spends its cart)."""

    name: str
    title: str
    method: str
    path: Callable[[int], str]
    count: int
    headers: Callable[[int], dict[str, str]] = lambda number: {}
    body: Callable[[int], bytes] = lambda number: b""
    once: bool = False
    least_share: float = 0.25
    aim_share: float = 0.40
    status: int = 200

    @property
    def writes(self) -> bool:
        return self.method != "GET"


def _guest(number: int) -> dict[str, str]:
    return {"X-Cart-Token": cart_token(number)}


def make_cases(ground: Ground, *, order_total: dict[str, object], first_order: int, orders: int, first_hot: int, hot: int) -> list[Case]:
    products, skus = ground.product_ids[:200], ground.skus[:200]

    def checkout(number: int) -> bytes:
        return json.dumps({"expected_total": order_total}).encode()

    return [
        Case("product", "product with price", "GET", lambda n: f"{API}/products/{products[n]}", len(products)),
        Case("products", "list of 20", "GET", lambda n: f"{API}/products?limit=20&category=category-{n}", 10),
        Case("cart", "cart, 5 lines", "GET", lambda n: f"{API}/cart", READ_CARTS, headers=_guest),
        Case(
            "line", "add to own cart", "POST", lambda n: f"{API}/cart/lines", READ_CARTS, headers=_guest,
            body=lambda n: json.dumps({"sku": skus[n % len(skus)], "quantity": 1}).encode(), aim_share=0.35, status=200,
        ),
        Case("availability", "one SKU in 50 stores", "GET", lambda n: f"{API}/availability?skus={skus[n]}&near=52.5,13.4", len(skus)),
        Case(
            "order", "cart to placed order", "POST", lambda n: f"{API}/checkout", orders,
            headers=lambda n: _guest(first_order + n), body=checkout, once=True, least_share=0.20, aim_share=0.30, status=201,
        ),
        Case(
            "hot", "orders on one hot stock row", "POST", lambda n: f"{API}/checkout", hot,
            headers=lambda n: _guest(first_hot + n), body=lambda n: json.dumps({"expected_total": order_total}).encode(), once=True,
            least_share=0.20, aim_share=0.30, status=201,
        ),
    ]  # fmt: skip


