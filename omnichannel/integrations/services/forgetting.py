"""What other systems were told of a person leaves our log of it when they are forgotten."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

# Ids of what it was about stay, so that a message that still waits, and its number, are what they were.
_REDACT = """
WITH told AS (
    SELECT m.id, m.body::jsonb AS body
      FROM integrations_webhookmessage m JOIN events_event e ON e.id = m.event_id
     WHERE e.identity_id = ANY(%s::uuid[])
), emptied AS (
    UPDATE integrations_webhookmessage m
       SET body = jsonb_set(told.body, '{data}', (
               SELECT jsonb_object_agg(key, value) FROM jsonb_each(told.body -> 'data')
                WHERE key IN ('event_id', 'resource_id', 'sequence', 'channel', 'store_id', 'customer_id')))::text
      FROM told WHERE m.id = told.id
)
UPDATE integrations_webhookattempt a SET response = '', error = CASE WHEN error = '' THEN '' ELSE 'erased' END
  FROM told WHERE a.message_id = told.id
"""


class ToldOfPeople:
    """A `FactCopies`."""

    def redact(self, *, identity_ids: Sequence[UUID]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_REDACT, [list(identity_ids)])
