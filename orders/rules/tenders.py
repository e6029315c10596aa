"""Which tender pays how much, and which gives back first."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Wish:
    """One payment as asked for. Without an amount it takes what is left."""

    provider: str
    amount_minor: int | None
    method: dict[str, Any]


def share_out(wishes: Sequence[Wish], total_minor: int) -> list[int] | None:
    """The amount of each tender; None when they do not fit: over the total, or more than one without an amount."""
    named = sum(wish.amount_minor or 0 for wish in wishes)
    open_ended = [wish for wish in wishes if wish.amount_minor is None]
    rest = total_minor - named
    if rest < 0 or len(open_ended) > 1 or (open_ended and rest == 0):
        return None
    return [rest if wish.amount_minor is None else wish.amount_minor for wish in wishes]


@dataclass(frozen=True, slots=True)
class Tender:
    payment_id: UUID
    position: int
    captured_minor: int
    refunded_minor: int
    authorised_minor: int = 0


class Way(StrEnum):
    REFUND = "refund"
    VOID = "void"
    CAPTURE_LESS = "capture_less"


@dataclass(frozen=True, slots=True)
class GivenBack:
    payment_id: UUID
    way: Way
    amount_minor: int


def give_back(tenders: Sequence[Tender], amount_minor: int) -> list[GivenBack]:
    """`amount_minor` in reverse of the order in which tenders were taken.

    What is only authorised costs the customer nothing yet: all of it is voided, a part is captured less.
    Returns less than asked when less was paid.
    """
    rows: list[GivenBack] = []
    left = amount_minor
    for tender in sorted(tenders, key=lambda t: -t.position):
        if left <= 0:
            break
        if tender.authorised_minor:
            part = min(left, tender.authorised_minor)
            way = Way.VOID if part == tender.authorised_minor else Way.CAPTURE_LESS
        else:
            part, way = min(left, tender.captured_minor - tender.refunded_minor), Way.REFUND
        if part > 0:
            rows.append(GivenBack(tender.payment_id, way, part))
            left -= part
    return rows
