"""Offers that run at the same time over the same goods and add up: two on one line that nobody may have meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.offers.rules.definition import Definition, FreeShipping, Scope


@dataclass(frozen=True, slots=True)
class Running:
    """An offer on the calendar. Without a start it runs already, without an end for ever."""

    key: str
    name: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two offers, and since when until when both come off the same goods."""

    first: Running
    second: Running
    starts_at: datetime | None
    ends_at: datetime | None


def list_conflicts(offers: Sequence[Running]) -> list[Conflict]:
    """Pairs without a code that overlap in time and goods and share no group."""
    found = []
    for place, first in enumerate(offers):
        for second in offers[place + 1 :]:
            if _adds_up(first.definition, second.definition):
                starts = max((each for each in _starts(first, second) if each), default=None)
                ends = min((each for each in _ends(first, second) if each), default=None)
                if starts is None or ends is None or starts < ends:
                    found.append(Conflict(first, second, starts, ends))
    return found


def _adds_up(first: Definition, second: Definition) -> bool:
    if first.by_code or second.by_code or (first.group and first.group == second.group):
        return False
    if isinstance(first.benefit, FreeShipping) != isinstance(second.benefit, FreeShipping):
        return False
    return _share_goods(first.scope, second.scope)


def _share_goods(first: Scope, second: Scope) -> bool:
    """Whether some goods may be in both; categories against single products are taken to be."""
    if not first.names_goods or not second.names_goods:
        return True
    if first.products & second.products or first.variants & second.variants:
        return True
    if bool(first.categories) != bool(second.categories):
        return True
    return any(_related(one, other) for one in first.categories for other in second.categories)


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _starts(*offers: Running) -> list[datetime | None]:
    return [offer.definition.starts_at for offer in offers]


def _ends(*offers: Running) -> list[datetime | None]:
    return [offer.definition.ends_at for offer in offers]
