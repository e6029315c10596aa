"""The log's partitions: one a month, by range of the UUIDv7 key, made ahead of time."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from omnichannel.kernel.ids import uuid7_floor

MONTHS_AHEAD = 3


def make_partitions(*, at: datetime) -> list[str]:
    """Make the missing partitions for this month, the last one and the next three; return their names.

    `LIKE` and `ATTACH` take only SHARE UPDATE EXCLUSIVE on the log, so recording goes on meanwhile.
    """
    made = []
    for offset in range(-1, MONTHS_AHEAD + 1):
        start, end = _month(at, offset), _month(at, offset + 1)
        name = f"events_event_{start:%Y_%m}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s::text) IS NOT NULL", [name])
            if cursor.fetchone()[0]:
                continue
            cursor.execute(f"CREATE TABLE {name} (LIKE events_event INCLUDING ALL)")
            cursor.execute(
                f"ALTER TABLE events_event ATTACH PARTITION {name} FOR VALUES FROM ({_literal(start)}) TO ({_literal(end)})"
            )
        made.append(name)
    return made


def analyse_log() -> None:
    """Refresh the planner's figures: autovacuum looks at partitions only, never at the log as a whole."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_event")


def _month(at: datetime, offset: int) -> datetime:
    months = at.year * 12 + at.month - 1 + offset
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _literal(moment: datetime) -> str:
    value: UUID = uuid7_floor(moment)
    return f"'{value}'"
