"""How long wrong PINs keep an associate out."""

from itertools import pairwise

FREE_FAILURES = 5
FIRST_LOCK_SECONDS = 60
LONGEST_LOCK_SECONDS = 3600


def lock_seconds(failures: int) -> int:
    """Nothing for the first four failures in a row; a minute at the fifth, doubling up to an hour."""
    if failures < FREE_FAILURES:
        return 0
    return min(FIRST_LOCK_SECONDS * 2 ** min(failures - FREE_FAILURES, 12), LONGEST_LOCK_SECONDS)


def is_weak_pin(pin: str) -> bool:
    """All the same digit, or a plain run up or down."""
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {-1})
