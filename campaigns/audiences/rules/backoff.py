"""When a platform that did not answer is asked again. Pure."""

from datetime import timedelta

# Doubles from five seconds to an hour: about six hours in all. A platform takes events of the last seven days.
MAX_ATTEMPTS = 15
MOST_OLD = timedelta(days=7)


def retry_after(attempts: int) -> timedelta | None:
    """The wait after so many failed tries; None when it is time to give up."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return min(timedelta(seconds=5 * 2 ** (attempts - 1)), timedelta(hours=1))
