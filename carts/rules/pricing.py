"""What a cart costs. Worked numbers stand in docs/algorithms/pricing.md and are tested as they stand there.

    items − discounts (never below zero, line by line) + shipping − shipping discounts + tax not included = total

Every amount that is spread over lines is spread by the largest remainder, in the order of line ids: the
parts always sum to the whole, and the order of the lines changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from carts.ports import Adjustment, CartSnapshot, CodeVerdict, ShippingOption, SnapshotLine, Taxable
from omnichannel.kernel.money import split_by_weight


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the customer should know. Advisory in the cart, a refusal at checkout."""

    code: str
    title: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with its money. `adjustments` are its own share of everything, taxes and cart discounts included."""

    line: SnapshotLine
    items_minor: int
    discount_minor: int
    tax_minor: int
    tax_included_minor: int
    adjustments: tuple[Adjustment, ...]
    problems: tuple[Problem, ...]

    @property
    def total_minor(self) -> int:
        """What the line costs after its discounts, without the tax that comes on top."""
        return self.items_minor + self.discount_minor


@dataclass(frozen=True, slots=True)
class Totals:
    """discount ≤ 0; tax is what comes on top, tax_included what the prices already hold."""

    items: int = 0
    discount: int = 0
    shipping: int = 0
    tax: int = 0
    tax_included: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A finished price. `adjustments` hold one row for each line and reason; those of the cart have no line.

    needed       what is missing before the cart can be placed: `ship_to`, `shipping_method`, `quote`.
    priced_until the earliest end of anything used; None when nothing has an end.
    """

    snapshot: CartSnapshot
    lines: tuple[PricedLine, ...]
    adjustments: tuple[Adjustment, ...]
    totals: Totals
    problems: tuple[Problem, ...]
    codes: tuple[CodeVerdict, ...] = ()
    shipping_options: tuple[ShippingOption, ...] = ()
    shipping: ShippingOption | None = None
    needed: tuple[str, ...] = ()
    priced_until: datetime | None = None

    @property
    def line_problems(self) -> list[tuple[SnapshotLine, Problem]]:
        return [(priced.line, problem) for priced in self.lines for problem in priced.problems]


def spread_discounts(lines: Sequence[SnapshotLine], quoted: Iterable[Adjustment]) -> list[Adjustment]:
    """Discounts on items as one row for each line, in the order quoted, cut where a line would fall below zero.

    A discount of the whole cart is spread by what is left of each line it may touch.
    """
    ordered = sorted((line for line in lines if line.is_sellable), key=lambda line: line.id)
    left = {line.id: line.items_minor for line in ordered}
    rows: list[Adjustment] = []
    for adjustment in quoted:
        if adjustment.kind != "discount" or adjustment.on != "items" or adjustment.amount_minor >= 0:
            continue
        wanted = -adjustment.amount_minor
        if adjustment.line_id is not None:
            shares = [(adjustment.line_id, wanted)] if adjustment.line_id in left else []
        else:
            allowed = [line.id for line in ordered if not adjustment.lines or line.id in adjustment.lines]
            most = min(wanted, sum(left[line_id] for line_id in allowed))
            shares = list(zip(allowed, split_by_weight(most, [left[line_id] for line_id in allowed]), strict=True))
        for line_id, share in shares:
            taken = min(share, left[line_id])
            if taken > 0:
                left[line_id] -= taken
                rows.append(replace(adjustment, amount_minor=-taken, line_id=line_id, lines=()))
    return rows


def choose_shipping(snapshot: CartSnapshot, options: Sequence[ShippingOption]) -> ShippingOption | None:
    """The method the customer chose, while it is offered; the cheapest until one is chosen."""
    if snapshot.shipping_method:
        return next((option for option in options if option.code == snapshot.shipping_method), None)
    return min(options, key=lambda option: (option.amount_minor, option.code), default=None)


def shipping_rows(option: ShippingOption | None, quoted: Iterable[Adjustment]) -> list[Adjustment]:
    """The price of shipping and the discounts on it, which never exceed it."""
    if option is None:
        return []
    rows = [
        Adjustment(
            kind="shipping",
            amount_minor=option.amount_minor,
            label=option.name,
            reference=option.code,
            source="shipping",
            until=option.until,
        )
    ]
    left = option.amount_minor
    for adjustment in quoted:
        if adjustment.kind == "discount" and adjustment.on == "shipping" and adjustment.amount_minor < 0:
            taken = min(left, -adjustment.amount_minor)
            if taken:
                left -= taken
                rows.append(replace(adjustment, amount_minor=-taken, line_id=None))
    return rows


def list_taxables(
    snapshot: CartSnapshot, discounts: Sequence[Adjustment], shipping: Sequence[Adjustment]
) -> list[Taxable]:
    """Line amounts after discounts in the order of line ids, then the shipping after its own."""
    off: dict[UUID | None, int] = defaultdict(int)
    for row in discounts:
        off[row.line_id] += row.amount_minor
    taxables = [
        Taxable(line.id, line.items_minor + off[line.id], line.tax_category, line.destination)
        for line in sorted(snapshot.lines, key=lambda line: line.id)
        if line.is_sellable
    ]
    if shipping and (amount := sum(row.amount_minor for row in shipping)):
        taxables.append(Taxable(None, amount, "", snapshot.destination))
    return taxables


def complete_price(
    snapshot: CartSnapshot,
    *,
    discounts: Sequence[Adjustment],
    shipping: Sequence[Adjustment],
    taxes: Sequence[Adjustment],
    options: Sequence[ShippingOption] = (),
    verdicts: Sequence[CodeVerdict] = (),
    unquoted: bool = False,
    ends: Sequence[datetime | None] = (),
) -> PricedCart:
    """Put the rows together: lines, totals, problems and how long it holds.

    unquoted  a remote provider has not answered for this version of the cart.
    ends      of all that discount providers quoted, also of what takes nothing off before that moment.
    """
    rows = (*discounts, *shipping, *taxes)
    by_line: dict[UUID | None, list[Adjustment]] = defaultdict(list)
    for row in rows:
        by_line[row.line_id].append(row)
    wanted: dict[tuple[UUID, UUID | None], int] = defaultdict(int)
    for line in snapshot.lines:
        wanted[line.variant_id, line.store_id] += line.quantity
    lines = tuple(
        _price_line(line, tuple(by_line[line.id]), wanted[line.variant_id, line.store_id]) for line in snapshot.lines
    )
    chosen = choose_shipping(snapshot, options) if snapshot.shipped_lines else None
    totals = _sum_up(lines, rows)
    all_ends = (
        [line.price_until for line in snapshot.lines]
        + [row.until for row in rows]
        + [verdict.until for verdict in verdicts]
        + list(ends)
    )
    return PricedCart(
        snapshot=snapshot,
        lines=lines,
        adjustments=rows,
        totals=totals,
        problems=tuple(_cart_problems(snapshot, options, chosen)),
        codes=tuple(verdicts),
        shipping_options=tuple(options),
        shipping=chosen,
        needed=(*_needed(snapshot), *(["quote"] if unquoted else [])),
        priced_until=min((end for end in all_ends if end is not None), default=None),
    )


def _price_line(line: SnapshotLine, rows: tuple[Adjustment, ...], wanted: int) -> PricedLine:
    return PricedLine(
        line=line,
        items_minor=line.items_minor,
        discount_minor=sum(row.amount_minor for row in rows if row.kind == "discount"),
        tax_minor=sum(row.amount_minor for row in rows if row.kind == "tax" and not row.included),
        tax_included_minor=sum(row.amount_minor for row in rows if row.kind == "tax" and row.included),
        adjustments=rows,
        problems=tuple(_line_problems(line, wanted)),
    )


def _line_problems(line: SnapshotLine, wanted: int) -> Iterable[Problem]:
    if not line.is_sellable:
        yield Problem("unavailable", "This is not on sale at the moment.")
        return
    if line.stock_policy == "tracked" and line.available is not None and wanted > line.available:
        left = max(line.available, 0)
        title = f"Only {left} left." if left else "None left."
        yield Problem("insufficient_stock", title, {"available": left, "wanted": wanted})
    if line.unit_price_minor != line.price_seen_minor:
        yield Problem(
            "price_changed",
            "The price has changed since this was added.",
            {"was_minor": line.price_seen_minor, "now_minor": line.unit_price_minor},
        )


def _cart_problems(
    snapshot: CartSnapshot, options: Sequence[ShippingOption], chosen: ShippingOption | None
) -> Iterable[Problem]:
    if not snapshot.shipped_lines or snapshot.destination is None:
        return
    if not options:
        yield Problem("not_shipped_there", "We do not ship this to that address.")
    elif chosen is None:
        yield Problem("shipping_method_unavailable", "The chosen way of shipping is not offered any more.")


def _needed(snapshot: CartSnapshot) -> Iterable[str]:
    if snapshot.shipped_lines:
        if not snapshot.ship_to:
            yield "ship_to"
        if not snapshot.shipping_method:
            yield "shipping_method"


def _sum_up(lines: Sequence[PricedLine], rows: Sequence[Adjustment]) -> Totals:
    items = sum(line.items_minor for line in lines)
    sums: dict[tuple[str, bool], int] = defaultdict(int)
    for row in rows:
        sums[row.kind, row.included] += row.amount_minor
    charged = sum(amount for (_, included), amount in sums.items() if not included)
    return Totals(
        items=items,
        discount=sums["discount", False],
        shipping=sums["shipping", False],
        tax=sums["tax", False],
        tax_included=sums["tax", True],
        total=items + charged,
    )
