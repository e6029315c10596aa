"""What a unit of an order is worth when it is cancelled or given back.

Every line's share of the order is fixed once, by the largest remainder; a line's units are worth the
differences of a running total. So the parts sum to the whole exactly, in whatever order they come back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from omnichannel.kernel.money import split_by_weight


@dataclass(frozen=True, slots=True)
class SoldLine:
    """`gone`: units cancelled or returned already. `total_minor`: what the customer paid for the line, tax added."""

    line_id: UUID
    quantity: int
    gone: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class Worth:
    """What the named units come to. `shipping_minor` goes back with the order's last unit."""

    lines: Mapping[UUID, int]
    shipping_minor: int

    @property
    def total_minor(self) -> int:
        return sum(self.lines.values()) + self.shipping_minor


def line_shares(lines: Sequence[SoldLine], *, gross_minor: int, shipping_minor: int) -> dict[UUID, int]:
    """Each line's share of all that is not shipping: its own total, plus its part of what stands on the order."""
    goods = max(0, gross_minor - shipping_minor)
    parts = split_by_weight(goods, [max(0, line.total_minor) for line in lines])
    return {line.line_id: part for line, part in zip(lines, parts, strict=True)}


def first_units(share_minor: int, quantity: int, units: int) -> int:
    """The first `units` of `quantity`: earlier units take the odd cents. All of them come to the share exactly."""
    each, odd = divmod(share_minor, quantity)
    return each * units + min(units, odd)


def worth_of(lines: Sequence[SoldLine], units: Mapping[UUID, int], *, gross_minor: int, shipping_minor: int) -> Worth:
    """What `units` (by line) come to, after those already gone."""
    shares = line_shares(lines, gross_minor=gross_minor, shipping_minor=shipping_minor)
    worth: dict[UUID, int] = {}
    left = 0
    for line in lines:
        going = units.get(line.line_id, 0)
        left += line.quantity - line.gone - going
        if going:
            share = shares[line.line_id]
            worth[line.line_id] = first_units(share, line.quantity, line.gone + going) - first_units(
                share, line.quantity, line.gone
            )
    shipping = min(shipping_minor, max(0, gross_minor)) if left == 0 and worth else 0
    return Worth(lines=worth, shipping_minor=shipping)


def price_of_added(*, total_minor: int, quantity: int, units: int) -> int:
    """What `units` more cost at the line's own price: never less than the units already bought, cent for cent."""
    return first_units(total_minor, quantity, units % quantity) + total_minor * (units // quantity)
