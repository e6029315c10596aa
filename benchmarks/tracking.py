"""Batches of 100 tracked events through POST /v1/batch: stored once, attached to their people and products."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import orjson
import psycopg
from django.db import connection

from benchmarks.firing import Shot, fire
from benchmarks.growing import Figure
from benchmarks.stack import Ground, WebServer, free_port

TITLE = "Tracking"
NOTE = (
    "`POST /v1/batch` on the running web stack, batches of 100 from 8 clients, half of the events of known customers, each with "
    "a product to be found. The size is the log they come on top of. The floor is `COPY` of the same rows into the log, "
    "batch by batch from as many connections, without looking anybody up and without guarding against repeats."
)
BATCH, LEAST = 100, 2_000
LOG_ROWS, EVENTS, PRODUCTS, CUSTOMERS = 1_000_000, 60_000, 200, 2_000

_LOG = """
INSERT INTO events_event (id, name, kind, occurred_at, identity_id, channel, actor, request_id, context, data)
SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(n::text), 4, 15))::uuid,
       'Product Viewed', 'tracked', now(), md5((n %% 5000)::text)::uuid, 'web', 'source:x', '', '{}', '{"sku": "p1"}'
  FROM generate_series(1, %(rows)s::int) AS n
"""
_STORED = """
SELECT count(*), count(e.identity_id) FILTER (WHERE i.id IS NOT NULL), count(*) FILTER (WHERE e.data ? 'om_product_id')
  FROM events_event e LEFT JOIN customers_identity i ON i.id = e.identity_id
 WHERE e.name = 'Bench Viewed'
"""
_COPY = (
    "COPY events_event (id, name, kind, occurred_at, identity_id, channel, actor, request_id, context, data) FROM STDIN"
)


def measure(ground: Ground, scale: float) -> list[Figure]:
    from benchmarks.people import make_goods, make_people
    from customers.services.sources import create_source
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.context import SYSTEM

    _, key = create_source(name="Bench", channel="web", by=SYSTEM, at=now())
    make_goods(PRODUCTS)
    customers = make_people(CUSTOMERS)
    rows, count = int(LOG_ROWS * scale), max(2_000, int(EVENTS * min(1, scale)))
    with connection.cursor() as cursor:
        cursor.execute(_LOG, {"rows": rows})
        cursor.execute("VACUUM ANALYZE events_event")
    web = WebServer(ground, "omnichannel.wsgi:application", free_port())
    try:
        web.wait("/healthz")
        fire(web.port, _batches(key, customers, 20), status=200)
        shots = _batches(key, customers, count // BATCH)
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
        took = fire(web.port, shots, status=200)
    finally:
        web.stop()
    with connection.cursor() as cursor:
        cursor.execute(_STORED)
        sent = 20 * BATCH + count // BATCH * BATCH
        if (stored := cursor.fetchone()) != (sent, sent, sent):
            raise RuntimeError(f"of {sent} events (stored, attached, with their product) are {stored}")
    return [
        Figure(
            "events stored and attached", count / took, "/s", f"log of {rows:,}",
            floor=_floor(customers, count), floor_is="COPY", least=LEAST,
        )
    ]  # fmt: skip


def _batches(key: str, customers: list[str], batches: int) -> list[Shot]:
    from omnichannel.kernel.clock import now

    made = []
    for number in range(batches):
        batch = [
            {
                "type": "track", "event": "Bench Viewed", "messageId": str(uuid.uuid4()),
                "anonymousId": f"visitor-{number % 50}-{n % 25}", "timestamp": now().isoformat(),
                **({"userId": customers[(number * BATCH + n) % len(customers)]} if n % 2 else {}),
                "properties": {"sku": f"p{n % PRODUCTS}", "name": "Linen jacket", "price": 128.0, "currency": "USD"},
                "context": {"page": {"url": f"https://shop.example/p/{n}"}, "userAgent": "Mozilla/5.0 (iPhone)"},
            }
            for n in range(BATCH)
        ]  # fmt: skip
        made.append(Shot("/v1/batch", {}, orjson.dumps({"writeKey": key, "batch": batch, "sentAt": now().isoformat()})))
    return made


def _floor(customers: list[str], count: int) -> float:
    """Events a second by COPY, a batch a transaction."""
    from omnichannel.kernel.clock import now
    from omnichannel.kernel.ids import uuid7

    at = now()
    context = '{"page": {"url": "https://shop.example/p/1"}, "source": "Bench", "user_agent": "Mozilla/5.0 (iPhone)"}'
    data = {"sku": "p1", "name": "Linen jacket", "price": 128.0, "currency": "USD", "om_product_id": customers[0]}
    words = orjson.dumps(data).decode()
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)}

    def copy(batches: int) -> None:
        with psycopg.connect(autocommit=True, **known) as plain:
            for number in range(batches):
                with plain.cursor() as cursor, cursor.copy(_COPY) as into:
                    for n in range(BATCH):
                        whose = customers[(number + n) % len(customers)]
                        into.write_row((uuid7(), "Floor", "tracked", at, whose, "web", "source:x", "", context, words))

    started = perf_counter()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(copy, [count // BATCH // 8] * 8))
    return count // BATCH // 8 * 8 * BATCH / (perf_counter() - started)
