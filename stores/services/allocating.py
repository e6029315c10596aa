"""Units that come in go first to those who were promised them: back-orders, oldest first."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from omnichannel.events.facts import Fact
from stores.facts import LineOfStock, StockAllocated
from stores.models import Hold, HoldLine
from stores.rules.levels import fill_oldest
from stores.services.ledger import Movement
from stores.states import HoldState, MovementKind


def lock_waiting(*, store_id: UUID, variant_ids: Iterable[UUID]) -> list[tuple[Hold, HoldLine]]:
    """Back-ordered lines of these variants with their holds locked, oldest first. Before any stock lock."""
    wanted = set(variant_ids)
    waiting = HoldLine.objects.filter(variant_id__in=wanted, backordered__gt=0, hold__store_id=store_id)
    # One statement when nobody waits, which is nearly always.
    ids = set(waiting.filter(hold__state=HoldState.HELD).values_list("hold_id", flat=True))
    if not ids:
        return []
    holds = {
        hold.id: hold
        for hold in Hold.objects.filter(id__in=ids, state=HoldState.HELD).order_by("id").select_for_update(no_key=True)
    }
    lines = HoldLine.objects.filter(hold_id__in=holds, variant_id__in=wanted, backordered__gt=0).order_by("hold_id")
    return [(holds[line.hold_id], line) for line in lines]


def fill_backorders(
    waiting: Sequence[tuple[Hold, HoldLine]], *, free: Mapping[UUID, int]
) -> tuple[list[Movement], list[Fact]]:
    """Turn promises beyond stock into reservations, as far as `free` units of each variant reach."""
    movements: list[Movement] = []
    changed: list[HoldLine] = []
    gains: dict[UUID, tuple[Hold, list[LineOfStock]]] = {}
    for variant_id, units_free in free.items():
        queue = [(hold, line) for hold, line in waiting if line.variant_id == variant_id]
        for (hold, line), units in zip(
            queue, fill_oldest([line.backordered for _, line in queue], free=units_free), strict=True
        ):
            if not units:
                continue
            line.quantity += units
            line.backordered -= units
            changed.append(line)
            gains.setdefault(hold.id, (hold, []))[1].append(
                LineOfStock(variant_id=variant_id, quantity=units, backordered=line.backordered)
            )
            movements.append(
                Movement(
                    store_id=hold.store_id,
                    variant_id=variant_id,
                    kind=MovementKind.HOLD,
                    reserved=units,
                    backordered=-units,
                    reason="Back-order filled",
                    reference_kind=hold.holder_kind,
                    reference_id=hold.holder_id,
                )
            )
    HoldLine.objects.bulk_update(changed, ["quantity", "backordered"])
    facts: list[Fact] = [
        StockAllocated(
            hold_id=hold.id, store_id=hold.store_id, holder_kind=hold.holder_kind, holder_id=hold.holder_id, lines=lines
        )
        for hold, lines in gains.values()
    ]
    return movements, facts
