"""Delivering facts again: parked ones once their cause is gone, or a stretch of the log to one handler."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from omnichannel.events.errors import NoSuchHandler
from omnichannel.events.live import nudge_relay
from omnichannel.events.ports import subscription
from omnichannel.kernel.ids import uuid7_floor

REPLAY_PARKED = """
UPDATE events_delivery SET state = 'due', attempts = 0, due_at = %(at)s
 WHERE state = 'parked' AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
"""

# A hundred facts a delivery, in the order of the log, by one statement however long the stretch is.
REPLAY_RANGE = """
INSERT INTO events_delivery (handler, queue, event_ids, due_at)
SELECT %(handler)s, %(queue)s, array_agg(id ORDER BY id), %(at)s
  FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / 100 AS batch
      FROM events_event
     WHERE id > %(after)s AND id < %(before)s
       AND (name = ANY(%(names)s) OR name LIKE ANY(%(patterns)s))
  ) AS wanted
 GROUP BY batch
 ORDER BY batch
"""


def replay_parked(*, at: datetime, ids: Sequence[int] | None = None) -> int:
    """Make parked deliveries due again, all when `ids` is None; return how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REPLAY_PARKED, {"at": at, "ids": None if ids is None else list(ids)})
        transaction.on_commit(nudge_relay, robust=True)
        return cursor.rowcount


def replay_range(
    *, handler: str, after: UUID | datetime, before: UUID | datetime, at: datetime, names: Sequence[str] = ()
) -> int:
    """Queue the facts between two points of the log for one handler again; return the number of batches.

    after, before  event ids (both outside the stretch) or the moments of recording.
    names          only these of the facts it subscribed to; all when empty.
    Raises         NoSuchHandler.
    """
    entry = subscription(handler)
    if entry is None:
        raise NoSuchHandler(handler=handler)
    wanted = [name for name in names if entry.wants(name)] if names else sorted(entry.facts)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            REPLAY_RANGE,
            {
                "handler": handler,
                "queue": entry.queue,
                "after": uuid7_floor(after) if isinstance(after, datetime) else after,
                "before": uuid7_floor(before) if isinstance(before, datetime) else before,
                "at": at,
                "names": [name for name in wanted if not name.endswith("*")],
                "patterns": [_like(name) for name in wanted if name.endswith("*")],
            },
        )
        transaction.on_commit(nudge_relay, robust=True)
        return cursor.rowcount


def _like(pattern: str) -> str:
    return pattern[:-1].replace("\\", r"\\").replace("_", r"\_").replace("%", r"\%") + "%"
