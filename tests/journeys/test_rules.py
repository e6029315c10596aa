"""Pure rules: what keeps a graph from being published, when it is nine o'clock where somebody is, who falls where."""

from datetime import UTC, datetime, time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.journeys.errors import GraphMalformed
from campaigns.journeys.queries.settings import list_problems
from campaigns.journeys.rules.conditions import conditions_fault, holds, in_words
from campaigns.journeys.rules.graphs import read_graph, write_graph
from campaigns.journeys.rules.reentry import Before, may_enter
from campaigns.journeys.rules.splitting import WHOLE, part_of, place_of
from campaigns.journeys.rules.timing import time_of_day_after
from tests.journeys.factories import step, trigger

pytestmark = pytest.mark.django_db


def codes(*steps: dict) -> list[tuple[str, str]]:
    return [(each.step, each.code) for each in list_problems(read_graph({"steps": list(steps)}))]


def test_a_whole_journey_has_no_problems() -> None:
    assert (
        codes(
            trigger("pause"),
            step("pause", "wait", "ask", mode="for", amount=2, unit="hours"),
            step("ask", "split", {"a": "bye", "b": "bye"}),
            step("bye", "exit"),
        )
        == []
    )


def test_without_a_trigger_nobody_comes_in() -> None:
    assert codes(step("bye", "exit")) == [("", "no_trigger")]


def test_an_open_way_a_lost_one_and_an_unknown_one_point_at_their_step() -> None:
    assert codes(
        trigger("ask"),
        step("ask", "split", {"a": "gone", "z": "bye"}),
        step("bye", "exit"),
    ) == [("ask", "way_lost"), ("ask", "way_unknown"), ("ask", "way_open"), ("bye", "unreachable")]


def test_a_step_no_line_leads_to_is_unreachable() -> None:
    assert codes(trigger("bye"), step("bye", "exit"), step("lonely", "exit")) == [("lonely", "unreachable")]


def test_a_goal_counts_from_anywhere_and_needs_no_line() -> None:
    assert codes(trigger("bye"), step("bye", "exit"), step("done", "goal", event="order.confirmed")) == []


def test_a_circle_needs_a_wait() -> None:
    around = [trigger("one"), step("one", "jump", "two"), step("two", "jump", "one")]
    assert codes(*around) == [("one", "circle_without_wait")]
    assert codes(trigger("one"), step("one", "wait", "two", amount=1, unit="hours"), step("two", "jump", "one")) == []


def test_a_trigger_is_not_walked_into() -> None:
    assert codes(trigger("one"), step("one", "wait", "start", amount=1, unit="days")) == [("one", "into_trigger")]


def test_settings_are_named_by_field() -> None:
    found = list_problems(
        read_graph(
            {
                "steps": [
                    trigger("one", event=""),
                    step("one", "wait", "two", amount=0, unit="ages", colour="red"),
                    step("two", "nonsense"),
                ]
            }
        )
    )
    assert [(each.step, each.field, each.code) for each in found] == [
        ("start", "event", "required"),
        ("one", "colour", "unknown_field"),
        ("one", "amount", "out_of_range"),
        ("one", "unit", "invalid_choice"),
        ("two", "", "kind_unknown"),
    ]


def test_parts_add_up_to_a_hundred() -> None:
    parts = [{"name": "a", "label": "A", "percent": 50}, {"name": "b", "label": "B", "percent": 40}]
    assert codes(trigger("ask"), step("ask", "split", {"a": "bye", "b": "bye"}, parts=parts), step("bye", "exit")) == [
        ("ask", "parts_not_whole")
    ]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ([], "/graph"),
        ({"steps": [1]}, "/graph/steps/0"),
        ({"steps": [{"id": "A B", "kind": "exit"}]}, "/graph/steps/0/id"),
        ({"steps": [{"id": "a", "kind": "exit"}, {"id": "a", "kind": "exit"}]}, "/graph/steps/1/id"),
        ({"steps": [{"id": "a", "kind": "exit", "settings": {"reason": "\x00"}}]}, "/graph/steps/0/settings"),
        ({"steps": [{"id": "a", "kind": "exit", "next": {"then": 3}}]}, "/graph/steps/0/next"),
        ({"steps": [{"id": str(n), "kind": "exit"} for n in range(121)]}, "/graph/steps"),
    ],
)
def test_what_is_no_graph_is_refused_at_its_place(told: object, pointer: str) -> None:
    with pytest.raises(GraphMalformed) as refused:
        read_graph(told)
    assert refused.value.pointer == pointer


def test_a_graph_reads_as_it_was_written() -> None:
    told = {"steps": [trigger("bye"), step("bye", "exit", reason="enough")]}
    assert write_graph(read_graph(told)) == told


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (datetime(2026, 3, 1, 7, 30, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        (datetime(2026, 3, 1, 8, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "America/New_York", datetime(2026, 3, 2, 14, tzinfo=UTC)),
        (datetime(2026, 3, 1, 10, 0, tzinfo=UTC), "Nowhere/At all", datetime(2026, 3, 2, 9, tzinfo=UTC)),
    ],
)
def test_nine_in_the_morning_is_nine_where_the_customer_is(at: datetime, zone: str, expected: datetime) -> None:
    assert time_of_day_after(at, clock=time(9), zone=zone) == expected


def test_only_on_the_days_named() -> None:
    # given a Sunday
    assert time_of_day_after(datetime(2026, 3, 1, 12, tzinfo=UTC), clock=time(9), zone="UTC", days=["wed"]) == datetime(
        2026, 3, 4, 9, tzinfo=UTC
    )


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)), st.times())
def test_the_next_time_of_day_is_later_and_within_a_day_and_a_clock_change(at: datetime, clock: time) -> None:
    found = time_of_day_after(at, clock=clock.replace(tzinfo=None), zone="Europe/Lisbon")
    assert 0 < (found - at).total_seconds() <= 26 * 3600


def test_a_split_is_sticky_and_even() -> None:
    # given 4,000 people
    journey, people = UUID(int=7), [UUID(int=n) for n in range(4000)]
    places = [place_of(journey_id=journey, step="ask", customer_id=each) for each in people]
    # then each gets the same place again, and a tenth of them one of a tenth
    assert places == [place_of(journey_id=journey, step="ask", customer_id=each) for each in people]
    parts = [{"name": "a", "percent": 10}, {"name": "b", "percent": 90}]
    assert 330 <= sum(part_of(place, parts)["name"] == "a" for place in places) <= 470
    assert all(0 <= place < WHOLE for place in places)
    assert part_of(999, parts)["name"] == "a" and part_of(1000, parts)["name"] == "b"


def test_conditions_look_at_properties_and_at_the_events_own_fields() -> None:
    data, own = {"total_minor": 5000, "category": {"name": "Jackets"}, "tags": ["new"]}, {"channel": "social"}
    for condition, expected in [
        (("total_minor", ">=", 5000), True),
        (("total_minor", ">", "5000"), False),
        (("category.name", "=", "jackets"), True),
        (("category.name", "contains", "ack"), True),
        (("tags", "contains", "new"), True),
        (("channel", "=", "social"), True),
        (("channel", "in", ["web", "pos"]), False),
        (("missing", "missing", None), True),
        (("missing", "=", None), False),
        (("total_minor", "<", "lots"), False),
    ]:
        field, operator, value = condition
        assert holds([{"field": field, "op": operator, "value": value}], data=data, own=own) is expected, condition
    conditions = [
        {"field": "total_minor", "op": ">=", "value": 5000},
        {"field": "store_id", "op": "=", "value": "7"},
        {"field": "context.page", "op": "missing"},
    ]
    said = in_words(conditions, names={"7": "Pier 7"}, currency="USD")
    assert said == "total is at least 50.00 USD and store is Pier 7 and page is not there"
    assert conditions_fault([{"field": "a", "op": "~", "value": 1}]).startswith("Unknown operator")
    assert conditions_fault([{"field": "a", "op": "in", "value": 1}]) != ""


def test_coming_again() -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    days_ago = lambda days: datetime(2026, 6, 1 - 0, tzinfo=UTC).replace(month=5, day=31 - days + 1)  # noqa: E731
    inside = Before(1, days_ago(20), True)
    for before, rule, days, most, expected in [
        (Before(), "never", 0, 0, True),
        (Before(1, days_ago(20), False), "never", 0, 0, False),
        (Before(1, days_ago(20), False), "after_days", 14, 0, True),
        (Before(1, days_ago(2), False), "after_days", 14, 0, False),
        (inside, "after_days", 14, 0, False),
        (inside, "always", 0, 0, True),
        (Before(3, days_ago(1), False), "always", 0, 3, False),
    ]:
        assert may_enter(before, rule=rule, days=days, most=most, at=at) is expected, (before, rule)


def test_places_differ_between_steps() -> None:
    who, journey = uuid4(), uuid4()
    places = {place_of(journey_id=journey, step=f"s{n}", customer_id=who) for n in range(50)}
    assert len(places) > 45
