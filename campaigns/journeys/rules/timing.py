"""How long people wait."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNITS: dict[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
LONGEST = timedelta(days=730)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def length_of(amount: int, unit: str) -> timedelta:
    return min(UNITS[unit] * amount, LONGEST)


def length_in_words(amount: int, unit: str) -> str:
    """`1 day`, `48 hours`."""
    return f"{amount} {unit.rstrip('s') if amount == 1 else unit}"


def ago_in_words(gone: timedelta) -> str:
    """`after 3 hours`: the largest unit that fits, rounded down."""
    minutes = max(int(gone.total_seconds() // 60), 0)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            number = minutes // size
            return f"after {number} {word}{'' if number == 1 else 's'}"
    return "at once"


def time_of_day_after(at: datetime, *, clock: time, zone: str, days: Iterable[str] = ()) -> datetime:
    """The next moment it is this time in this zone, on one of these days (any when empty); later than `at`.

    A time that the clocks skip in spring comes when they have been put on.
    """
    place = zone_of(zone)
    wanted = {DAYS.index(day) for day in days if day in DAYS}
    day = at.astimezone(place).date()
    for _ in range(9):  # a week holds every day; two more for a day that the zone skips
        moment = datetime.combine(day, clock, tzinfo=place).astimezone(UTC)
        if moment > at and (not wanted or day.weekday() in wanted):
            return moment
        day += timedelta(days=1)
    return at + timedelta(days=1)


def last_time_at(
    at: datetime, *, clock: time, zone: str, days: Iterable[str] = (), on: date | None = None
) -> datetime | None:
    """The last moment it was this time in this zone: on that date, or on one of these days (any when empty)."""
    place = zone_of(zone)
    if on is not None:
        moment = datetime.combine(on, clock, tzinfo=place).astimezone(UTC)
        return moment if moment <= at else None
    wanted = {DAYS.index(day) for day in days if day in DAYS}
    day = at.astimezone(place).date()
    for _ in range(8):  # today may not be that late yet
        moment = datetime.combine(day, clock, tzinfo=place).astimezone(UTC)
        if moment <= at and (not wanted or day.weekday() in wanted):
            return moment
        day -= timedelta(days=1)
    return None


def day_of(words: str) -> date | None:
    """`2026-12-03`; None when it is no day."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def retry_after(attempts: int) -> timedelta | None:
    """How long a step that failed waits before it is tried again; None when it was tried often enough."""
    waits = (10, 60, 300, 1800, 7200)
    return timedelta(seconds=waits[attempts - 1]) if attempts <= len(waits) else None
