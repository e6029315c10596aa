"""The log's partitions are made ahead, while others record."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from omnichannel.events.models import Event
from omnichannel.events.partitions import make_partitions
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.events.conftest import ring


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events_event'::regclass")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_this_month_and_the_next_three_are_there_from_the_first_migration():
    # given a database just migrated
    moment = now()
    names = {f"events_event_{_later(moment, months):%Y_%m}" for months in (-1, 0, 1, 2, 3)}
    assert names <= partitions()
    # then making them again does nothing
    assert make_partitions(at=moment) == []


@pytest.mark.django_db
def test_a_year_from_now_the_log_takes_facts_of_that_month():
    # given a year later
    moment = now() + timedelta(days=365)
    # when partitions are made
    made = make_partitions(at=moment)
    # then events of that moment have a place, in the partition of their month
    assert len(made) == 5
    Event.objects.create(id=uuid7(moment), name="bell.rung", occurred_at=moment, channel="web", actor="", request_id="")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM events_event_{moment:%Y_%m}")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_one_event_is_looked_for_in_one_partition():
    # given partitions of several months
    (event_id,) = ring(1)
    # when one event is read by its id
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT * FROM events_event WHERE id = '{event_id}'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # then one partition is touched
    assert plan.count("events_event_") == 2  # the partition and its index
    assert f"events_event_{now():%Y_%m}" in plan


def _later(moment: datetime, months: int) -> datetime:
    month = moment.year * 12 + moment.month - 1 + months
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
