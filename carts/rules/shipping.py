"""Shipping from a table: the first zone that holds the address, its methods by weight band."""

from collections.abc import Sequence
from dataclasses import dataclass

from carts.ports import Destination, ShippingOption


@dataclass(frozen=True, slots=True)
class Band:
    """One price of a method. `max_weight_grams` is included; None is without limit."""

    code: str
    name: str
    currency: str
    min_weight_grams: int
    max_weight_grams: int | None
    amount_minor: int
    free_from_minor: int | None
    min_days: int
    max_days: int


@dataclass(frozen=True, slots=True)
class Zone:
    """Countries (`*` for everywhere else) and, when given, regions of them. Zones are asked in order."""

    name: str
    countries: frozenset[str]
    regions: frozenset[str]
    bands: tuple[Band, ...]

    def holds(self, destination: Destination) -> bool:
        if destination.country not in self.countries and "*" not in self.countries:
            return False
        return not self.regions or destination.region in self.regions


def quote_shipping(
    zones: Sequence[Zone], *, destination: Destination, currency: str, weight_grams: int, items_minor: int
) -> list[ShippingOption]:
    """Ways to ship this weight there, cheapest first. Of two bands of one method the heavier floor wins."""
    zone = next((zone for zone in zones if zone.holds(destination)), None)
    if zone is None:
        return []
    best: dict[str, Band] = {}
    for band in zone.bands:
        if band.currency != currency or weight_grams < band.min_weight_grams:
            continue
        if band.max_weight_grams is not None and weight_grams > band.max_weight_grams:
            continue
        if band.code not in best or band.min_weight_grams > best[band.code].min_weight_grams:
            best[band.code] = band
    options = [
        ShippingOption(
            code=band.code,
            name=band.name,
            amount_minor=0
            if band.free_from_minor is not None and items_minor >= band.free_from_minor
            else band.amount_minor,
            min_days=band.min_days,
            max_days=band.max_days,
        )
        for band in best.values()
    ]
    return sorted(options, key=lambda option: (option.amount_minor, option.code))
