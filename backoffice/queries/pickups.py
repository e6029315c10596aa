"""The pickup board: what waits in which store, who comes for it, until when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.dateparse import parse_datetime

OPEN = ("placed", "accepted", "picking", "ready")
SHOWN_PER_STATE = 60

# Index fulfilment_board holds the open pickups alone, however many ever were.
# An order that is not paid yet is no work for a store: nothing may be picked for it.
COUNT_OPEN = """
SELECT count(*) FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id AND o.status <> 'placed'
 WHERE f.kind = 'pickup' AND f.status IN ('placed', 'accepted', 'picking')
"""

COUNT_BY_STORE = """
SELECT s.id, s.name, count(*) FILTER (WHERE f.status <> 'ready'), count(*) FILTER (WHERE f.status <> 'ready' AND f.promised_at < %(now)s),
       count(*) FILTER (WHERE f.status = 'ready')
  FROM orders_fulfilment f
  JOIN orders_order o ON o.id = f.order_id AND o.status <> 'placed'
  JOIN stores_store s ON s.id = f.store_id
 WHERE f.kind = 'pickup' AND f.status IN ('placed', 'accepted', 'picking', 'ready')
 GROUP BY s.id, s.name ORDER BY s.name
"""

BOARD = """
WITH open_parts AS (
    SELECT f.*, row_number() OVER (PARTITION BY f.status ORDER BY CASE WHEN f.status = 'ready' THEN f.collect_until ELSE f.promised_at END NULLS LAST, f.id) AS nth
      FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id AND o.status <> 'placed'
     WHERE f.kind = 'pickup' AND f.status IN ('placed', 'accepted', 'picking', 'ready')
       AND (%(store)s::uuid IS NULL OR f.store_id = %(store)s::uuid)
)
SELECT f.id, f.order_id, f.status, f.promised_at, f.collect_until, f.staging_place, o.number, s.name, s.time_zone,
       coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(o.email, ''), 'Guest'), c.id,
       (SELECT json_agg(json_build_object('name', l.name, 'sku', l.sku, 'units', fl.quantity - fl.cancelled_quantity,
                                          'file', i.file, 'url', i.url) ORDER BY l.position)
          FROM orders_fulfilmentline fl
          JOIN orders_orderline l ON l.id = fl.line_id
          LEFT JOIN catalog_variant v ON v.id = l.variant_id
          LEFT JOIN LATERAL (SELECT file, url FROM catalog_productimage
                              WHERE product_id = v.product_id AND v.options @> variant_options
                              ORDER BY variant_options <> '{}' DESC, position, id LIMIT 1) i ON true
         WHERE fl.fulfilment_id = f.id AND fl.quantity > fl.cancelled_quantity)
  FROM open_parts f
  JOIN orders_order o ON o.id = f.order_id
  LEFT JOIN stores_store s ON s.id = f.store_id
  LEFT JOIN customers_customer c ON c.id = o.customer_id
 WHERE f.nth <= %(limit)s
 ORDER BY f.nth
"""


@dataclass(frozen=True, slots=True)
class StorePickups:
    id: UUID
    name: str
    waiting: int
    late: int
    ready: int


@dataclass(frozen=True, slots=True)
class Pickup:
    """One pickup on the board. `items` are dicts of name, sku, units, file and url."""

    id: UUID
    order_id: UUID
    status: str
    promised_at: datetime | None
    collect_until: datetime | None
    place: str
    number: str
    store: str
    time_zone: str
    name: str
    customer_id: UUID | None
    items: Sequence[dict[str, Any]] = field(default_factory=tuple)


def count_open_pickups() -> int:
    """Pickups that the stores still have to make ready."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_OPEN)
        return int(cursor.fetchone()[0])


def list_pickup_stores(*, at: datetime) -> list[StorePickups]:
    """Stores with open pickups, by name."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT_BY_STORE, {"now": at})
        return [StorePickups(*row) for row in cursor.fetchall()]


def list_pickups(*, store_id: UUID | None) -> list[Pickup]:
    """Open pickups, the most urgent of each state first, at most SHOWN_PER_STATE a state."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD, {"store": store_id, "limit": SHOWN_PER_STATE})
        rows = cursor.fetchall()
    return [
        Pickup(
            id=row[0],
            order_id=row[1],
            status=row[2],
            promised_at=_moment(row[3]),
            collect_until=_moment(row[4]),
            place=row[5],
            number=row[6],
            store=row[7] or "No store yet",
            time_zone=row[8] or "UTC",
            name=row[9],
            customer_id=row[10],
            items=tuple(row[11] or ()),
        )
        for row in rows
    ]


def _moment(value: Any) -> datetime | None:
    return parse_datetime(value) if isinstance(value, str) else value
