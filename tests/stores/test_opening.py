"""Opening hours and pickup promises: pure, in the place's own zone, also when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stores.rules.opening import HoursInvalid, OpeningHours, check_hours, check_zone, openness_at, promise_pickup

NEW_YORK = "America/New_York"
WEEK = {str(day): [["10:00", "19:00"]] for day in range(1, 7)} | {"7": []}


def local(zone, *moment):
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def hours(stored=None, zone=NEW_YORK, **bounds):
    return OpeningHours.read(WEEK if stored is None else stored, zone, **bounds)


def test_open_on_a_weekday_until_its_evening():
    # given Wednesday the sixth of May 2026, half past twelve in New York
    found = openness_at(hours(), at=local(NEW_YORK, 2026, 5, 6, 12, 30))
    assert found.is_open and found.until == local(NEW_YORK, 2026, 5, 6, 19, 0)


def test_closed_on_sunday_and_open_again_on_monday():
    found = openness_at(hours(), at=local(NEW_YORK, 2026, 5, 10, 12, 0))
    assert not found.is_open and found.opens_at == local(NEW_YORK, 2026, 5, 11, 10, 0)


def test_a_date_wins_over_its_weekday():
    stored = WEEK | {"2026-12-25": [], "2026-12-24": [["10:00", "14:00"]]}
    assert openness_at(hours(stored), at=local(NEW_YORK, 2026, 12, 24, 13, 0)).until == local(
        NEW_YORK, 2026, 12, 24, 14, 0
    )
    assert openness_at(hours(stored), at=local(NEW_YORK, 2026, 12, 25, 13, 0)).opens_at == local(
        NEW_YORK, 2026, 12, 26, 10, 0
    )


def test_a_bar_is_open_past_midnight():
    found = openness_at(hours({"5": [["20:00", "02:00"]]}), at=local(NEW_YORK, 2026, 5, 9, 1, 0))
    assert found.is_open and found.until == local(NEW_YORK, 2026, 5, 9, 2, 0)


def test_the_promise_counts_the_lead_time_only_while_open():
    # given an hour's lead and closing at seven on Saturday
    at = local(NEW_YORK, 2026, 5, 9, 18, 30)
    # then half an hour is worked today, the other half after Sunday, on Monday morning
    assert promise_pickup(hours(), at=at, lead_minutes=60) == local(NEW_YORK, 2026, 5, 11, 10, 30)
    assert promise_pickup(hours(), at=at, lead_minutes=30) == local(NEW_YORK, 2026, 5, 9, 19, 0)
    assert promise_pickup(hours(), at=local(NEW_YORK, 2026, 5, 9, 15, 20), lead_minutes=60) == local(
        NEW_YORK, 2026, 5, 9, 16, 20
    )


def test_the_night_clocks_change_is_an_hour_shorter_or_longer():
    always = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    # given the nights of 8 March (an hour lost) and 1 November (one gained) 2026 in New York
    for day, real_hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25)):
        [(begins, ends)] = hours(always).intervals_on(day)
        assert ends - begins == timedelta(hours=real_hours)
    # then ten hours' lead from midnight ends at the wall clock's eleven and nine
    assert promise_pickup(hours(always), at=local(NEW_YORK, 2026, 3, 8, 0, 0), lead_minutes=600) == local(
        NEW_YORK, 2026, 3, 8, 11, 0
    )
    assert promise_pickup(hours(always), at=local(NEW_YORK, 2026, 11, 1, 0, 0), lead_minutes=600) == local(
        NEW_YORK, 2026, 11, 1, 9, 0
    )


def test_a_pop_up_promises_nothing_after_its_last_day():
    popup = hours(
        {str(day): [["11:00", "20:00"]] for day in range(1, 8)}, opens_on=date(2026, 6, 1), closes_on=date(2026, 6, 30)
    )
    before, after = local(NEW_YORK, 2026, 5, 1, 12, 0), local(NEW_YORK, 2026, 7, 1, 0, 1)
    assert openness_at(popup, at=before).is_ahead and openness_at(popup, at=after).is_over
    assert promise_pickup(popup, at=before, lead_minutes=60) == local(NEW_YORK, 2026, 6, 1, 12, 0)
    assert promise_pickup(popup, at=local(NEW_YORK, 2026, 6, 30, 19, 30), lead_minutes=60) is None


def test_a_place_without_hours_promises_nothing():
    assert promise_pickup(hours({}), at=local(NEW_YORK, 2026, 5, 6, 12, 0), lead_minutes=0) is None


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    lead=st.integers(1, 2_000),
    zone=st.sampled_from([NEW_YORK, "Europe/London", "Pacific/Auckland", "Asia/Kolkata", "America/St_Johns"]),
)
def test_a_promise_is_after_the_lead_and_within_opening_hours(at, lead, zone):
    place = hours(zone=zone)
    promise = promise_pickup(place, at=at, lead_minutes=lead)
    assert promise is not None and promise >= at + timedelta(minutes=lead)
    # then it is a moment the place is open, or the moment it closes
    assert openness_at(place, at=promise - timedelta(microseconds=1)).is_open
    # and asking later never promises sooner
    assert promise_pickup(place, at=at + timedelta(minutes=7), lead_minutes=lead) >= promise


@pytest.mark.parametrize(
    "stored",
    [
        [],
        {"8": []},
        {"1": ["09:00"]},
        {"1": [["9:00", "18:00"]]},
        {"1": [["09:00", "12:00"], ["11:00", "18:00"]]},
        {"2026-13-01": []},
        {"1": [["24:00", "01:00"]]},
        {"1": None},
        {"1": [["09:00", 18]]},
    ],
)
def test_hours_that_say_nothing_are_refused(stored):
    with pytest.raises(HoursInvalid):
        check_hours(stored)


def test_zones_are_checked():
    check_zone(NEW_YORK)
    check_hours(WEEK | {"2026-12-25": []})
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(HoursInvalid):
            check_zone(name)
