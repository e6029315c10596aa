"""A year of visits and orders in the log, as trackers and the house would have recorded them at the time.

Nothing reacts to it: what the past has led to (points, paths, segments) is built from the tables and the log afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from django.db import connection

from customers.states import IdentityKind
from demo.rules.lives import Visit, simulate_lives
from demo.rules.trade import Sale
from omnichannel.events.states import EventKind
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7
from stores.models import Store

_EVENTS = """COPY events_event (id, name, kind, occurred_at, identity_id, subject_id, channel, store_id, device_id, associate_id,
                                actor, request_id, context, data) FROM STDIN"""
_VISITORS = "COPY customers_identity (id, customer_id, kind, value, verified_at, created_at) FROM STDIN"
# What the log would hold of each sale: placed, confirmed, and brought to the door a few days later.
_ORDERS = """
SELECT id, number, customer_id, placed_at, channel, store_id, associate_id, total_minor, currency, current_total_minor
  FROM orders_order WHERE source = 'demo' AND customer_id IS NOT NULL
"""
_THINGS = """
SELECT v.sku, v.id, p.id, p.name, p.slug, coalesce(c.name, ''), coalesce(pr.amount_minor, 0)
  FROM catalog_variant v JOIN catalog_product p ON p.id = v.product_id LEFT JOIN catalog_category c ON c.id = p.category_id
  LEFT JOIN LATERAL (SELECT amount_minor FROM catalog_price WHERE variant_id = v.id AND currency = 'USD' AND withdrawn_at IS NULL
                      ORDER BY is_sale, valid_from DESC LIMIT 1) pr ON true
"""
SHIPPED_IN = timedelta(days=3)


def load_lives(*, sales: Sequence[Sale], stores: Mapping[str, Store], at: datetime) -> int:
    """Write the visits around these sales, and the sales' own facts; returns how many events."""
    visits = list(simulate_lives(sales, until=at))
    things = _things()
    visitors = {visit.visitor: _visitor_id(visit.visitor) for visit in visits if visit.buyer is None}
    rows = sorted([*_visit_rows(visits, things, stores, visitors), *_order_rows(at)], key=lambda row: (row[0], row[2]))
    # Ids rise with what they tell of, although all are recorded now: a page of the log reads in its order.
    ids = sorted(uuid7() for _ in rows)
    with connection.cursor() as cursor:
        with cursor.copy(_VISITORS) as copy:
            for name, identity in visitors.items():
                copy.write_row((identity, None, IdentityKind.ANONYMOUS.value, name, None, at))
        with cursor.copy(_EVENTS) as copy:
            for event_id, row in zip(ids, rows, strict=True):
                copy.write_row((event_id, row[2], row[3], row[0], *row[4:]))
    return len(rows)


def _visitor_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo:{name}")


def _visit_rows(
    visits: Iterable[Visit],
    things: Mapping[str, dict[str, Any]],
    stores: Mapping[str, Store],
    visitors: Mapping[str, UUID],
) -> Iterator[tuple[Any, ...]]:
    for visit in visits:
        identity = UUID(visit.buyer) if visit.buyer else visitors[visit.visitor]
        store = stores[visit.store].id if visit.store else None
        context = visit.context | {"source": "Marram tracker"}

        def row(
            moment: datetime, name: str, kind: str, data: Mapping[str, Any], context: Mapping[str, Any],
            who: UUID = identity, where: str = visit.channel, place: UUID | None = store,
        ) -> tuple[Any, ...]:  # fmt: skip
            subject = data.get("om_product_id") if kind == EventKind.TRACKED else None
            return (
                moment, 0, name, str(kind), who, subject, where, place, None, None, "write_key:demo", "",
                orjson.dumps(context).decode(), orjson.dumps(data).decode(),
            )  # fmt: skip

        page = {"title": "Marram", "path": "/"}
        yield row(visit.at, "screen" if visit.channel == Channel.MOBILE else "page", EventKind.TRACKED, page, context)
        for step, sku in enumerate(visit.viewed, start=1):
            thing = things.get(sku)
            if thing is None:
                continue
            moment = visit.at + timedelta(minutes=2 * step)
            yield row(moment, "Product Viewed", EventKind.TRACKED, thing, {"source": "Marram tracker"})
            if sku in visit.carted:
                added = {
                    "variant_id": thing["om_variant_id"], "product_id": thing["om_product_id"], "sku": sku,
                    "name": thing["name"], "quantity_before": 0, "quantity": 1,
                }  # fmt: skip
                yield row(moment + timedelta(seconds=40), "cart.line_added", EventKind.DOMAIN, added, {})


def _order_rows(at: datetime) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS)
        orders = cursor.fetchall()
    for order_id, number, customer, placed_at, channel, store, associate, total, currency, _ in orders:
        said = {
            "order_id": str(order_id), "number": number, "customer_id": str(customer), "source": "demo",
            "total_minor": total, "currency": currency,
        }  # fmt: skip
        told = [("order.placed", placed_at), ("order.confirmed", placed_at + timedelta(seconds=1))]
        if channel not in (Channel.POS, Channel.TABLET) and placed_at + SHIPPED_IN < at:
            told.append(("fulfilment.delivered", placed_at + SHIPPED_IN))
        for name, moment in told:
            yield (
                moment, 1, name, EventKind.DOMAIN.value, customer, order_id, channel, store, None, associate,
                f"associate:{associate}" if associate else f"customer:{customer}", "", "{}", orjson.dumps(said).decode(),
            )  # fmt: skip


def _things() -> dict[str, dict[str, Any]]:
    """What a tracker says of a product, by SKU."""
    with connection.cursor() as cursor:
        cursor.execute(_THINGS)
        return {
            sku: {
                "sku": sku, "product_id": slug, "name": name, "category": category, "price": price / 100, "currency": "USD",
                "om_product_id": str(product), "om_variant_id": str(variant),
            }
            for sku, variant, product, name, slug, category, price in cursor.fetchall()
        }  # fmt: skip
