"""Recording facts in the caller's transaction, with the deliveries they cause."""

from datetime import datetime
from functools import partial
from uuid import UUID

import orjson
from django.db import connection, transaction

from omnichannel.events.facts import Fact
from omnichannel.events.live import nudge_relay, publish_people
from omnichannel.events.ports import interested_in, visitor_guards
from omnichannel.events.states import EventKind
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7, visitor_identity

# One statement for any number of facts and handlers. Both travel as JSON: cheaper to make than a dozen arrays, and
# planned once, because the planner takes any JSON for a hundred rows.
RECORD = """
WITH recorded AS (
    INSERT INTO events_event (
        id, name, kind, occurred_at, identity_id, subject_id, channel,
        store_id, device_id, associate_id, actor, request_id, context, data
    )
    SELECT e.id, e.name, %(kind)s, %(at)s, e.identity_id, e.subject_id, %(channel)s,
           %(store_id)s, %(device_id)s, %(associate_id)s, %(actor)s, %(request_id)s,
           %(context)s::jsonb, e.data
      FROM json_to_recordset(%(facts)s::json)
        AS e (id uuid, name text, identity_id uuid, subject_id uuid, data jsonb)
)
INSERT INTO events_delivery (handler, queue, event_ids)
SELECT d.handler, d.queue, d.event_ids
  FROM json_to_recordset(%(deliveries)s::json) AS d (handler text, queue text, event_ids uuid[])
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
    has_nameless = by.customer_id is None and any(getattr(fact, "customer_id", None) is None for fact in facts)
    visitor = _visitor_of(by.anonymous_id) if by.anonymous_id and has_nameless else None
    context = by.campaign | {"anonymous_id": by.anonymous_id} if by.anonymous_id else by.campaign
    with connection.cursor() as cursor:
        cursor.execute(
            RECORD,
            {
                "facts": orjson.dumps(
                    [
                        {
                            "id": event_id,
                            "name": fact.NAME,
                            "identity_id": getattr(fact, "customer_id", None)
                            or by.customer_id
                            or visitor
                            or (getattr(fact, fact.GUEST) if fact.GUEST else None),
                            "subject_id": getattr(fact, fact.SUBJECT),
                            "data": fact,
                        }
                        for event_id, fact in zip(ids, facts, strict=True)
                    ]
                ).decode(),
                "kind": EventKind.DOMAIN,
                "at": at,
                "channel": by.channel,
                "store_id": by.store_id,
                "device_id": by.device_id,
                "associate_id": by.associate_id,
                "actor": by.actor,
                "request_id": by.request_id,
                "context": orjson.dumps(context).decode(),
                "deliveries": orjson.dumps(
                    [
                        {"handler": handler, "queue": queue, "event_ids": event_ids}
                        for handler, (queue, event_ids) in wanted.items()
                    ]
                ).decode(),
            },
        )
    if wanted:
        transaction.on_commit(nudge_relay, robust=True)
    owners = (getattr(fact, "customer_id", None) or by.customer_id for fact in facts if not fact.QUIET)
    told = {owner for owner in owners if owner is not None}
    if told:
        transaction.on_commit(partial(publish_people, told), robust=True)
    return ids


def _visitor_of(anonymous_id: str) -> UUID | None:
    """The browser's identity; nobody's where several people were seen behind it."""
    identity = visitor_identity("anonymous", anonymous_id)
    return None if any(guard.is_shared(identity) for guard in visitor_guards) else identity
