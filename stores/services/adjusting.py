"""Adjustments: a person or another system says what is really there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Busy, RuleViolation
from stores.errors import StockChanged, UntrackedVariant
from stores.facts import StockAdjusted, StockHoldBroken
from stores.models import Hold, HoldLine, StockLevel
from stores.rules.levels import break_newest
from stores.services.allocating import fill_backorders, lock_waiting
from stores.services.ledger import LockedLevel, Movement, lock_or_open_levels, write_movements
from stores.states import HoldState, MovementKind

MAX_UNITS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """What is to change on one level: either counts as they are (`set_on_hand`) or by how much (`change_by`).

    damage            units that leave the shelf for the damaged heap (negative: are mended).
    write_off         damaged units thrown away.
    expected_version, expected_on_hand   compare-and-set: refuse when the level is not what the caller saw.
    """

    store_id: UUID
    variant_id: UUID
    reason: str
    set_on_hand: int | None = None
    change_by: int = 0
    damage: int = 0
    write_off: int = 0
    kind: MovementKind = MovementKind.ADJUSTMENT
    reference_kind: str = ""
    reference_id: UUID | None = None
    expected_version: int | None = None
    expected_on_hand: int | None = None


def adjust_stock(*, adjustment: Adjustment, by: Context, at: datetime) -> StockLevel:
    """Correct one level. Units promised that are not there break the newest promises, and the house is told.

    Of a back-order variant such units are promised beyond stock instead.
    Locks   holds of this level when it falls below what is promised (or that wait, when it rises), then the level.
    Emits   StockAdjusted; StockHoldBroken for each promise cut; StockAllocated; StockLow, StockOut, StockBack.
    Raises  StockChanged, UnknownVariant, UntrackedVariant, RuleViolation; Busy when promises are being handed
            over at this moment.
    """
    with transaction.atomic():
        place = (adjustment.store_id, adjustment.variant_id)
        promises = _lock_promises(adjustment)
        waiting = lock_waiting(store_id=adjustment.store_id, variant_ids=[adjustment.variant_id])
        level = lock_or_open_levels([place])[place]
        if level.policy == "untracked":
            raise UntrackedVariant()
        _require_as_seen(adjustment, level)
        delta, damaged = _deltas(adjustment, level)
        own = Movement(
            store_id=adjustment.store_id,
            variant_id=adjustment.variant_id,
            kind=adjustment.kind,
            on_hand=delta,
            damaged=damaged,
            reason=adjustment.reason[:200],
            reference_kind=adjustment.reference_kind,
            reference_id=adjustment.reference_id,
        )
        facts: list[Fact] = [
            StockAdjusted(
                variant_id=level.variant_id,
                store_id=level.store_id,
                on_hand_delta=delta,
                damaged_delta=damaged,
                on_hand=level.on_hand + delta,
                kind=adjustment.kind,
                reason=adjustment.reason,
            )
        ]
        short = level.reserved - (level.on_hand + delta)
        if short > 0:
            more, told = _break_promises(level, promises, short=short, reason=adjustment.reason)
        else:
            more, told = fill_backorders(waiting, free={level.variant_id: -short})
        outcomes = write_movements([own, *more], by=by, at=at)
        if not all(outcome.is_ok for outcome in outcomes):
            raise Busy()
        record(*facts, *told, *[fact for outcome in outcomes for fact in outcome.facts], by=by, at=at)
        return StockLevel.objects.get(id=level.level_id)


def set_thresholds(
    *, level_id: int, safety_stock: int, reorder_point: int, location: str, by: Context, at: datetime
) -> StockLevel:
    """Set what is kept back, when to call it low, and where it lies. No units move, so no ledger line."""
    if not (0 <= safety_stock <= MAX_UNITS and 0 <= reorder_point <= MAX_UNITS):
        raise RuleViolation("quantity_invalid", "Safety stock and reorder point are 0 or more.")
    StockLevel.objects.filter(id=level_id).update(
        safety_stock=safety_stock,
        reorder_point=reorder_point,
        location=location,
        version=F("version") + 1,
        updated_at=at,
    )
    return StockLevel.objects.get(id=level_id)


def _lock_promises(adjustment: Adjustment) -> list[tuple[Hold, HoldLine]]:
    """Promises on this level, newest first, locked before the level is: only when it may fall below them."""
    level = StockLevel.objects.filter(store_id=adjustment.store_id, variant_id=adjustment.variant_id).first()
    if level is None or level.reserved == 0:
        return []
    target = (
        adjustment.set_on_hand if adjustment.set_on_hand is not None else level.on_hand + adjustment.change_by
    ) - adjustment.damage
    if target >= level.reserved:
        return []
    return _promises_of(adjustment.store_id, adjustment.variant_id)


def _promises_of(
    store_id: UUID, variant_id: UUID, *, without: Sequence[UUID] = (), wait: bool = True
) -> list[tuple[Hold, HoldLine]]:
    ids = list(
        HoldLine.objects.filter(
            hold__store_id=store_id, hold__state=HoldState.HELD, variant_id=variant_id, quantity__gt=0
        ).values_list("hold_id", flat=True)
    )
    rows = Hold.objects.filter(id__in=set(ids) - set(without), state=HoldState.HELD).order_by("id")
    holds = {hold.id: hold for hold in rows.select_for_update(no_key=True, skip_locked=not wait)}
    lines = HoldLine.objects.filter(hold_id__in=holds, variant_id=variant_id, quantity__gt=0)
    found = [(holds[line.hold_id], line) for line in lines]
    return sorted(found, key=lambda pair: (pair[0].created_at, pair[0].id), reverse=True)


def _require_as_seen(adjustment: Adjustment, level: LockedLevel) -> None:
    if adjustment.expected_version not in (None, level.version) or adjustment.expected_on_hand not in (
        None,
        level.on_hand,
    ):
        raise StockChanged(version=level.version, on_hand=level.on_hand)


def _deltas(adjustment: Adjustment, level: LockedLevel) -> tuple[int, int]:
    on_hand = adjustment.set_on_hand if adjustment.set_on_hand is not None else level.on_hand + adjustment.change_by
    on_hand -= adjustment.damage
    damaged = level.damaged + adjustment.damage - adjustment.write_off
    if not 0 <= on_hand <= MAX_UNITS:
        raise RuleViolation("on_hand_out_of_range", "On hand is 0 or more.", on_hand=on_hand)
    if not 0 <= damaged <= MAX_UNITS:
        raise RuleViolation("damaged_out_of_range", "Damaged is 0 or more.", damaged=damaged)
    return on_hand - level.on_hand, damaged - level.damaged


def _break_promises(
    level: LockedLevel, promises: list[tuple[Hold, HoldLine]], *, short: int, reason: str
) -> tuple[list[Movement], list[Fact]]:
    if sum(line.quantity for _, line in promises) < short:
        # Promises made since we looked. They come before stock in the lock order, so we may not wait for them now.
        seen = [hold.id for hold, _ in promises]
        promises = _promises_of(level.store_id, level.variant_id, without=seen, wait=False) + promises
        if sum(line.quantity for _, line in promises) < short:
            raise Busy()
    beyond = level.policy == "backorder"
    movements: list[Movement] = []
    facts: list[Fact] = []
    ended: list[Hold] = []
    for (hold, line), units in zip(
        promises, break_newest([line.quantity for _, line in promises], short=short), strict=True
    ):
        if not units:
            continue
        line.quantity -= units
        if beyond:
            line.backordered += units
        else:
            line.broken += units
        line.save(update_fields=["quantity", "backordered", "broken"])
        movements.append(
            Movement(
                store_id=level.store_id,
                variant_id=level.variant_id,
                kind=MovementKind.RELEASE,
                reserved=-units,
                backordered=units if beyond else 0,
                reason=f"Broken: {reason}"[:200],
                reference_kind=hold.holder_kind,
                reference_id=hold.holder_id,
            )
        )
        facts.append(
            StockHoldBroken(
                hold_id=hold.id,
                store_id=hold.store_id,
                variant_id=line.variant_id,
                holder_kind=hold.holder_kind,
                holder_id=hold.holder_id,
                quantity=units,
                left=line.quantity,
                reason=reason,
            )
        )
        ended.append(hold)
    for hold in ended:
        if not hold.lines.filter(quantity__gt=0).exists() and not hold.lines.filter(backordered__gt=0).exists():
            hold.state = HoldState.BROKEN
            hold.save(update_fields=["state"])
    return movements, facts
