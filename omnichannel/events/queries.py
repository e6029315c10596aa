"""Reading the log."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Q, QuerySet

from omnichannel.events.models import Event
from omnichannel.events.ports import RecordedEvent

#: What `event_of_row` reads, of a table or subquery called `event`.
EVENT_COLUMNS = """event.id, event.name, event.kind, event.occurred_at, event.identity_id, event.subject_id, event.channel,
       event.store_id, event.device_id, event.associate_id, event.actor, event.request_id,
       event.context::text, event.data::text"""

# The ids as an array, not a join: PostgreSQL then looks into the partitions of those ids alone.
LOAD = f"""
SELECT {EVENT_COLUMNS}
  FROM events_event AS event
 WHERE id = ANY(%s)
 ORDER BY id
"""


def recorded(row: Event) -> RecordedEvent:
    """A row of the log as handlers and sentences see it."""
    return RecordedEvent(**{name: getattr(row, name) for name in RecordedEvent.__slots__})


def list_events(
    *,
    subject_id: UUID | None = None,
    customer_id: UUID | None = None,
    names: Sequence[str] = (),
    after: UUID | None = None,
) -> QuerySet[Event]:
    """Events of the log, unordered. A name ending in `*` takes all with that prefix."""
    rows = Event.objects.all()
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    if customer_id is not None:
        rows = rows.filter(identity_id=customer_id)
    if names:
        wanted = Q()
        for name in names:
            wanted |= Q(name__startswith=name[:-1]) if name.endswith("*") else Q(name=name)
        rows = rows.filter(wanted)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return rows


def load_events(ids: Iterable[UUID]) -> list[RecordedEvent]:
    """The events of these ids in the order of the log; those no longer kept are absent."""
    with connection.cursor() as cursor:
        cursor.execute(LOAD, [list(ids)])
        return [event_of_row(row) for row in cursor.fetchall()]


def event_of_row(row: Sequence[Any]) -> RecordedEvent:
    """An event from a row of `EVENT_COLUMNS`."""
    return RecordedEvent(*(*row[:12], orjson.loads(row[12]), orjson.loads(row[13])))


def list_after(after: UUID, until: UUID, limit: int) -> list[RecordedEvent]:
    """Events of the log after one id up to another, in order."""
    return [recorded(row) for row in Event.objects.filter(id__gt=after, id__lte=until).order_by("id")[:limit]]
