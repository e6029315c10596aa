"""Taking facts to their handlers: claimed by the relay, applied by a worker, each exactly once in effect."""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction

from omnichannel.events.ports import subscription
from omnichannel.events.queries import load_events
from omnichannel.events.rules import MAX_ATTEMPTS, retry_wait
from omnichannel.events.states import DeliveryState
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import Busy

logger = logging.getLogger(__name__)

#: How long a worker has before its deliveries are handed out again. Handed out twice they are still applied once.
LEASE = timedelta(seconds=60)
CLAIM_LIMIT = 500

# The lease is the claim: nothing else marks a delivery as handed out, so a relay that dies loses nothing.
CLAIM = """
WITH claimed AS (
    SELECT id FROM events_delivery
     WHERE state = 'due' AND due_at <= %(at)s
     ORDER BY due_at, id
     LIMIT %(limit)s
       FOR UPDATE SKIP LOCKED
)
UPDATE events_delivery AS delivery
   SET due_at = %(until)s
  FROM claimed
 WHERE delivery.id = claimed.id
RETURNING delivery.id, delivery.handler, delivery.queue, cardinality(delivery.event_ids)
"""

# Deleting is the receipt: it stands exactly when the handler's effects do. What another worker holds is skipped,
# because that worker's receipt decides about it.
TAKE = """
DELETE FROM events_delivery
 WHERE id IN (
    SELECT id FROM events_delivery
     WHERE id = ANY(%(ids)s) AND handler = %(handler)s AND state = 'due'
     ORDER BY id
       FOR UPDATE SKIP LOCKED
 )
RETURNING event_ids
"""

SPLIT = """
WITH whole AS (
    SELECT id, event_ids, cardinality(event_ids) / 2 AS middle FROM events_delivery
     WHERE id = %(id)s AND state = 'due' AND cardinality(event_ids) > 1
       FOR UPDATE
), rest AS (
    INSERT INTO events_delivery (handler, queue, event_ids, due_at, attempts, created_at)
    SELECT d.handler, d.queue, whole.event_ids[whole.middle + 1:], d.due_at, d.attempts, d.created_at
      FROM whole JOIN events_delivery AS d USING (id)
    RETURNING id
), first AS (
    UPDATE events_delivery AS d SET event_ids = whole.event_ids[:whole.middle] FROM whole WHERE d.id = whole.id
)
SELECT id FROM rest
"""

POSTPONE = """
UPDATE events_delivery
   SET attempts = LEAST(attempts + 1, 30000), due_at = %(due_at)s, error = %(error)s, state = %(state)s
 WHERE id = ANY(%(ids)s) AND state = 'due'
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    handler: str
    queue: str
    events: int


def claim_due(*, at: datetime, limit: int = CLAIM_LIMIT) -> list[Claimed]:
    """Lease what is due by `at`, oldest first. Commit before handing it on: a worker skips what is locked."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "until": at + LEASE, "limit": limit})
        return [Claimed(*row) for row in cursor.fetchall()]


def release(*, ids: Sequence[int], at: datetime) -> None:
    """Give back a claim that could not be handed on."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE events_delivery SET due_at = %s WHERE id = ANY(%s) AND state = 'due'", [at, list(ids)])


def deliver(*, handler: str, ids: Sequence[int], at: datetime, strict: bool = False) -> int:
    """Apply deliveries to their handler; return how many events it took.

    A failing batch is halved until the one bad fact stands alone: that one is tried again later and in the end
    parked. A database or a lock that is away postpones the batch as it is, for it says nothing about the facts.
    strict  let the first failure through, for tests.
    """
    applied = 0
    work = [list(ids)]
    while work:
        batch = work.pop()
        try:
            with transaction.atomic(durable=True):
                applied += _apply(handler, batch)
        except Exception as error:
            if strict:
                raise
            work.extend(_after_failure(handler, batch, error, at))
    return applied


def deliver_due(*, at: datetime | None = None, handler: str = "", strict: bool = True) -> int:
    """Claim and apply here and now, without relay and worker, until nothing is due; return the events applied.

    Facts recorded by the handlers themselves are delivered as well. For tests and for commands.
    at       what is due by then; now when not given.
    handler  only this one's deliveries are applied (others stay leased for a minute).
    """
    applied = 0
    while claimed := claim_due(at=at or now()):
        groups: dict[str, list[int]] = {}
        for entry in claimed:
            groups.setdefault(entry.handler, []).append(entry.id)
        for name, ids in groups.items():
            if not handler or name == handler:
                applied += deliver(handler=name, ids=ids, at=at or now(), strict=strict)
    return applied


def _apply(handler: str, ids: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"ids": ids, "handler": handler})
        event_ids: set[UUID] = {event_id for (batch,) in cursor.fetchall() for event_id in batch}
    if not event_ids:
        return 0
    entry = subscription(handler)
    if entry is None:
        raise LookupError(f"No handler is called {handler} here.")
    events = load_events(event_ids)
    if events:
        entry.handle(events)
    return len(events)


def _after_failure(handler: str, batch: list[int], error: Exception, at: datetime) -> list[list[int]]:
    """What to try at once after a failure; what is to wait has been written down."""
    cause = f"{type(error).__name__}: {error}"[:2_000]
    if isinstance(error, OperationalError | InterfaceError | Busy):
        logger.warning("deliveries postponed", extra={"handler": handler, "deliveries": len(batch), "reason": cause})
        _postpone(batch, at=at, attempts=1, error=cause, may_park=False)
        return []
    if len(batch) > 1:
        middle = len(batch) // 2
        return [batch[middle:], batch[:middle]]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(SPLIT, {"id": batch[0]})
        if halved := cursor.fetchone():
            return [[halved[0]], batch]
        cursor.execute("SELECT attempts FROM events_delivery WHERE id = %s AND state = 'due'", batch)
        found = cursor.fetchone()
        if found is None:
            return []
        attempts = found[0] + 1
        logger.error(
            "fact failed", exc_info=error, extra={"handler": handler, "delivery": batch[0], "attempts": attempts}
        )
        _postpone(batch, at=at, attempts=attempts, error=cause, may_park=True)
    return []


def _postpone(ids: list[int], *, at: datetime, attempts: int, error: str, may_park: bool) -> None:
    wait = timedelta(seconds=retry_wait(attempts, random.random()))
    state = DeliveryState.PARKED if may_park and attempts >= MAX_ATTEMPTS else DeliveryState.DUE
    with connection.cursor() as cursor:
        cursor.execute(POSTPONE, {"ids": ids, "due_at": at + wait, "error": error, "state": state})
