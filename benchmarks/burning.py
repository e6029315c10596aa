"""Checkout with points as a tender, beside the same checkout without."""

from __future__ import annotations

import json

from django.db import connection

from benchmarks.firing import Shot, fire
from benchmarks.growing import Figure
from benchmarks.stack import Ground, WebServer, free_port

TITLE = "Points burnt in checkout"
NOTE = (
    "`POST /carts/{id}/checkout` on the running web stack from 8 clients with an API key, as a till sends it: carts of two lines, each of a "
    "customer with 1,000 points, spread over 50 stores. Without a tender, which is the floor, and with 500 points as one."
)
ORDERS, POINTS = 1_000, 500

_OWN = """
WITH carts AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM carts_cart WHERE id = ANY(%(carts)s::uuid[])),
people AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM customers_customer)
UPDATE carts_cart SET customer_id = people.id FROM carts JOIN people USING (n) WHERE carts_cart.id = carts.id
"""


def measure(ground: Ground, scale: float) -> list[Figure]:
    from benchmarks.accruing import make_terms
    from benchmarks.data import fill_pool, load_shop, make_cart
    from benchmarks.people import make_people
    from customers.models import Customer
    from loyalty.models import Account
    from loyalty.services.posting import grant_points
    from loyalty.services.reconciling import reconcile_ledger
    from omnichannel.integrations.services.keys import create_api_key
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.context import SYSTEM

    at, orders = now(), max(50, int(ORDERS * scale))
    shop = load_shop(at)
    make_terms()
    make_people(2 * orders)
    for customer_id in Customer.objects.values_list("id", flat=True):
        grant_points(
            customer_id=customer_id, points=2 * POINTS, reason="Bench", reference=f"bench:{customer_id}", by=SYSTEM, at=at
        )  # fmt: skip
    templates = [
        make_cart(shop.variant_ids[2 * n : 2 * n + 2], shop.store_ids[n % len(shop.store_ids)], at) for n in range(50)
    ]
    pool = fill_pool(templates, first=0, count=2 * orders)
    carts = [pool.ids(number)[1] for number in range(2 * orders)]
    # Whoever holds a cart does not hold its customer's points: a system of the shop serves them, as a till does.
    _, key = create_api_key(name="Bench", scopes=["orders:write", "carts:write"], at=at, by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"carts": carts})
        cursor.execute("VACUUM ANALYZE")
    payments = [{"provider": "points", "method": {"points": POINTS}}]

    def shot(number: int, more: dict[str, object]) -> Shot:
        total = {"amount_minor": pool.total_minor(number), "currency": "USD"}
        return Shot(
            f"/api/v1/carts/{carts[number]}/checkout",
            {"Authorization": f"Bearer {key}"},
            json.dumps({"expected_total": total, **more}).encode(),
        )

    web = WebServer(ground, "omnichannel.wsgi:application", free_port())
    try:
        web.wait("/healthz")
        warm = orders // 10
        fire(web.port, [shot(n, {}) for n in range(warm)], status=201)
        plain = (orders - warm) / fire(web.port, [shot(n, {}) for n in range(warm, orders)], status=201)
        fire(web.port, [shot(n, {"payments": payments}) for n in range(orders, orders + warm)], status=201)
        burning = (orders - warm) / fire(
            web.port, [shot(n, {"payments": payments}) for n in range(orders + warm, 2 * orders)], status=201
        )
    finally:
        web.stop()
    left = list(Account.objects.filter(balance=POINTS).values_list("id", flat=True))
    if len(left) != orders or reconcile_ledger(repair=False, by=SYSTEM, at=now()):
        raise RuntimeError(f"{len(left)} of {orders} customers burnt their points, or the ledger does not add up")
    return [Figure("orders with a points tender", burning, "/s", f"{orders:,} orders", plain, "without points")]
