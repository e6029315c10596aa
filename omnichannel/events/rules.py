"""When a failed delivery is tried again."""

#: A fact that fails this often is parked where staff see it. The waits before that add up to two hours.
MAX_ATTEMPTS = 10
FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 3_600.0


def retry_wait(attempts: int, chance: float) -> float:
    """Seconds until the next try after `attempts` failures: doubling, spread by `chance` (0 to 1) over ± 25 %.

    The spread keeps what failed together from coming back together.
    """
    wait = min(FIRST_WAIT_SECONDS * 2.0 ** (attempts - 1), LONGEST_WAIT_SECONDS)
    return wait * (0.75 + chance / 2)
