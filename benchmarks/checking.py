"""What must be zero under races, and what must not grow with the lines: counters and statements."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from benchmarks.cases import API
from benchmarks.correctness import count_double_orders, count_lost_updates, count_oversold
from benchmarks.data import Ground, fill_pool, make_cart
from benchmarks.plans import client
from benchmarks.replay import Statement, capturing
from carts.ports import Adjustment, CartSnapshot, discount_providers

PROMOTIONS = 20
SIZES = (1, 5, 50)
#: The caller's credential costs one; rule 8 counts it apart.
PRINCIPAL = 1


class _TwentyPromotions:
    """A discount provider that reads its promotions in one statement and takes a little off with each."""

    def __init__(self) -> None:
        self.are_on = True

    def quote(self, snapshot: CartSnapshot) -> Sequence[Adjustment]:
        if not self.are_on:
            return []
        with connection.cursor() as cursor:
            cursor.execute("SELECT n, 'Promotion ' || n FROM generate_series(1, %s) AS n", [PROMOTIONS])
            promotions = cursor.fetchall()
        if not snapshot.lines:
            return []
        return [
            Adjustment(
                kind="discount",
                label=label,
                amount_minor=-1,
                line_id=snapshot.lines[number % len(snapshot.lines)].id,
                source="bench",
            )
            for number, label in promotions
        ]

    def claim(self, *, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM unnest(%s::text[])", [[row.label for row in adjustments]])

    def release(self, *, order_id: UUID, at: datetime) -> None:
        return None


def count_statements(shop: Ground, at: datetime) -> dict[str, dict[int, tuple[int, int]]]:
    """Statements of a request by case and number of lines: without promotions, and with twenty of them.

    BEGIN, COMMIT, the principal and the promotions' own statements apart, as rule 8 of the design counts.
    """
    plain = _count(shop, at, first=3_000_000)
    promotions = _TwentyPromotions()
    discount_providers.register("bench", promotions)
    promoted = _count(shop, at, first=3_100_000)
    # What the sections price afterwards, the web server prices without them.
    promotions.are_on = False
    own = {"cart": 0, "line": 1, "order": 2}
    return {name: {size: (plain[name][size], promoted[name][size] - own[name]) for size in SIZES} for name in plain}


def _count(shop: Ground, at: datetime, *, first: int) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {"cart": {}, "line": {}, "order": {}}
    for position, size in enumerate(SIZES):
        template = make_cart(shop.variant_ids[:size], shop.store_ids[0], at)
        pool = fill_pool([template], first=first + position * 1_000, count=4)
        sku = shop.skus[0]
        for turn in (0, 1):  # the first of a kind also reads what the process then keeps
            token, total = (
                {"X-Cart-Token": pool.token(turn)},
                {"amount_minor": pool.total_minor(turn), "currency": "USD"},
            )
            counts = {
                "cart": _statements("GET", "/cart", token),
                "line": _statements(
                    "POST", "/cart/lines", {"X-Cart-Token": pool.token(2 + turn)}, {"sku": sku, "quantity": 1}
                ),
                "order": _statements("POST", "/checkout", token, {"expected_total": total}),
            }
        for name, count in counts.items():
            found[name][size] = count
    return found


def _statements(method: str, path: str, headers: dict[str, str], body: Mapping[str, Any] | None = None) -> int:
    into: list[Statement] = []
    with capturing(into):
        answer = client().generic(
            method, API + path, json.dumps(body or {}), content_type="application/json", headers=headers
        )
    if answer.status_code >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.content[:500]!r}")
    return len(into) - PRINCIPAL


# What counts as one of a kind, and the tables that hang on it.
_KINDS = {
    "order": (
        "orders_order",
        "relname LIKE 'orders\\_%' OR relname LIKE 'stores\\_hold%'",
    ),
    "cart": ("carts_cart", "relname IN ('carts_cart', 'carts_cartline', 'carts_cartcode')"),
    "fact": ("events_event", "relname LIKE 'events\\_event%' AND relname <> 'events_eventseen'"),
    "stock movement": ("stores_stockmovement", "relname = 'stores_stockmovement'"),
    "stock level": ("stores_stocklevel", "relname = 'stores_stocklevel'"),
}


def measure_sizes() -> dict[str, int]:
    """Bytes on disk of one order, cart, fact and stock level, indexes included."""
    found: dict[str, int] = {}
    with connection.cursor() as cursor:
        for kind, (table, which) in _KINDS.items():
            cursor.execute(
                f"SELECT sum(pg_total_relation_size(relid)) / greatest(1, (SELECT count(*) FROM {table}))"
                f"  FROM pg_stat_user_tables WHERE {which}"
            )
            found[kind] = int(cursor.fetchone()[0])
    return found


def check_correctness(port: int, shop: Ground, at: datetime) -> dict[str, int]:
    """Every counter that must be zero, summed over the situations it was looked for in."""
    total: dict[str, int] = {
        "oversold": 0,
        "double_orders": 0,
        "lost_updates": 0,
        "doubled_lines": 0,
        "errors": 0,
        "unsold": 0,
    }

    def add(counts: dict[str, int]) -> None:
        for name in total:
            total[name] += counts.get(name, 0)

    variant, store = shop.variant_ids[-1], shop.store_ids[0]
    units, buyers = 10, 50
    _leave_on_the_shelf(variant, store, units, at)
    pool = fill_pool([make_cart([variant], store, at)], first=4_000_000, count=buyers + 1)
    money = {"amount_minor": pool.total_minor(0), "currency": "USD"}
    counts = count_oversold(port, [pool.token(n) for n in range(buyers)], money, lambda: _left(variant, store), units)
    add(counts | {"unsold": units - counts["sold"]})

    single = fill_pool([make_cart([shop.variant_ids[-2]], store, at)], first=4_100_000, count=1)
    add(count_double_orders(port, single.token(0), {"amount_minor": single.total_minor(0), "currency": "USD"}))

    customer = {"X-Session-Token": _signed_in_customer(at)}
    sku = shop.skus[10]
    add(count_lost_updates(port, customer, sku, 0))  # there is no cart yet
    add(count_lost_updates(port, customer, shop.skus[20], 0))  # a cart, but no such line yet
    add(count_lost_updates(port, customer, sku, 20))  # the line is there
    return total


def _leave_on_the_shelf(variant: UUID, store: UUID, units: int, at: datetime) -> None:
    from omnichannel.kernel.context import SYSTEM
    from stores.services.adjusting import Adjustment as Count
    from stores.services.adjusting import adjust_stock

    adjust_stock(
        adjustment=Count(store_id=store, variant_id=variant, set_on_hand=units, reason="benchmark"), by=SYSTEM, at=at
    )


def _left(variant: UUID, store: UUID) -> int:
    from stores.models import StockLevel

    level = StockLevel.objects.get(variant_id=variant, store_id=store)
    return level.on_hand - level.reserved


def _signed_in_customer(at: datetime) -> str:
    from customers.services.creating import NewCustomer, create_customer
    from customers.states import CustomerSource
    from omnichannel.accounts.models import User
    from omnichannel.kernel.context import SYSTEM

    user = User.objects.create_user(email="bench-customer@example.com", password=None)
    create_customer(new=NewCustomer(user_id=user.pk, email=user.email, source=CustomerSource.SIGN_UP), by=SYSTEM, at=at)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
