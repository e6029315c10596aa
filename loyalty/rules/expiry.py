"""When points expire: so many months after the day they were earned, to the end of that day where the brand is."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last where it has none: 31 January + 1 month is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def expires_at(earned_at: datetime, months: int | None, zone: str) -> datetime | None:
    """The first moment at which they are gone: midnight after the last day. None: never."""
    if months is None:
        return None
    there = ZoneInfo(zone)
    last = add_months(earned_at.astimezone(there).date(), months)
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=there).astimezone(UTC)
