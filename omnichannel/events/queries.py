"""Reading the log."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Q, QuerySet

from omnichannel.events.models import Event
from omnichannel.events.ports import RecordedEvent

# The ids as an array, not a join: PostgreSQL then looks into the partitions of those ids alone.
LOAD = """
SELECT id, name, kind, occurred_at, identity_id, subject_id, channel,
       store_id, device_id, associate_id, actor, request_id, context::text, data::text
  FROM events_event
 WHERE id = ANY(%s)
 ORDER BY id
"""


def recorded(row: Event) -> RecordedEvent:
    """A row of the log as handlers and sentences see it."""
    return RecordedEvent(**{name: getattr(row, name) for name in RecordedEvent.__slots__})


def list_events(
    *, subject_id: UUID | None = None, customer_id: UUID | None = None, names: Sequence[str] = (), after: UUID | None = None
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
        return [RecordedEvent(*row[:12], context=orjson.loads(row[12]), data=orjson.loads(row[13])) for row in cursor.fetchall()]
