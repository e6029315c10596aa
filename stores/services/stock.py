"""Everything that changes stock, by one door: holds and their ends, sales, receipts, returns and adjustments."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import RuleViolation
from stores.errors import InsufficientStock, UntrackedVariant
from stores.facts import LineOfStock, StockReceived
from stores.services.adjusting import MAX_UNITS, Adjustment, adjust_stock
from stores.services.allocating import fill_backorders, lock_waiting
from stores.services.holds import consume_hold, extend_hold, release_hold
from stores.services.lapsing import expire_holds, take_lapsed
from stores.services.ledger import LockedLevel, Movement, lock_or_open_levels, write_movements
from stores.services.placing import HoldRequest, foretell_holds, hold_stock, place_holds, require_positive
from stores.states import Condition, MovementKind

__all__ = [
    "Adjustment",
    "HoldRequest",
    "adjust_stock",
    "consume_hold",
    "expect_stock",
    "expire_holds",
    "extend_hold",
    "foretell_holds",
    "hold_stock",
    "place_holds",
    "receive_stock",
    "record_sale_unchecked",
    "release_hold",
    "return_stock",
    "sell_now",
]


def sell_now(
    *, store_id: UUID, lines: Mapping[UUID, int], reference_kind: str, reference_id: UUID, by: Context, at: datetime
) -> None:
    """Carry-out: the units leave the shelf at once, all lines or none. One statement when there is enough.

    Units promised to others stay; safety stock may be sold, for the customer has the thing in their hand.
    Locks   stock rows, in variant order; call it last.
    Emits   StockLow or StockOut of levels that crossed the line.
    Raises  InsufficientStock, naming every short variant and what is left of it; UnknownVariant.
    """
    require_positive(lines.values())
    sold = [
        Movement(
            store_id=store_id,
            variant_id=variant_id,
            kind=MovementKind.SALE,
            on_hand=-quantity,
            reference_kind=reference_kind,
            reference_id=reference_id,
        )
        for variant_id, quantity in lines.items()
    ]
    # No savepoint, and nothing raised inside: as in `place_holds`.
    with transaction.atomic(savepoint=False):
        outcomes = write_movements(sold, by=by, at=at)
        places = [(store_id, variant_id) for variant_id in lines]
        if not all(outcome.is_ok for outcome in outcomes) and take_lapsed(places, by=by, at=at):
            outcomes = write_movements(sold, by=by, at=at)
        short = {outcome.variant_id: outcome.free for outcome in outcomes if not outcome.is_ok}
        if not short:
            record(*[fact for outcome in outcomes for fact in outcome.facts], by=by, at=at)
    if short:
        raise InsufficientStock(store_id=store_id, available=short)


def record_sale_unchecked(
    *, store_id: UUID, lines: Mapping[UUID, int], reference_kind: str, reference_id: UUID, by: Context, at: datetime
) -> dict[UUID, int]:
    """A sale that already happened elsewhere: take what is free, and answer what was missing by variant.

    Promises to others stay whole; the caller opens a discrepancy for what was missing.
    Locks   stock rows, in variant order.
    Emits   StockLow or StockOut of levels that crossed the line.
    Raises  UnknownVariant.
    """
    require_positive(lines.values())
    with transaction.atomic():
        levels = lock_or_open_levels((store_id, variant_id) for variant_id in lines)
        missing: dict[UUID, int] = {}
        movements = []
        for (_, variant_id), level in levels.items():
            if level.policy == "untracked":
                continue
            taken = min(lines[variant_id], level.free)
            if taken < lines[variant_id]:
                missing[variant_id] = lines[variant_id] - taken
            if taken:
                movements.append(
                    Movement(
                        store_id=store_id,
                        variant_id=variant_id,
                        kind=MovementKind.SALE,
                        on_hand=-taken,
                        reference_kind=reference_kind,
                        reference_id=reference_id,
                    )
                )
        _write_and_record(movements, [], by=by, at=at)
    return missing


def expect_stock(
    *,
    store_id: UUID,
    lines: Mapping[UUID, int],
    reference_kind: str = "",
    reference_id: UUID | None = None,
    by: Context,
    at: datetime,
) -> None:
    """Announce a delivery: `incoming` rises by these units until they are received.

    Locks   stock rows, in variant order.
    Raises  UnknownVariant, UntrackedVariant.
    """
    require_positive(lines.values())
    with transaction.atomic():
        levels = _lock_tracked(store_id, lines)
        _write_and_record(
            [
                Movement(
                    store_id=store_id,
                    variant_id=variant_id,
                    kind=MovementKind.EXPECT,
                    incoming=lines[variant_id],
                    reference_kind=reference_kind,
                    reference_id=reference_id,
                )
                for _, variant_id in levels
            ],
            [],
            by=by,
            at=at,
        )


def receive_stock(
    *,
    store_id: UUID,
    lines: Mapping[UUID, int],
    reference_kind: str = "",
    reference_id: UUID | None = None,
    reason: str = "",
    by: Context,
    at: datetime,
) -> None:
    """Goods came in: on hand rises, what was expected falls, and the oldest back-orders get theirs.

    Locks   holds that wait for these variants, then stock rows, in variant order.
    Emits   StockReceived, StockAllocated, StockBack.
    Raises  UnknownVariant, UntrackedVariant.
    """
    require_positive(lines.values())
    with transaction.atomic():
        waiting = lock_waiting(store_id=store_id, variant_ids=lines)
        levels = _lock_tracked(store_id, lines)
        received = [
            Movement(
                store_id=store_id,
                variant_id=variant_id,
                kind=MovementKind.RECEIPT,
                on_hand=lines[variant_id],
                incoming=-min(lines[variant_id], level.incoming),
                reason=reason[:200],
                reference_kind=reference_kind,
                reference_id=reference_id,
            )
            for (_, variant_id), level in levels.items()
        ]
        free = {variant_id: level.free + lines[variant_id] for (_, variant_id), level in levels.items()}
        allocations, facts = fill_backorders(waiting, free=free)
        fact = StockReceived(
            store_id=store_id,
            reference_kind=reference_kind,
            reference_id=reference_id,
            lines=[LineOfStock(variant_id=variant_id, quantity=lines[variant_id]) for _, variant_id in levels],
        )
        _write_and_record([*received, *allocations], [fact, *facts], by=by, at=at)


def return_stock(
    *,
    store_id: UUID,
    lines: Mapping[UUID, int],
    condition: str,
    reference_kind: str,
    reference_id: UUID,
    by: Context,
    at: datetime,
) -> None:
    """Goods a customer brought back: `as_new` to the shelf, `damaged` beside it, `write_off` only noted.

    Locks   holds that wait for these variants, then stock rows, in variant order.
    Emits   StockAllocated, StockBack.
    Raises  UnknownVariant.
    """
    require_positive(lines.values())
    kind = Condition(condition)
    with transaction.atomic():
        waiting = lock_waiting(store_id=store_id, variant_ids=lines) if kind is Condition.AS_NEW else []
        levels = lock_or_open_levels((store_id, variant_id) for variant_id in lines)
        returned = [
            Movement(
                store_id=store_id,
                variant_id=variant_id,
                kind=MovementKind.WRITE_OFF if kind is Condition.WRITE_OFF else MovementKind.RETURN,
                on_hand=lines[variant_id] if kind is Condition.AS_NEW else 0,
                damaged=lines[variant_id] if kind is Condition.DAMAGED else 0,
                reason=str(kind.label),
                reference_kind=reference_kind,
                reference_id=reference_id,
            )
            for _, variant_id in levels
        ]
        free = {variant_id: level.free + lines[variant_id] for (_, variant_id), level in levels.items()}
        allocations, facts = fill_backorders(waiting, free=free)
        _write_and_record([*returned, *allocations], facts, by=by, at=at)


def _lock_tracked(store_id: UUID, lines: Mapping[UUID, int]) -> dict[tuple[UUID, UUID], LockedLevel]:
    levels = lock_or_open_levels((store_id, variant_id) for variant_id in lines)
    for (_, variant_id), level in levels.items():
        if max(level.on_hand, level.incoming) + lines[variant_id] > MAX_UNITS:
            raise RuleViolation("quantity_invalid", "More than a store can count.", variant_id=str(variant_id))
    if untracked := [variant_id for (_, variant_id), level in levels.items() if level.policy == "untracked"]:
        raise UntrackedVariant(variants=[str(variant_id) for variant_id in untracked])
    return levels


def _write_and_record(movements: list[Movement], facts: list[Fact], *, by: Context, at: datetime) -> None:
    outcomes = write_movements(movements, by=by, at=at)
    if not all(outcome.is_ok for outcome in outcomes):
        raise RuntimeError("A change worked out under lock was refused; the ledger and its levels disagree.")
    record(*facts, *[fact for outcome in outcomes for fact in outcome.facts], by=by, at=at)
