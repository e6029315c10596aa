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
MOST_EVENTS = 5_000

_CONVERSIONS = """
SELECT o.id, o.customer_id, o.placed_at, o.channel, o.store_id, greatest(o.current_total_minor, 0), o.currency,
       o.campaign::text,
       NOT EXISTS (SELECT FROM orders_order earlier
                    WHERE earlier.customer_id = o.customer_id AND earlier.placed_at < o.placed_at
                      AND earlier.confirmed_at IS NOT NULL)
  FROM orders_order o
 WHERE o.id = ANY(%(orders)s) AND o.confirmed_at IS NOT NULL
"""
# Once a customer, whatever the number of their orders. Of the data only what a touch is told by is carried.
_BEFORE = """
SELECT c.customer_id, e.id, e.name, e.occurred_at, e.channel, e.store_id, e.context::text,
       e.data ->> 'channel', e.data ->> 'template', e.data ->> 'campaign', e.subject_id
  FROM unnest(%(customers)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS c (customer_id, since, until)
  JOIN customers_identity i ON i.customer_id = c.customer_id
  JOIN LATERAL (
        SELECT event.id, event.name, event.occurred_at, event.channel, event.store_id, event.context, event.data, event.subject_id
          FROM events_event AS event
         WHERE event.identity_id = i.id AND event.occurred_at > c.since AND event.occurred_at <= c.until
           AND (event.kind = %(tracked)s AND event.name <> 'identify' OR event.name = ANY(%(facts)s))
         ORDER BY event.occurred_at DESC
         LIMIT %(most)s
       ) e ON true
 ORDER BY c.customer_id, e.occurred_at, e.id
"""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A confirmed order. `net_minor` is what it comes to today."""

    order_id: UUID
    customer_id: UUID | None
    at: datetime
    channel: str
    store_id: UUID | None
    net_minor: int
    currency: str
    campaign: dict[str, str]
    is_first_order: bool


def list_conversions(order_ids: Sequence[UUID]) -> list[Conversion]:
    """The confirmed ones among these orders. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSIONS, {"orders": list(order_ids)})
        return [
            Conversion(order, customer, at, channel, store, net, currency, orjson.loads(campaign or "{}"), is_first)
            for order, customer, at, channel, store, net, currency, campaign, is_first in cursor.fetchall()
        ]


def list_happened(conversions: Sequence[Conversion]) -> dict[UUID, list[Happened]]:
    """By customer, what happened from 90 days before their first of these orders to their last, in order.

    One statement.
    """
    spans: dict[UUID, tuple[datetime, datetime]] = {}
    for conversion in conversions:
        if conversion.customer_id is not None:
            first, last = spans.get(conversion.customer_id, (conversion.at, conversion.at))
            spans[conversion.customer_id] = min(first, conversion.at), max(last, conversion.at)
    parameters: dict[str, Any] = {
        "customers": list(spans),
        "since": [first - LOOK_BACK for first, _ in spans.values()],
        "until": [last for _, last in spans.values()],
        "tracked": EventKind.TRACKED,
        "facts": sorted(TOUCHING_FACTS),
        "most": MOST_EVENTS,
    }
    found: dict[UUID, list[Happened]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, parameters)
        for customer, event, name, at, channel, store, context, told_channel, template, campaign, subject in cursor:
            data = {"channel": told_channel, "template": template, "campaign": campaign}
            happened = Happened(event, name, at, channel, store, orjson.loads(context), data, subject)
            found.setdefault(customer, []).append(happened)
    return found
