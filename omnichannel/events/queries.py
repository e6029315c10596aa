"""Reading the log."""

from collections.abc import Iterable
from uuid import UUID

import orjson
from django.db import connection

from omnichannel.events.ports import RecordedEvent

# The ids as an array, not a join: PostgreSQL then looks into the partitions of those ids alone.
LOAD = """
SELECT id, name, kind, occurred_at, identity_id, subject_id, channel,
       store_id, device_id, associate_id, actor, request_id, context::text, data::text
  FROM events_event
 WHERE id = ANY(%s)
 ORDER BY id
"""


def load_events(ids: Iterable[UUID]) -> list[RecordedEvent]:
    """The events of these ids in the order of the log; those no longer kept are absent."""
    with connection.cursor() as cursor:
        cursor.execute(LOAD, [list(ids)])
        return [RecordedEvent(*row[:12], context=orjson.loads(row[12]), data=orjson.loads(row[13])) for row in cursor.fetchall()]
