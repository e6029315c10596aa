"""A year of trade, made up but plausible: seasons, weekdays, hours, regulars, baskets that go together.

Pure and repeatable: the same seed and day give the same year. Nothing here knows of tables.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from math import cos, pi
from zoneinfo import ZoneInfo

# Orders on an average day; weekends and the season move it.
ORDERS_A_DAY = 38
# Sunday is the strongest day on the web, Saturday in the stores.
_WEEKDAY = (0.86, 0.84, 0.90, 0.97, 1.12, 1.28, 1.10)
_STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 6, 8, 7, 6, 7, 8, 9, 7, 3, 1, 0, 0, 0)
_WEB_HOURS = (2, 1, 0, 0, 0, 0, 1, 3, 4, 4, 5, 5, 6, 5, 4, 4, 5, 6, 7, 9, 11, 10, 7, 4)
# Share of sales by channel: today, and a year ago. The app grows at the website's expense.
_CHANNELS = {
    "web": (0.36, 0.44),
    "mobile": (0.25, 0.14),
    "pos": (0.27, 0.33),
    "tablet": (0.07, 0.04),
    "social": (0.05, 0.05),
}
_PEAK_DAY = {"Summer": 185, "Winter": 350, "Spring": 110, "Autumn": 285}


@dataclass(frozen=True, slots=True)
class Good:
    """One sellable thing, with what it takes to choose it."""

    sku: str
    slug: str
    name: str
    price_minor: int
    season: str
    goes_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    key: str
    email: str


@dataclass(frozen=True, slots=True)
class Shop:
    code: str
    time_zone: str
    weight: float
    opens_on: date | None = None
    closes_on: date | None = None

    def trades_on(self, day: date) -> bool:
        return (self.opens_on is None or self.opens_on <= day) and (self.closes_on is None or day <= self.closes_on)


@dataclass(frozen=True, slots=True)
class SoldLine:
    good: Good
    quantity: int
    discount_minor: int
    tax_minor: int
    returned: int


@dataclass(frozen=True, slots=True)
class Sale:
    key: str
    at: datetime
    channel: str
    store: str | None
    buyer: Buyer | None
    tender: str
    lines: tuple[SoldLine, ...]


def simulate_year(
    *,
    goods: Sequence[Good],
    buyers: Sequence[Buyer],
    shops: Sequence[Shop],
    until: datetime,
    days: int = 365,
    seed: int = 7,
) -> Iterator[Sale]:
    """Every sale of the last `days` days up to `until`, oldest first within a day.

    goods   weights follow season and price; a basket grows by what goes with its first good.
    buyers  a few buy often, most once or twice (their weights fall with their rank).
    """
    chance = random.Random(seed)
    by_slug: dict[str, list[Good]] = {}
    for good in goods:
        by_slug.setdefault(good.slug, []).append(good)
    buyer_weights = list(accumulate(1 / (rank + 150) ** 0.7 for rank in range(len(buyers))))
    # A product's own popularity, the same all year.
    liked = {slug: chance.paretovariate(1.6) for slug in by_slug}
    today = until.date()
    for back in range(days - 1, -1, -1):
        day = today - timedelta(days=back)
        season = {good.season: _in_season(good.season, day) for good in goods}
        weights = list(accumulate(liked[good.slug] * season[good.season] for good in goods))
        growth = 0.72 + 0.28 * (1 - back / days)
        expected = ORDERS_A_DAY * growth * _WEEKDAY[day.weekday()] * _month_factor(day)
        count = max(4, round(chance.gauss(expected, expected**0.5)))
        open_shops = [shop for shop in shops if shop.trades_on(day)]
        sales = []
        for number in range(count):
            channel = _pick_channel(chance, back / days)
            shop = _pick_shop(chance, open_shops) if channel in ("pos", "tablet") else None
            at = _moment(chance, day, shop)
            if at >= until:
                continue
            first = goods[_pick(chance, weights)]
            sales.append(
                Sale(
                    key=f"demo-{day:%Y%m%d}-{number:03d}",
                    at=at,
                    channel=channel,
                    store=shop.code if shop else None,
                    buyer=None if channel == "pos" and chance.random() < 0.45 else buyers[_pick(chance, buyer_weights)],
                    tender="cash" if channel == "pos" and chance.random() < 0.25 else "terminal" if shop else "card",
                    lines=tuple(_basket(chance, first, by_slug, recent=back < 6)),
                )
            )
        yield from sorted(sales, key=lambda sale: sale.at)


def _basket(chance: random.Random, first: Good, by_slug: dict[str, list[Good]], *, recent: bool) -> Iterator[SoldLine]:
    chosen = [first]
    while len(chosen) < 5 and first.goes_with and chance.random() < 0.38:
        companions = by_slug.get(chance.choice(first.goes_with))
        if companions:
            good = chance.choice(companions)
            if good not in chosen:
                chosen.append(good)
    discounted = chance.random() < 0.12
    for good in chosen:
        quantity = 2 if good.price_minor < 3000 and chance.random() < 0.3 else 1
        worth = good.price_minor * quantity
        discount = worth * 15 // 100 if discounted else 0
        tax = round((worth - discount) * 0.055)
        returned = 1 if not recent and chance.random() < 0.06 else 0
        yield SoldLine(good, quantity, discount, tax, returned)


def _in_season(season: str, day: date) -> float:
    """1 for goods of all seasons; from 0.25 to 2.5 over the year for the others."""
    if season not in _PEAK_DAY:
        return 1.0
    distance = (day.timetuple().tm_yday - _PEAK_DAY[season]) / 365
    return 0.25 + 2.25 * ((1 + cos(2 * pi * distance)) / 2) ** 2


def _month_factor(day: date) -> float:
    """Summer and the weeks before the winter holidays are strong, February is not."""
    factor = 1 + 0.22 * cos(2 * pi * (day.timetuple().tm_yday - 190) / 365)
    return factor * (1.45 if (day.month, day.day) >= (11, 20) and (day.month, day.day) <= (12, 23) else 1)


def _pick_channel(chance: random.Random, age: float) -> str:
    names = list(_CHANNELS)
    shares = [now + (then - now) * age for now, then in _CHANNELS.values()]
    return chance.choices(names, shares)[0]


def _pick_shop(chance: random.Random, shops: Sequence[Shop]) -> Shop:
    return chance.choices(shops, [shop.weight for shop in shops])[0]


def _moment(chance: random.Random, day: date, shop: Shop | None) -> datetime:
    zone = ZoneInfo(shop.time_zone if shop else "America/New_York")
    hour = chance.choices(range(24), _STORE_HOURS if shop else _WEB_HOURS)[0]
    return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)), zone)


def _pick(chance: random.Random, cumulative: Sequence[float]) -> int:
    return bisect_left(cumulative, chance.random() * cumulative[-1])
