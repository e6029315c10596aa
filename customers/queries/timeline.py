"""One life in order: everything that any of a customer's identities did or met, on every channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from customers.ports import place_names
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import EVENT_COLUMNS, event_of_row
from omnichannel.events.states import EventKind

#: What a timeline may be narrowed to. Names ending in `*` are beginnings.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "bought": ("order.*", "payment.*", "refund.*", "fulfilment.*", "return.*"),
    "cart": ("cart.*", "wish_list.*"),
    "visits": (),
    "messages": ("message.*", "newsletter.*", "Email *", "Push *"),
    "points": ("points.*", "credit.*", "member.*", "referral.*", "code.*"),
    "notes": ("customer.noted",),
    "profile": ("customer.*", "consent.*", "address.*", "segment.*"),
}
#: Looks of those who work here are an access log, not the customer's life.
UNSHOWN = ("customer.looked_up",)
#: What is the house's own business, not the customer's.
INTERNAL = (
    "customer.*", "segment.*", "audience.*", "journey.*", "stock_discrepancy.*", "address.*", "referral.flagged",
    "conversion.*", "decision.*",
)  # fmt: skip

# The newest of each identity by its index, then the newest of them all: as cheap for ten years as for ten days.
TIMELINE = f"""
SELECT {EVENT_COLUMNS}
  FROM unnest(%(identities)s::uuid[]) AS known (identity_id)
 CROSS JOIN LATERAL (
        SELECT * FROM events_event AS e
         WHERE e.identity_id = known.identity_id
           AND (%(at)s::timestamptz IS NULL OR (e.occurred_at, e.id) < (%(at)s::timestamptz, %(id)s::uuid))
           AND (%(at)s::timestamptz IS NULL OR e.occurred_at <= %(at)s::timestamptz)
           AND (%(channels)s::text[] IS NULL OR e.channel = ANY(%(channels)s::text[]))
           AND (%(kinds)s::text[] IS NULL OR e.kind = ANY(%(kinds)s::text[]))
           AND (%(names)s::text[] IS NULL OR e.name LIKE ANY(%(names)s::text[]))
           AND NOT e.name LIKE ANY(%(without)s::text[])
         ORDER BY e.occurred_at DESC, e.id DESC
         LIMIT %(limit)s
       ) AS event
 ORDER BY event.occurred_at DESC, event.id DESC
 LIMIT %(limit)s
"""

EVERYTHING = f"""
SELECT {EVENT_COLUMNS}
  FROM events_event AS event WHERE identity_id = ANY(%s::uuid[]) ORDER BY occurred_at, id
"""

# Looks of staff are nothing new to look at: told, each look would be answered by another.
NEWEST = """
SELECT max(newest.occurred_at)
  FROM unnest(%(identities)s::uuid[]) AS known (identity_id)
 CROSS JOIN LATERAL (SELECT occurred_at FROM events_event AS e
                      WHERE e.identity_id = known.identity_id AND e.name <> ALL(%(without)s::text[])
                      ORDER BY e.occurred_at DESC, e.id DESC LIMIT 1) AS newest
"""

IDENTITIES = "SELECT id FROM customers_identity WHERE customer_id = %s"

ACTIVITY = """
SELECT date_trunc('day', e.occurred_at AT TIME ZONE 'UTC')::date,
       CASE WHEN e.name IN ('order.placed', 'order.confirmed', 'order.recorded') THEN 'bought'
            WHEN e.name LIKE 'message.%%' THEN 'messages'
            WHEN e.channel = 'mobile' THEN 'phone'
            WHEN e.channel IN ('tablet', 'pos') THEN 'store'
            WHEN e.channel = 'social' THEN 'social'
            ELSE 'web' END AS lane,
       count(*)
  FROM events_event AS e
 WHERE e.identity_id = ANY(%(identities)s::uuid[]) AND e.occurred_at >= %(since)s AND e.kind <> 'echo'
   AND (e.channel <> 'system' OR e.name LIKE 'message.%%' OR e.name LIKE 'order.%%')
   AND e.name NOT LIKE 'customer.%%' AND e.name NOT LIKE 'segment.%%'
 GROUP BY 1, 2
 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """before    (occurred_at, id) of the last one shown.
    group     one of GROUPS.
    channels  only these.
    """

    before: tuple[datetime, UUID] | None = None
    group: str = ""
    channels: Sequence[str] = ()
    own: bool = False
    limit: int = 20


def list_timeline(identity_ids: Sequence[UUID], wanted: Wanted) -> list[RecordedEvent]:
    """Events newest first, echoes left out; `own` leaves out what is the house's business. One statement."""
    names = [_like(name) for name in GROUPS.get(wanted.group, ())]
    without = [*UNSHOWN, *(INTERNAL if wanted.own else ())]
    at, event_id = wanted.before or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            TIMELINE,
            {
                "identities": list(identity_ids),
                "at": at,
                "id": event_id,
                "channels": list(wanted.channels) or None,
                "kinds": [EventKind.TRACKED] if wanted.group == "visits" else [EventKind.DOMAIN, EventKind.TRACKED],
                "names": names or None,
                "without": [_like(name) for name in without],
                "limit": wanted.limit,
            },
        )
        return [event_of_row(row) for row in cursor.fetchall()]


def newest_moment(identity_ids: Sequence[UUID]) -> datetime | None:
    """When the newest of the timeline happened. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, {"identities": list(identity_ids), "without": list(UNSHOWN)})
        row = cursor.fetchone()
    return row[0] if row else None


def list_everything(identity_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """All that the log holds of these identities, oldest first, looks of staff included: for who asks what we keep."""
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING, [list(identity_ids)])
        events = [event_of_row(row) for row in cursor.fetchall()]
    return [
        {
            "at": event.occurred_at.isoformat(), "what": event.name, "channel": event.channel, "context": event.context,
            "data": event.data,
        }
        for event in events
    ]  # fmt: skip


def list_activity(identity_ids: Sequence[UUID], *, since: datetime) -> list[dict[str, Any]]:
    """How much went on a day and lane (phone, web, store, social, messages, bought). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(ACTIVITY, {"identities": list(identity_ids), "since": since})
        return [{"day": day, "lane": lane, "count": count} for day, lane, count in cursor.fetchall()]


def names_of_places(events: Sequence[RecordedEvent]) -> dict[UUID, str]:
    """The names of the stores that events happened in."""
    ids = {event.store_id for event in events if event.store_id is not None}
    found: dict[UUID, str] = {}
    for provider in place_names if ids else ():
        found |= dict(provider.names(ids))
    return found


def _like(pattern: str) -> str:
    plain = pattern.replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%")
    return plain[:-1] + "%" if plain.endswith("*") else plain
