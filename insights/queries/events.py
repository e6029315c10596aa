"""What happened before orders, read from the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from insights.rules.touches import LOOK_BACK, TOUCHING_FACTS, Happened
from omnichannel.events.states import EventKind

# Bounded per identity: somebody's tab that reloads for weeks costs no more than a busy shopper.
MOST_EVENTS = 1_000

# One statement for any number of orders. An order without touches, or without a customer, comes as one row alone.
# Of a placing only that of this very order counts. Of the data only what a touch is told by is carried.
_BEFORE_ORDERS = """
WITH wanted AS (
    SELECT o.id, o.customer_id, o.placed_at, o.channel, o.store_id, o.current_total_minor, o.currency, o.campaign,
           NOT EXISTS (SELECT FROM orders_order earlier
                        WHERE earlier.customer_id = o.customer_id AND earlier.placed_at < o.placed_at
                          AND earlier.confirmed_at IS NOT NULL) AS is_first
      FROM orders_order o
     WHERE o.id = ANY(%(orders)s) AND o.confirmed_at IS NOT NULL
)
SELECT w.id, w.customer_id, w.placed_at, w.channel, w.store_id, greatest(w.current_total_minor, 0), w.currency,
       w.campaign::text, w.is_first,
       e.id, e.name, e.occurred_at, e.channel, e.store_id, e.context::text, e.data::text
  FROM wanted w
  LEFT JOIN customers_identity i ON i.customer_id = w.customer_id
  LEFT JOIN LATERAL (
        SELECT event.id, event.name, event.occurred_at, event.channel, event.store_id, event.context,
               jsonb_build_object('channel', event.data -> 'channel', 'template', event.data -> 'template',
                                  'campaign', event.data -> 'campaign') AS data
          FROM events_event AS event
         WHERE event.identity_id = i.id
           AND event.occurred_at > w.placed_at - %(look_back)s::interval AND event.occurred_at <= w.placed_at
           AND (event.kind = %(tracked)s AND event.name <> 'identify' OR event.name = ANY(%(facts)s))
           AND (event.name <> 'order.placed' OR event.subject_id = w.id)
         ORDER BY event.occurred_at DESC
         LIMIT %(most)s
       ) e ON true
 ORDER BY w.id
"""


_ORDER = ("order_id", "customer_id", "at", "channel", "store_id", "net_minor", "currency")


@dataclass(slots=True)
class Conversion:
    """A confirmed order and what happened before it. `net_minor` is what it comes to today."""

    order_id: UUID
    customer_id: UUID | None
    at: datetime
    channel: str
    store_id: UUID | None
    net_minor: int
    currency: str
    campaign: dict[str, str]
    is_first_order: bool
    events: list[Happened]


def list_conversions(order_ids: Sequence[UUID]) -> list[Conversion]:
    """The confirmed ones among these orders, each with the events of 90 days before it. One statement."""
    found: dict[UUID, Conversion] = {}
    parameters: dict[str, Any] = {
        "orders": list(order_ids),
        "look_back": LOOK_BACK,
        "tracked": EventKind.TRACKED,
        "facts": sorted(TOUCHING_FACTS),
        "most": MOST_EVENTS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE_ORDERS, parameters)
        for row in cursor:
            conversion = found.get(row[0])
            if conversion is None:
                order: dict[str, Any] = dict(zip(_ORDER, row[:7], strict=True))
                conversion = found[row[0]] = Conversion(
                    **order, campaign=orjson.loads(row[7] or "{}"), is_first_order=row[8], events=[]
                )
            if row[9] is not None:
                conversion.events.append(
                    Happened(row[9], row[10], row[11], row[12], row[13], orjson.loads(row[14]), orjson.loads(row[15]))
                )
    return list(found.values())
