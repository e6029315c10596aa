"""Triggers by the clock: at a time, or every week, everybody in a segment comes in, each once a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection

from campaigns.journeys.models import Enrolment, Journey, Listener
from campaigns.journeys.queries.settings import list_problems
from campaigns.journeys.rules.graphs import read_graph
from campaigns.journeys.rules.timing import last_time_at
from campaigns.journeys.services import striking
from campaigns.journeys.services.publishing import set_status
from campaigns.journeys.services.striking import strike
from campaigns.journeys.states import JourneyStatus
from campaigns.segments.models import Segment
from customers.models import Customer, Label
from omnichannel.brand.models import BrandKit
from omnichannel.events.models import Event
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.journeys.factories import make_journey, step

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "days", "on", "last"),
    [
        ("2026-03-04T12:00", ("mon",), None, "2026-03-02T09:00"),
        ("2026-03-02T08:59", ("mon",), None, "2026-02-23T09:00"),
        ("2026-03-02T09:00", ("mon", "fri"), None, "2026-03-02T09:00"),
        ("2026-03-01T10:00", (), None, "2026-03-01T09:00"),
        ("2026-03-01T10:00", (), "2026-02-28", "2026-02-28T09:00"),
        ("2026-03-01T10:00", (), "2026-03-02", None),
        # the clocks go on in Berlin on 29 March
        ("2026-03-30T10:00", (), "2026-03-30", "2026-03-30T09:00"),
    ],
)
def test_the_last_time_by_the_wall_clock(at: str, days: tuple[str, ...], on: str | None, last: str | None) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    found = last_time_at(
        datetime.fromisoformat(at).replace(tzinfo=berlin), clock=time(9), zone="Europe/Berlin", days=days,
        on=date.fromisoformat(on) if on else None,
    )  # fmt: skip
    assert found == (datetime.fromisoformat(last).replace(tzinfo=berlin) if last else None)


def members(count: int) -> list[Customer]:
    people = [CustomerFactory() for _ in range(count)]
    Segment.objects.get_or_create(key="regulars", name="Regulars", state="live")
    Label.objects.bulk_create(
        Label(customer=person, kind="segment", key="regulars", valid_from=MONDAY) for person in people
    )
    return people


def weekly(at: datetime = MONDAY, **settings: object) -> Journey:
    BrandKit.objects.update_or_create(id=1, defaults={"name": "Brand", "time_zone": "UTC"})
    trigger = {"on": "schedule", "segment": "regulars", "repeat": "weekly", "weekdays": ["mon"], "time": "09:00", "reentry": "always"}  # fmt: skip
    return make_journey(step("start", "trigger", "bye", **(trigger | settings)), step("bye", "exit"), at=at)


@pytest.mark.django_db
def test_everybody_in_the_segment_comes_in_once_each_time() -> None:
    # given a journey published on Monday before nine
    first = members(2)
    weekly()
    # when the time has not come, nobody does; at nine everybody, however often it is asked
    assert strike(at=MONDAY + timedelta(minutes=59)) == 0
    at = MONDAY + timedelta(hours=1, minutes=1)
    assert [strike(at=at), strike(at=at), strike(at=at + timedelta(hours=5))] == [2, 0, 0]
    assert {row.customer_id for row in Enrolment.objects.all()} == {person.pk for person in first}
    assert Event.objects.filter(name="journey.entered").count() == 2
    # and who enters the segment later comes in a week later, with the others
    members(1)
    assert strike(at=at + timedelta(days=2)) == 0
    for enrolment in Enrolment.objects.all():
        enrolment.delete()
    assert strike(at=at + timedelta(days=7)) == 3


@pytest.mark.django_db
def test_what_was_before_publishing_or_while_it_rested_brings_nobody_in() -> None:
    members(1)
    journey = weekly(at=MONDAY + timedelta(hours=2))
    assert strike(at=MONDAY + timedelta(hours=3)) == 0
    set_status(journey_id=journey.pk, status=JourneyStatus.PAUSED, by=SYSTEM, at=MONDAY + timedelta(days=1))
    assert strike(at=MONDAY + timedelta(days=7, hours=2)) == 0
    set_status(journey_id=journey.pk, status=JourneyStatus.LIVE, by=SYSTEM, at=MONDAY + timedelta(days=7, hours=3))
    assert strike(at=MONDAY + timedelta(days=7, hours=4)) == 0
    assert strike(at=MONDAY + timedelta(days=14, hours=2)) == 1


@pytest.mark.django_db
def test_once_on_a_day_and_the_rule_of_coming_again() -> None:
    members(1)
    weekly(repeat="once", date="2026-03-03", reentry="never")
    at = MONDAY + timedelta(days=1, hours=2)
    assert [strike(at=at), strike(at=at + timedelta(days=1)), strike(at=at + timedelta(days=7))] == [1, 0, 0]
    assert Enrolment.objects.get().event_name == "schedule"


@pytest.mark.django_db
def test_a_stop_between_batches_is_taken_up_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    members(5)
    weekly()
    at = MONDAY + timedelta(hours=2)
    monkeypatch.setattr(striking, "BATCH", 2)
    real, calls = striking.enrol, []

    def failing(**given: object) -> object:
        calls.append(given["customer_id"])
        if len(calls) == 4:
            raise RuntimeError("the machine stops")
        return real(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(striking, "enrol", failing)
    with pytest.raises(RuntimeError):
        strike(at=at)
    assert (Enrolment.objects.count(), Listener.objects.get().struck_at) == (2, None)
    assert strike(at=at + timedelta(minutes=1)) == 3
    assert Listener.objects.get().struck_at == MONDAY + timedelta(hours=1)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_let_everybody_in_once() -> None:
    members(30)
    weekly()
    start = threading.Barrier(4)

    def work(_: int) -> int:
        try:
            start.wait(10)
            return strike(at=MONDAY + timedelta(hours=2))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 30
    assert Enrolment.objects.count() == 30


@pytest.mark.django_db
def test_a_schedule_half_set_up_cannot_be_published() -> None:
    def fields(**settings: object) -> list[tuple[str, str]]:
        graph = read_graph({"steps": [step("start", "trigger", "bye", on="schedule", **settings), step("bye", "exit")]})
        return [(each.field, each.code) for each in list_problems(graph)]

    members(0)
    assert fields() == [("segment", "required"), ("weekdays", "required")]
    assert fields(segment="regulars", repeat="once") == [("date", "required")]
    assert fields(segment="regulars", repeat="once", date="tomorrow") == [("date", "invalid")]
    assert fields(segment="regulars", repeat="daily", time="9 o'clock") == [("time", "invalid")]
    assert fields(segment="nobody", repeat="daily") == [("segment", "segment_unknown")]
    assert fields(segment="regulars", repeat="daily") == []
