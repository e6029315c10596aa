"""Adjustments by staff: booked at once up to the terms' limit, above it when a second person lets it through."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from loyalty.errors.members import AdjustmentClosed, AdjustmentOwn, AmountZero, ReasonMissing
from loyalty.models import Adjustment
from loyalty.queries.programmes import find_programme
from loyalty.services.posting import adjust_credit, adjust_points
from loyalty.states.ledger import Unit, currency_of
from loyalty.states.members import AdjustmentState
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows

DEFAULT_POINTS, DEFAULT_MINOR = 1_000, 5_000


def request_adjustment(
    *, customer_id: UUID, unit: str, amount: int, reason: str, by: Context, at: datetime
) -> Adjustment:
    """Give or take points or credit under a reason; above the limit it waits for somebody else.

    Locks   the customer's ledger accounts, when it is booked.
    Emits   PointsAdjusted or CreditAdjusted, when it is booked.
    Raises  AmountZero, ReasonMissing, NotEnoughPoints, NotEnoughCredit, CustomerNotFound.
    """
    if amount == 0:
        raise AmountZero(pointer="/amount")
    if len(reason.strip()) < 3:
        raise ReasonMissing(pointer="/reason")
    with transaction.atomic():
        made = Adjustment.objects.create(
            id=uuid7(at),
            customer_id=customer_id,
            unit=unit,
            amount=amount,
            reason=reason.strip()[:300],
            asked_by=by.actor[:80],
            asked_at=at,
        )
        if abs(amount) <= limit_of(unit, at=at):
            _book(made, by=by, at=at)
        return made


def approve_adjustment(*, adjustment_id: UUID, note: str = "", by: Context, at: datetime) -> Adjustment:
    """Let it through; never by the one who asked.

    Locks   the request, then the customer's ledger accounts.
    Emits   PointsAdjusted or CreditAdjusted.
    Raises  AdjustmentClosed, AdjustmentOwn, NotEnoughPoints, NotEnoughCredit.
    """
    with transaction.atomic():
        asked = _lock(adjustment_id)
        if asked.asked_by == by.actor[:80]:
            raise AdjustmentOwn()
        asked.note = note[:300]
        _book(asked, by=by, at=at)
        return asked


def refuse_adjustment(*, adjustment_id: UUID, note: str = "", by: Context, at: datetime) -> Adjustment:
    """Nothing is booked. The one who asked may take it back this way too. Raises AdjustmentClosed."""
    with transaction.atomic():
        asked = _lock(adjustment_id)
        asked.note = note[:300]
        _decide(asked, AdjustmentState.REFUSED, by=by, at=at)
        return asked


def limit_of(unit: str, *, at: datetime) -> int:
    """The most that one person books alone."""
    programme = find_programme(at)
    if unit == Unit.POINTS:
        return programme.approval_points if programme else DEFAULT_POINTS
    return programme.approval_minor if programme else DEFAULT_MINOR


def _lock(adjustment_id: UUID) -> Adjustment:
    asked = lock_rows(Adjustment.objects.filter(pk=adjustment_id)).get()
    if asked.state != AdjustmentState.WAITING:
        raise AdjustmentClosed(state=asked.state)
    return asked


def _book(asked: Adjustment, *, by: Context, at: datetime) -> None:
    reference = f"adjustment:{asked.pk}"
    if currency := currency_of(asked.unit):
        adjust_credit(
            customer_id=asked.customer_id, amount_minor=asked.amount, currency=currency, reason=asked.reason,
            reference=reference, by=by, at=at,
        )  # fmt: skip
    else:
        adjust_points(
            customer_id=asked.customer_id, points=asked.amount, reason=asked.reason, reference=reference, by=by, at=at
        )
    _decide(asked, AdjustmentState.BOOKED, by=by, at=at)


def _decide(asked: Adjustment, state: AdjustmentState, *, by: Context, at: datetime) -> None:
    asked.state, asked.decided_by, asked.decided_at = state, by.actor[:80], at
    asked.save(update_fields=["state", "decided_by", "decided_at", "note"])
