"""What a change of available stock means to people."""

from enum import StrEnum


class Turn(StrEnum):
    LOW = "low"
    OUT = "out"
    BACK = "back"


def turn_of(*, before: int, after: int, reorder_point: int) -> Turn | None:
    """Which line a level crossed, if any. Running out says more than running low, so it alone is told."""
    if before > 0 >= after:
        return Turn.OUT
    if before <= 0 < after:
        return Turn.BACK
    if before > reorder_point >= after:
        return Turn.LOW
    return None


def break_newest(promised: list[int], *, short: int) -> list[int]:
    """How many units each promise loses when `short` units are not there; newest first, as given.

    Never more than was promised; what is left over after the last promise is nobody's.
    """
    losses = []
    for units in promised:
        loss = min(units, short)
        losses.append(loss)
        short -= loss
    return losses


def fill_oldest(waiting: list[int], *, free: int) -> list[int]:
    """How many units each back-order gets of `free` units, oldest first, as given."""
    return break_newest(waiting, short=max(free, 0))
