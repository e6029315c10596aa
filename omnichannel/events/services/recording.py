"""Recording facts in the caller's transaction, with the deliveries they cause."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection, transaction

from omnichannel.events.facts import Fact
from omnichannel.events.live import nudge_relay
from omnichannel.events.ports import interested_in
from omnichannel.events.states import EventKind
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7, visitor_identity

# One statement for any number of facts and handlers. A delivery's event ids travel as an array literal
# because PostgreSQL cannot unnest arrays of different lengths.
RECORD = """
WITH recorded AS (
    INSERT INTO events_event (
        id, name, kind, occurred_at, identity_id, subject_id, channel,
        store_id, device_id, associate_id, actor, request_id, context, data
    )
    SELECT e.id, e.name, %(kind)s, %(at)s, e.identity_id, e.subject_id, %(channel)s,
           %(store_id)s, %(device_id)s, %(associate_id)s, %(actor)s, %(request_id)s,
           %(context)s::jsonb, e.data::jsonb
      FROM unnest(%(ids)s::uuid[], %(names)s::text[], %(identities)s::uuid[], %(subjects)s::uuid[], %(data)s::text[])
        AS e (id, name, identity_id, subject_id, data)
)
INSERT INTO events_delivery (handler, queue, event_ids)
SELECT d.handler, d.queue, d.event_ids::uuid[]
  FROM unnest(%(handlers)s::text[], %(queues)s::text[], %(handler_events)s::text[]) AS d (handler, queue, event_ids)
"""


def record(*facts: Fact, by: Context, at: datetime) -> list[UUID]:
    """Append facts to the log and queue one delivery for each interested handler.

    Joins the caller's transaction: facts exist exactly when what they tell of does. One statement.
    """
    if not facts:
        return []
    # Sorted, so that the log keeps the order of facts of one write, which share a millisecond.
    ids = sorted(uuid7() for _ in facts)
    wanted: dict[str, tuple[str, list[UUID]]] = {}
    for event_id, fact in zip(ids, facts, strict=True):
        for entry in interested_in(fact.NAME):
            wanted.setdefault(entry.name, (entry.queue, []))[1].append(event_id)
    visitor = visitor_identity("anonymous", by.anonymous_id) if by.anonymous_id else None
    context = by.campaign | {"anonymous_id": by.anonymous_id} if by.anonymous_id else by.campaign
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "ids": ids,
                "names": [fact.NAME for fact in facts],
                "kind": EventKind.DOMAIN,
                "at": at,
                "identities": [getattr(fact, "customer_id", None) or by.customer_id or visitor for fact in facts],
                "subjects": [getattr(fact, fact.SUBJECT) for fact in facts],
                "channel": by.channel,
                "store_id": by.store_id,
                "device_id": by.device_id,
                "associate_id": by.associate_id,
                "actor": by.actor,
                "request_id": by.request_id,
                "context": orjson.dumps(context).decode(),
                "data": [orjson.dumps(fact).decode() for fact in facts],
                "handlers": list(wanted),
                "queues": [queue for queue, _ in wanted.values()],
                "handler_events": [_array_literal(event_ids) for _, event_ids in wanted.values()],
            },
        )
    if wanted:
        transaction.on_commit(nudge_relay, robust=True)
    return ids


def _array_literal(ids: Sequence[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"
