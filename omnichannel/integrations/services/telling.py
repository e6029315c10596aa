"""From facts to messages: one for each endpoint that wants the fact, numbered per resource in the order of the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction

from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import EVENT_COLUMNS, event_of_row
from omnichannel.integrations.models import WebhookEndpoint, WebhookMessage
from omnichannel.integrations.queries import list_listening
from omnichannel.integrations.rules import wants
from omnichannel.integrations.services.waking import wake_sender
from omnichannel.kernel.ids import uuid7_floor, uuid7_time

#: A resource that is told of for the first time: facts this much older may still be on their way from another batch.
LOOK_BACK = timedelta(minutes=10)

# Locks the counters of these resources in one order.
COUNTERS = """
INSERT INTO integrations_webhooksequence AS counter (subject_id, last, last_event_id)
SELECT subject_id, 0, low FROM unnest(%(subjects)s::uuid[], %(lows)s::uuid[]) AS wanted (subject_id, low)
 ORDER BY subject_id
ON CONFLICT (subject_id) DO UPDATE SET last = counter.last
RETURNING subject_id, last, last_event_id
"""

# What of these resources is not numbered yet, up to the newest fact at hand: two batches may arrive in any order,
# and the first to arrive numbers the other's older facts as well.
UNNUMBERED = f"""
SELECT {EVENT_COLUMNS}
  FROM unnest(%(subjects)s::uuid[], %(lows)s::uuid[], %(highs)s::uuid[]) AS wanted (subject, low, high)
  JOIN LATERAL (
    SELECT * FROM events_event WHERE subject_id = wanted.subject AND id > wanted.low AND id <= wanted.high
  ) AS event ON true
 ORDER BY event.id
"""

KNOWN = """
SELECT event_id, max(sequence) FROM integrations_webhookmessage
 WHERE endpoint_id = ANY(%(endpoints)s) AND event_id = ANY(%(events)s)
 GROUP BY event_id
"""

ADVANCE = """
UPDATE integrations_webhooksequence AS counter
   SET last = told.last, last_event_id = GREATEST(counter.last_event_id, told.high)
  FROM unnest(%(subjects)s::uuid[], %(lasts)s::bigint[], %(highs)s::uuid[]) AS told (subject_id, last, high)
 WHERE counter.subject_id = told.subject_id
"""


def tell_endpoints(*, events: Sequence[RecordedEvent], at: datetime) -> int:
    """Make the messages of these facts for every endpoint that wants them; return how many there are now.

    Safe to repeat: a fact has one message an endpoint. Two statements when nobody wants anything.
    Locks   the counters of the resources, in order.
    """
    endpoints = list_listening()
    wanted = [event for event in events if any(wants(endpoint.facts, event.name) for endpoint in endpoints)]
    if not wanted:
        return 0
    with transaction.atomic():
        return _tell(endpoints, wanted, at, since_creation=True)


def tell_again(*, endpoint: WebhookEndpoint, events: Sequence[RecordedEvent], at: datetime) -> int:
    """Make the messages of older facts for one endpoint. Those it has already are not made twice."""
    wanted = [event for event in events if wants(endpoint.facts, event.name)]
    return _tell([endpoint], wanted, at, since_creation=False) if wanted else 0


def _tell(
    endpoints: Sequence[WebhookEndpoint], events: Sequence[RecordedEvent], at: datetime, *, since_creation: bool
) -> int:
    numbers, found = _number(events)
    asked = {event.id for event in events}
    messages = [
        WebhookMessage(
            endpoint=endpoint,
            event_id=event.id,
            name=event.name,
            subject_id=event.subject_id,
            sequence=numbers.get(event.id, 0),
            body=body_of(event, numbers.get(event.id, 0)),
            due_at=at,
            created_at=at,
        )
        for endpoint in endpoints
        for event in found
        if wants(endpoint.facts, event.name)
        and (event.id >= uuid7_floor(endpoint.created_at) if since_creation else event.id in asked)
    ]
    WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True)
    if messages:
        wake_sender()
    return len(messages)


def body_of(event: RecordedEvent, sequence: int) -> str:
    """The payload, as Standard Webhooks would have it."""
    data = {
        **event.data,
        "event_id": event.id,
        "resource_id": event.subject_id,
        "sequence": sequence,
        "channel": event.channel,
        "store_id": event.store_id,
    }
    return orjson.dumps({"type": event.name, "timestamp": event.occurred_at, "data": data}).decode()


def _number(events: Sequence[RecordedEvent]) -> tuple[Mapping[UUID, int], Sequence[RecordedEvent]]:
    """The sequence of each fact, and the facts to tell: these and older ones nobody numbered yet."""
    by_subject: dict[UUID, list[RecordedEvent]] = {}
    for event in events:
        if event.subject_id is not None:
            by_subject.setdefault(event.subject_id, []).append(event)
    subjects = sorted(by_subject)
    found = {event.id: event for event in events}
    if not subjects:
        return {}, list(events)
    first_low = {
        subject: uuid7_floor(uuid7_time(min(e.id for e in by_subject[subject])) - LOOK_BACK) for subject in subjects
    }
    highs = {subject: max(event.id for event in by_subject[subject]) for subject in subjects}
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS, {"subjects": subjects, "lows": [first_low[subject] for subject in subjects]})
        counters = {subject: (last, low) for subject, last, low in cursor.fetchall()}
        lows = [counters[subject][1] for subject in subjects]
        cursor.execute(
            UNNUMBERED, {"subjects": subjects, "lows": lows, "highs": [highs[subject] for subject in subjects]}
        )
        fresh = [event_of_row(row) for row in cursor.fetchall()]
        found |= {event.id: event for event in fresh}
        everyone = dict(WebhookEndpoint.objects.values_list("id", "facts"))
        cursor.execute(KNOWN, {"endpoints": list(everyone), "events": list(found)})
        numbers: dict[UUID, int] = dict(cursor.fetchall())
        lasts = {subject: last for subject, (last, _) in counters.items()}
        for event in fresh:
            if (
                event.id not in numbers
                and event.subject_id is not None
                and any(wants(names, event.name) for names in everyone.values())
            ):
                lasts[event.subject_id] += 1
                numbers[event.id] = lasts[event.subject_id]
        cursor.execute(
            ADVANCE,
            {"subjects": subjects, "lasts": [lasts[s] for s in subjects], "highs": [highs[s] for s in subjects]},
        )
    return numbers, sorted(found.values(), key=lambda event: event.id)
