"""What becomes of a hold: its units leave the store, or go back to everyone.

The lock order here is holds, then stock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound, RuleViolation
from stores.errors import HoldEnded, InsufficientStock
from stores.facts import LineOfStock, StockReleased
from stores.models import Hold, HoldLine
from stores.services.ledger import Movement, write_movements
from stores.states import HoldState, MovementKind

END = "UPDATE stores_hold SET state = %s, ended_at = %s WHERE id = ANY(%s::uuid[])"


def consume_hold(
    *,
    hold_id: UUID,
    by: Context,
    at: datetime,
    kind: MovementKind = MovementKind.SALE,
    lines: Mapping[UUID, int] | None = None,
) -> dict[UUID, int]:
    """The held units leave the store: on hand and reserved fall together. Answers units taken by variant.

    lines   only these units of these variants (a part hand-over); None takes all and ends the hold.
            Back-ordered units are taken from what is free on the shelf.
    Locks   the hold, then its stock rows.
    Raises  NotFound, HoldEnded, InsufficientStock (back-ordered units that are not there).
    """
    with transaction.atomic():
        hold = _lock_held(hold_id, at=at)
        return _part_with(hold, lines=lines, kind=kind, leaves=True, state=HoldState.CONSUMED, reason="", by=by, at=at)


def release_hold(
    *, hold_id: UUID, reason: str, by: Context, at: datetime, lines: Mapping[UUID, int] | None = None
) -> dict[UUID, int]:
    """Give held units back to everyone. Answers units released by variant; a hold that has ended releases none.

    lines   only these units of these variants (a part cancellation); None ends the hold.
    Locks   the hold, then its stock rows.
    Emits   StockReleased; StockBack of levels that had run out.
    Raises  NotFound.
    """
    with transaction.atomic():
        hold = Hold.objects.select_for_update(no_key=True).filter(id=hold_id).first()
        if hold is None:
            raise NotFound()
        if hold.state != HoldState.HELD:
            return {}
        return _part_with(
            hold,
            lines=lines,
            kind=MovementKind.RELEASE,
            leaves=False,
            state=HoldState.RELEASED,
            reason=reason,
            by=by,
            at=at,
        )


def extend_hold(*, hold_id: UUID, until: datetime | None, at: datetime) -> Hold:
    """Promise the units for longer (or shorter); None until taken or released.

    Locks   the hold.
    Raises  NotFound, HoldEnded.
    """
    with transaction.atomic():
        hold = _lock_held(hold_id, at=at)
        hold.expires_at = until
        hold.save(update_fields=["expires_at"])
    return hold


def _lock_held(hold_id: UUID, *, at: datetime) -> Hold:
    """A hold under lock that can still be acted on: one past its moment may be, as long as nobody took from it."""
    hold = Hold.objects.select_for_update(no_key=True).filter(id=hold_id).first()
    if hold is None:
        raise NotFound()
    if hold.state != HoldState.HELD:
        raise HoldEnded(hold_id=str(hold_id), state=hold.state)
    if hold.expires_at and hold.expires_at <= at and hold.lines.filter(broken__gt=0).exists():
        raise HoldEnded(hold_id=str(hold_id), state=HoldState.EXPIRED)
    return hold


def _part_with(
    hold: Hold,
    *,
    lines: Mapping[UUID, int] | None,
    kind: MovementKind,
    leaves: bool,
    state: HoldState,
    reason: str,
    by: Context,
    at: datetime,
) -> dict[UUID, int]:
    """Take units out of a locked hold: out of the store when it `leaves`, back to everyone else."""
    held = list(hold.lines.all())
    parts: list[tuple[Hold, HoldLine, int, int]] = []
    for line in held:
        asked = line.quantity + line.backordered if lines is None else lines.get(line.variant_id, 0)
        if not leaves and asked > line.quantity + line.backordered:
            # Units that a stock change took from this promise are given up without being there.
            gone = min(line.broken, asked - line.quantity - line.backordered)
            asked, line.broken = asked - gone, line.broken - gone
        if asked > line.quantity + line.backordered:
            raise RuleViolation("more_than_held", "More units than this hold has.", variant_id=str(line.variant_id))
        # Handing over takes what is on the shelf first; giving up gives up first what is not there yet.
        beyond = max(0, asked - line.quantity) if leaves else min(asked, line.backordered)
        parts.append((hold, line, asked - beyond, beyond))
    ends = all(units + beyond == line.quantity + line.backordered for _, line, units, beyond in parts)
    if ends:
        with connection.cursor() as cursor:
            cursor.execute(END, [state, at, [hold.id]])
        hold.state, hold.ended_at = state, at
    else:
        for _, line, units, beyond in parts:
            line.quantity -= units
            line.backordered -= beyond
        HoldLine.objects.bulk_update([line for _, line, _, _ in parts], ["quantity", "backordered", "broken"])
    if leaves:
        _take_units(parts, kind=kind, by=by, at=at)
    else:
        facts = release_units(parts, reason=reason, by=by, at=at)
        record(
            StockReleased(
                hold_id=hold.id,
                store_id=hold.store_id,
                holder_kind=hold.holder_kind,
                holder_id=hold.holder_id,
                reason=reason,
                lines=[
                    LineOfStock(variant_id=line.variant_id, quantity=units, backordered=beyond)
                    for _, line, units, beyond in parts
                    if units + beyond
                ],
            ),
            *facts,
            by=by,
            at=at,
        )
    return {line.variant_id: units + beyond for _, line, units, beyond in parts if units + beyond}


def _take_units(
    parts: Sequence[tuple[Hold, HoldLine, int, int]], *, kind: MovementKind, by: Context, at: datetime
) -> None:
    outcomes = write_movements(
        [
            Movement(
                store_id=hold.store_id,
                variant_id=line.variant_id,
                kind=kind,
                on_hand=-units - beyond,
                reserved=-units,
                backordered=-beyond,
                reference_kind=hold.holder_kind,
                reference_id=hold.holder_id,
            )
            for hold, line, units, beyond in parts
            if units + beyond
        ],
        by=by,
        at=at,
    )
    if short := {outcome.variant_id: outcome.free for outcome in outcomes if not outcome.is_ok}:
        raise InsufficientStock(store_id=parts[0][0].store_id, available=short)
    record(*[fact for outcome in outcomes for fact in outcome.facts], by=by, at=at)


def release_units(
    parts: Sequence[tuple[Hold, HoldLine, int, int]], *, reason: str, by: Context, at: datetime
) -> list[Fact]:
    outcomes = write_movements(
        [
            Movement(
                store_id=hold.store_id,
                variant_id=line.variant_id,
                kind=MovementKind.RELEASE,
                reserved=-units,
                backordered=-beyond,
                reason=reason[:200],
                reference_kind=hold.holder_kind,
                reference_id=hold.holder_id,
            )
            for hold, line, units, beyond in parts
            if units + beyond
        ],
        by=by,
        at=at,
    )
    if not all(outcome.is_ok for outcome in outcomes):
        raise RuntimeError("A hold promises units its stock level does not reserve; run reconcile_stock.")
    return [fact for outcome in outcomes for fact in outcome.facts]
