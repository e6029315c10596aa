"""What a benefit takes off which line, given what earlier offers have left. Never below nothing.

Percentages are worked out once over all they cover, rounded half away from zero, and spread by the largest
remainder in the order of line ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from campaigns.offers.rules.definition import (
    Amount,
    Benefit,
    BuyGet,
    FixedPrice,
    FreeShipping,
    Gift,
    Percent,
    Tiers,
)
from carts.ports import SnapshotLine
from omnichannel.kernel.money import format_money, round_minor, split_by_weight

#: More than any shipping costs; pricing cuts it to what shipping does cost.
ALL_SHIPPING_MINOR = 1 << 40


@dataclass(frozen=True, slots=True)
class Taken:
    """shares: off each line, all > 0. touched: the lines that took part, paid ones of a buy-and-get included.

    why_not: when it comes to nothing, what would change that.
    """

    shares: Mapping[UUID, int] = field(default_factory=dict)
    shipping_minor: int = 0
    touched: frozenset[UUID] = frozenset()
    why_not: str = ""

    @property
    def worth_minor(self) -> int:
        return sum(self.shares.values())


@dataclass(frozen=True, slots=True)
class Goods:
    """Lines free for an offer, with what is left of each; `lines` are covered, `extra` those of a gift or get-scope.

    spend_minor  of covered lines before any discount, also of those another offer took.
    """

    lines: Sequence[SnapshotLine]
    extra: Sequence[SnapshotLine]
    left: Mapping[UUID, int]
    spend_minor: int
    currency: str


def take(benefit: Benefit, goods: Goods) -> Taken:
    match benefit:
        case Percent():
            return _percent(benefit, goods)
        case Amount():
            amount = benefit.amount.get(goods.currency)
            return _off(goods, amount) if amount else _no_amount(goods.currency)
        case FixedPrice():
            return _fixed_price(benefit, goods)
        case BuyGet():
            return _buy_get(benefit, goods)
        case Tiers():
            return _tiers(benefit, goods)
        case FreeShipping():
            return _free_shipping(benefit, goods)
        case Gift():
            return _gift(benefit, goods)


def _percent(benefit: Percent, goods: Goods) -> Taken:
    if benefit.max_units is None:
        return _percent_of(goods, {line.id: goods.left[line.id] for line in goods.lines}, benefit.percent)
    worth: dict[UUID, int] = {}
    units = benefit.max_units
    for line in sorted(goods.lines, key=lambda line: (-line.unit_price_minor, line.id)):
        some = min(units, line.quantity)
        if some:
            worth[line.id] = goods.left[line.id] * some // line.quantity
            units -= some
    return _percent_of(goods, worth, benefit.percent)


def _percent_of(goods: Goods, worth: Mapping[UUID, int], percent: Decimal) -> Taken:
    """Per cent of these parts of lines, together."""
    total = round_minor(sum(worth.values()) * percent / 100)
    return _spread(total, worth)


def _off(goods: Goods, amount_minor: int) -> Taken:
    left = {line.id: goods.left[line.id] for line in goods.lines}
    return _spread(min(amount_minor, sum(left.values())), left)


def _spread(total: int, weights: Mapping[UUID, int]) -> Taken:
    ids = sorted(weights)
    parts = split_by_weight(total, [weights[line_id] for line_id in ids]) if total > 0 else []
    shares = {line_id: share for line_id, share in zip(ids, parts, strict=False) if share > 0}
    return Taken(shares, touched=frozenset(weights), why_not="" if shares else _FREE_ALREADY)


def _fixed_price(benefit: FixedPrice, goods: Goods) -> Taken:
    price = benefit.price.get(goods.currency)
    if not price:
        return _no_amount(goods.currency)
    off = {line.id: goods.left[line.id] - price * line.quantity for line in goods.lines}
    shares = {line_id: amount for line_id, amount in off.items() if amount > 0}
    return Taken(
        shares, touched=frozenset(shares), why_not="" if shares else "The goods it covers cost less than that already."
    )


def _buy_get(benefit: BuyGet, goods: Goods) -> Taken:
    most = benefit.max_times
    free: dict[UUID, int] = {}
    touched: set[UUID] = set()
    if benefit.get_scope is None:
        units = _units(goods.lines)
        size = benefit.buy + benefit.get
        times = min(len(units) // size, most or len(units))
        if not times:
            return Taken(why_not=_more_pieces(size - len(units)))
        for start in range(0, times * size, size):
            touched.update(units[start : start + size])
            for line_id in units[start + benefit.buy : start + size]:
                free[line_id] = free.get(line_id, 0) + 1
    else:
        bought = sum(line.quantity for line in goods.lines)
        times = min(bought // benefit.buy, most or bought)
        if not times:
            return Taken(why_not=_more_pieces(benefit.buy - bought))
        cheapest = _units(goods.extra)[::-1][: times * benefit.get]
        if not cheapest:
            return Taken(why_not="Add what is cheaper with it: it is not in the cart yet.")
        for line_id in cheapest:
            free[line_id] = free.get(line_id, 0) + 1
        touched = {line.id for line in goods.lines} | set(free)
    quantities = {line.id: line.quantity for line in (*goods.lines, *goods.extra)}
    worth = {line_id: goods.left[line_id] * units // quantities[line_id] for line_id, units in free.items()}
    taken = _percent_of(goods, worth, benefit.percent)
    return Taken(taken.shares, touched=frozenset(touched), why_not=taken.why_not)


def _units(lines: Sequence[SnapshotLine]) -> list[UUID]:
    """The line of each piece, dearest first."""
    ordered = sorted(lines, key=lambda line: (-line.unit_price_minor, line.id))
    return [line.id for line in ordered for _ in range(line.quantity)]


def _tiers(benefit: Tiers, goods: Goods) -> Taken:
    steps = sorted(
        (step for step in benefit.steps if goods.currency in step.start), key=lambda step: step.start[goods.currency]
    )
    if not steps:
        return _no_amount(goods.currency)
    reached = [step for step in steps if step.start[goods.currency] <= goods.spend_minor]
    if not reached:
        short = steps[0].start[goods.currency] - goods.spend_minor
        return Taken(why_not=f"Spend {format_money(short, goods.currency)} more on what it covers.")
    step = reached[-1]
    if step.percent is not None:
        return _percent_of(goods, {line.id: goods.left[line.id] for line in goods.lines}, step.percent)
    amount = step.amount.get(goods.currency)
    return _off(goods, amount) if amount else _no_amount(goods.currency)


def _free_shipping(benefit: FreeShipping, goods: Goods) -> Taken:
    if not any(line.fulfilment_kind == "ship" for line in goods.lines):
        return Taken(why_not="Nothing of it is shipped.")
    if benefit.most and goods.currency not in benefit.most:
        return _no_amount(goods.currency)
    return Taken(shipping_minor=benefit.most.get(goods.currency, ALL_SHIPPING_MINOR))


def _gift(benefit: Gift, goods: Goods) -> Taken:
    if not goods.extra:
        return Taken(why_not="Add the gift: it costs nothing with this cart.")
    shares: dict[UUID, int] = {}
    left = benefit.quantity
    for line in sorted(goods.extra, key=lambda line: (-line.unit_price_minor, line.id)):
        units = min(left, line.quantity)
        if units:
            left -= units
            shares[line.id] = goods.left[line.id] * units // line.quantity
    shares = {line_id: amount for line_id, amount in shares.items() if amount > 0}
    return Taken(shares, touched=frozenset(shares), why_not="" if shares else _FREE_ALREADY)


_FREE_ALREADY = "What it covers costs nothing already."


def _more_pieces(count: int) -> str:
    return f"Add {count} more {'piece' if count == 1 else 'pieces'} of what it covers."


def _no_amount(currency: str) -> Taken:
    return Taken(why_not=f"It has no amount in {currency}.")
