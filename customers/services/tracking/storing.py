"""Tracked messages into the log: one statement for a batch, each message once for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from django.db import connection, transaction

from customers.rules.tracking import Message
from omnichannel.events.live import nudge_relay, publish_people
from omnichannel.events.ports import interested_in
from omnichannel.events.states import EventKind
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7

# The rows travel as one JSON text: an array of each column costs more than all the rest, for its quoting.
# Ids of messages are taken in order, so that two senders of the same ones do not wait for each other in a circle.
# Deliveries are made of what is fresh alone: a replay reacts to nothing.
STORE = """
WITH incoming AS (
    SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS e (
        id uuid, message_id uuid, name text, kind text, occurred_at timestamptz, identity_id uuid, subject_id uuid,
        context jsonb, data jsonb
    )
), seen AS (
    INSERT INTO events_seen (message_id)
    SELECT DISTINCT message_id FROM incoming ORDER BY 1
        ON CONFLICT DO NOTHING
    RETURNING message_id
), fresh AS (
    SELECT DISTINCT ON (message_id) incoming.* FROM incoming JOIN seen USING (message_id) ORDER BY message_id, id
), stored AS (
    INSERT INTO events_event (
        id, name, kind, occurred_at, identity_id, subject_id, channel,
        store_id, device_id, associate_id, actor, request_id, context, data
    )
    SELECT id, name, kind, occurred_at, identity_id, subject_id, %(channel)s::text,
           NULL, NULL, NULL, %(actor)s::text, %(request_id)s::text, context, data
      FROM fresh
), told AS (
    INSERT INTO events_delivery (handler, queue, event_ids)
    SELECT wanted.handler, wanted.queue, array_agg(fresh.id ORDER BY fresh.id)
      FROM fresh
      JOIN unnest(%(wanted_names)s::text[], %(handlers)s::text[], %(queues)s::text[])
        AS wanted (name, handler, queue) USING (name)
     WHERE fresh.kind = 'tracked'
     GROUP BY wanted.handler, wanted.queue
)
SELECT fresh.id, identity.customer_id FROM fresh LEFT JOIN customers_identity AS identity ON identity.id = fresh.identity_id
"""


@dataclass(frozen=True, slots=True)
class Attached:
    """A message with whose it is."""

    message: Message
    identity_id: UUID | None
    subject_id: UUID | None


def store_messages(*, attached: Sequence[Attached], source_id: UUID, by: Context, at: datetime) -> set[int]:
    """Append messages to the log and queue deliveries as `record` does; the indexes of those not seen before.

    The caller's transaction holds it. One statement.
    """
    if not attached:
        return set()
    ids = sorted(uuid7() for _ in attached)
    names = {entry.message.name for entry in attached if not entry.message.is_echo}
    wanted = [(name, entry.name, entry.queue) for name in sorted(names) for entry in interested_in(name)]
    rows = [
        {
            "id": event_id,
            "message_id": _seen_key(source_id, entry.message.message_id),
            "name": entry.message.name,
            "kind": EventKind.ECHO.value if entry.message.is_echo else EventKind.TRACKED.value,
            "occurred_at": entry.message.occurred_at,
            "identity_id": entry.identity_id,
            "subject_id": entry.subject_id,
            "context": entry.message.context,
            "data": entry.message.data,
        }
        for event_id, entry in zip(ids, attached, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            {
                "rows": orjson.dumps(rows).decode(),
                "channel": by.channel,
                "actor": by.actor,
                "request_id": by.request_id,
                "wanted_names": [name for name, _, _ in wanted],
                "handlers": [handler for _, handler, _ in wanted],
                "queues": [queue for _, _, queue in wanted],
            },
        )
        stored = cursor.fetchall()
    fresh = {event_id for event_id, _ in stored}
    if told := {customer_id for _, customer_id in stored if customer_id is not None}:
        transaction.on_commit(partial(publish_people, told), robust=True)
    if wanted and fresh:
        transaction.on_commit(nudge_relay, robust=True)
    return {entry.message.index for event_id, entry in zip(ids, attached, strict=True) if event_id in fresh}


def _seen_key(source_id: UUID, message_id: str) -> UUID:
    """By source, so that one sender's ids do not hide another's. Without an id every message is its own."""
    return uuid5(NAMESPACE_URL, f"{source_id}:{message_id}") if message_id else uuid7()
