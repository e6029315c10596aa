"""When a place is open, and what it may promise: pure, in the place's own zone.

Hours are local wall-clock times. Lengths are measured in real time, so a night on which clocks change is an
hour shorter or longer, as it is for those who work it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

# A promise further away than this is none: the place has no regular hours.
HORIZON_DAYS = 60
Interval = tuple[str, str]


class HoursInvalid(ValueError):
    """Opening hours that say nothing we can keep; the message says which entry."""


@dataclass(frozen=True, slots=True, eq=False)
class OpeningHours:
    """By ISO weekday and, winning over it, by date. `opens_on` and `closes_on` bound a pop-up, both included.

    Compared by identity, so that the spans of its days can be remembered: keep one for many questions.
    """

    zone: ZoneInfo
    by_day: Mapping[str, tuple[Interval, ...]] = field(default_factory=dict)
    opens_on: date | None = None
    closes_on: date | None = None

    @classmethod
    def read(
        cls, stored: Mapping[str, Any], time_zone: str, *, opens_on: date | None = None, closes_on: date | None = None
    ) -> "OpeningHours":
        """From the stored form; entries and zones that cannot be read are left out (writing refuses them)."""
        try:
            zone = ZoneInfo(time_zone)
        except (KeyError, ValueError, OSError):
            zone = ZoneInfo("UTC")
        by_day: dict[str, tuple[Interval, ...]] = {}
        for day, intervals in stored.items() if isinstance(stored, Mapping) else ():
            try:
                by_day[day] = tuple(_checked(day, interval) for interval in intervals)
            except (HoursInvalid, TypeError):
                continue
        return cls(zone=zone, by_day=by_day, opens_on=opens_on, closes_on=closes_on)

    @lru_cache(maxsize=32_768)  # noqa: B019 - bounded; hours are few and long-lived
    def intervals_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Open spans that begin on a local day, in UTC, in order. One that ends before it begins runs past midnight."""
        if (self.opens_on and day < self.opens_on) or (self.closes_on and day > self.closes_on):
            return []
        stated = self.by_day.get(day.isoformat())
        if stated is None:
            stated = self.by_day.get(str(day.isoweekday()), ())
        spans = []
        for start, end in stated:
            begins = self._moment(day, start)
            ends = self._moment(day, end) if end > start else self._moment(day + timedelta(days=1), end)
            if ends > begins:
                spans.append((begins, ends))
        return sorted(spans)

    def spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans that end after `at`, in order, cut to begin at `at` at the earliest."""
        today = at.astimezone(self.zone).date()
        for offset in range(-1, HORIZON_DAYS):
            for begins, ends in self.intervals_on(today + timedelta(days=offset)):
                if ends > at:
                    yield max(begins, at), ends

    def _moment(self, day: date, wall: str) -> datetime:
        if wall == "24:00":
            day, wall = day + timedelta(days=1), "00:00"
        # A wall time that a spring change skips is read as the moment it would have been: an hour later.
        return datetime.combine(day, time.fromisoformat(wall), tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Openness:
    """A place at a moment. `until` when it closes (open) ; `opens_at` when it next opens (closed, None: not soon)."""

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    is_ahead: bool
    is_over: bool


def openness_at(hours: OpeningHours, *, at: datetime) -> Openness:
    """Whether it is open, and when that changes. `is_ahead`/`is_over`: a pop-up before its first, after its last day."""
    today = at.astimezone(hours.zone).date()
    ahead = hours.opens_on is not None and today < hours.opens_on
    over = hours.closes_on is not None and today > hours.closes_on
    first = next(hours.spans_from(at), None)
    if first is None:
        return Openness(is_open=False, until=None, opens_at=None, is_ahead=ahead, is_over=over)
    if first[0] == at:
        return Openness(is_open=True, until=first[1], opens_at=None, is_ahead=ahead, is_over=over and first[1] <= at)
    return Openness(is_open=False, until=None, opens_at=first[0], is_ahead=ahead, is_over=over)


def promise_pickup(hours: OpeningHours, *, at: datetime, lead_minutes: int) -> datetime | None:
    """When a pickup asked for at `at` can be ready: the lead time, counted only while the place is open.

    Asked half an hour before closing with an hour's lead, it is ready half an hour after the next opening.
    None when it does not open long enough within sixty days.
    """
    left = timedelta(minutes=lead_minutes)
    for begins, ends in hours.spans_from(at):
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    return None


def check_hours(stored: Any) -> None:
    """Raises HoursInvalid when opening hours are not in the stored form."""
    if not isinstance(stored, Mapping):
        raise HoursInvalid("Opening hours are an object by weekday (1 to 7) or date.")
    for day, intervals in stored.items():
        if day not in {"1", "2", "3", "4", "5", "6", "7"}:
            try:
                date.fromisoformat(day)
            except (TypeError, ValueError):
                raise HoursInvalid(f"{day!r} is neither a weekday (1 to 7) nor a date.") from None
        if not isinstance(intervals, list | tuple):
            raise HoursInvalid(f"{day}: a list of [from, until] is needed; an empty one means closed.")
        spans = sorted(_checked(day, interval) for interval in intervals)
        for (start, end), (next_start, _) in pairwise(spans):
            if end <= start or next_start < end:
                raise HoursInvalid(f"{day}: hours overlap.")


def check_zone(name: str) -> None:
    """Raises HoursInvalid when this is no IANA time zone."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise HoursInvalid(f"{name!r} is not a time zone such as Europe/Paris.") from None


def _checked(day: str, interval: Any) -> Interval:
    try:
        start, end = interval
        for wall in (start, end):
            if wall != "24:00":
                time.fromisoformat(wall)
            if len(wall) != 5:
                raise ValueError(wall)
    except (TypeError, ValueError):
        raise HoursInvalid(f"{day}: {interval!r} is not like ['09:00', '18:00'].") from None
    if start == "24:00":
        raise HoursInvalid(f"{day}: hours begin before 24:00.")
    return start, end
