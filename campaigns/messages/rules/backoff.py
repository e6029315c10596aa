"""When to try again. Pure."""

from datetime import timedelta

# Doubles from half a minute to four hours: about a day in all, as mail servers themselves do.
MAX_ATTEMPTS = 14


def retry_after(attempts: int) -> timedelta | None:
    """The wait after so many failed attempts; None when it is time to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(timedelta(seconds=30 * 2 ** (attempts - 1)), timedelta(hours=4))
