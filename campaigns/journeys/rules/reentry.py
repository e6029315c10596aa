"""Whether somebody who was in a journey before may come in again."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Before:
    """entries  how often they came in; last_at when they last did; is_inside whether they are in it now."""

    entries: int = 0
    last_at: datetime | None = None
    is_inside: bool = False


def may_enter(before: Before, *, rule: str, days: int, most: int, at: datetime) -> bool:
    """rule  never, after_days (since they last came in, and not while inside) or always; most 0 is without limit."""
    if before.entries == 0:
        return True
    if rule == "never" or (most and before.entries >= most):
        return False
    if rule == "after_days":
        return not before.is_inside and before.last_at is not None and before.last_at <= at - timedelta(days=days)
    return True
