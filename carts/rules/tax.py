"""Tax from a table of rates: by region and category, on top of prices or within them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from carts.ports import Adjustment, Destination, Taxable
from omnichannel.kernel.money import round_minor, split_by_weight

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rate:
    """One row of the table. An empty region is the whole country, no category is every category."""

    id: int
    name: str
    country: str
    region: str
    category: str | None
    rate_pct: Decimal
    included: bool
    applies_to_shipping: bool
    valid_from: datetime | None = None
    valid_until: datetime | None = None


def find_rate(rates: Sequence[Rate], destination: Destination, category: str, at: datetime) -> Rate | None:
    """The most specific rate in force: region before country, category before all; the newest of equals."""
    return _most_specific([rate for rate in rates if rate.category in (None, category)], destination, at)


def find_shipping_rate(rates: Sequence[Rate], destination: Destination, at: datetime) -> Rate | None:
    return _most_specific([rate for rate in rates if rate.applies_to_shipping], destination, at)


def quote_tax(rates: Sequence[Rate], taxables: Sequence[Taxable], at: datetime) -> list[Adjustment]:
    """Tax as one row a taxable. Each rate is worked out and rounded once over all it covers, then spread.

    Rounding once a rate, not once a line, is what a till's receipt shows; the spread keeps the sum.
    """
    covered: dict[Rate, list[Taxable]] = defaultdict(list)
    found: dict[tuple[Destination, str | None], Rate | None] = {}
    for taxable in taxables:
        if taxable.destination is None or taxable.amount_minor <= 0:
            continue
        category = None if taxable.line_id is None else taxable.tax_category
        key = (taxable.destination, category)
        if key not in found:
            found[key] = (
                find_shipping_rate(rates, taxable.destination, at)
                if category is None
                else find_rate(rates, taxable.destination, category, at)
            )
        if (rate := found[key]) is not None:
            covered[rate].append(taxable)
    until = next_change(rates, at)
    rows = []
    for rate in sorted(covered, key=lambda rate: rate.id):
        base = [taxable.amount_minor for taxable in covered[rate]]
        whole = tax_of(sum(base), rate)
        for taxable, share in zip(covered[rate], split_by_weight(whole, base), strict=True):
            if share:
                rows.append(
                    Adjustment(
                        kind="tax",
                        amount_minor=share,
                        label=f"{rate.name} {rate.rate_pct.normalize():f}%",
                        included=rate.included,
                        line_id=taxable.line_id,
                        source="table",
                        reference=str(rate.id),
                        until=until,
                    )
                )
    return rows


def tax_of(base_minor: int, rate: Rate) -> int:
    """On top: base × rate. Within: base × rate ÷ (100 + rate)."""
    share = rate.rate_pct / (HUNDRED + rate.rate_pct) if rate.included else rate.rate_pct / HUNDRED
    return round_minor(base_minor * share)


def next_change(rates: Sequence[Rate], at: datetime) -> datetime | None:
    """The next moment at which any rate begins or ends."""
    moments = [moment for rate in rates for moment in (rate.valid_from, rate.valid_until) if moment and moment > at]
    return min(moments, default=None)


def _most_specific(rates: Sequence[Rate], destination: Destination, at: datetime) -> Rate | None:
    fitting = [
        rate
        for rate in rates
        if rate.country == destination.country
        and rate.region in ("", destination.region)
        and (rate.valid_from is None or rate.valid_from <= at)
        and (rate.valid_until is None or at < rate.valid_until)
    ]
    return max(fitting, key=lambda rate: (rate.region != "", rate.category is not None, rate.id), default=None)
