"""Which season goods are for, and whether that is now or soon."""

from datetime import date

_MONTHS: dict[str, frozenset[int]] = {
    "spring": frozenset({3, 4, 5}),
    "summer": frozenset({6, 7, 8}),
    "autumn": frozenset({9, 10, 11}),
    "fall": frozenset({9, 10, 11}),
    "winter": frozenset({12, 1, 2}),
}


def season_fit(season: str, *, bought_for: str, day: date) -> int:
    """How well goods of a season follow a purchase: 2 of its season, 1 of no season or of the present one, else 0.

    Who buys a swimsuit in winter has a journey to the sun before them: the purchase says more than the calendar.
    """
    own = season.strip().casefold()
    if own not in _MONTHS:
        return 1
    if own == bought_for.strip().casefold():
        return 2
    return 1 if day.month in _MONTHS[own] else 0
