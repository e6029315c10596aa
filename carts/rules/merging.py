"""What becomes of a guest's lines in a customer's cart: one outcome list for each, and how to take it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from carts.rules.lines import MAX_QUANTITY, Line


@dataclass(frozen=True, slots=True)
class Offer:
    """What a variant is now: `price_minor` None is not for sale; `available` None is not counted."""

    price_minor: int | None
    available: int | None


@dataclass(frozen=True, slots=True)
class MergedLine:
    """One guest line's fate. Quantities are of the customer's line before and after; 0 is not there."""

    guest: Line
    target: Line | None
    before: int
    after: int
    outcomes: tuple[str, ...]
    was_minor: int = 0
    now_minor: int = 0


def plan_merge(
    strategy: str, guest: Iterable[Line], target: Iterable[Line], offers: Mapping[UUID, Offer]
) -> list[MergedLine]:
    """Decide each guest line. What is not for sale is dropped; what exceeds the stock or 9,999 is capped.

    A cap never takes away what the customer's own cart held before.
    """
    standing = {line.key: line for line in target}
    return [_merge_line(strategy, line, standing.get(line.key), offers.get(line.variant_id)) for line in guest]


def _merge_line(strategy: str, guest: Line, target: Line | None, offer: Offer | None) -> MergedLine:
    before = target.quantity if target else 0
    if offer is None or offer.price_minor is None:
        return MergedLine(guest, target, before, before, ("dropped",))
    wanted, outcome = _wanted(strategy, guest.quantity, before)
    limit = MAX_QUANTITY if offer.available is None else min(MAX_QUANTITY, max(offer.available, before))
    after = min(wanted, max(limit, 0))
    outcomes = [outcome]
    if after < wanted:
        outcomes = ["capped"] if after else ["dropped"]
    if after and offer.price_minor != guest.price_seen_minor:
        outcomes.append("repriced")
    return MergedLine(guest, target, before, after, tuple(outcomes), guest.price_seen_minor, offer.price_minor)


def _wanted(strategy: str, guest: int, before: int) -> tuple[int, str]:
    if not before:
        return guest, "added"
    match strategy:
        case "sum":
            return before + guest, "summed"
        case "maximum":
            return (guest, "replaced") if guest > before else (before, "kept")
        case "keep_guest":
            return guest, "replaced"
    return before, "kept"


def undone_quantity(current: int, before: int, after: int) -> int:
    """What a line holds once a merge is taken back: exactly what it held, and whatever was done to it since.

    Pieces added since stay; a line taken out since stays out.
    """
    if current == 0 and after > 0:
        return 0
    return max(0, min(MAX_QUANTITY, current - (after - before)))


def show_merged_line(merged: MergedLine, *, sku: str, name: str, currency: str) -> dict[str, Any]:
    """A row of the report, as it is stored and shown."""
    row: dict[str, Any] = {
        "sku": sku,
        "name": name,
        "outcomes": list(merged.outcomes),
        "guest_quantity": merged.guest.quantity,
        "quantity_before": merged.before,
        "quantity": merged.after,
    }
    if "repriced" in merged.outcomes:
        row["was"] = {"amount_minor": merged.was_minor, "currency": currency}
        row["now"] = {"amount_minor": merged.now_minor, "currency": currency}
    return row
