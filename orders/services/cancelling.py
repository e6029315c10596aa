"""Taking an order back, in part or whole, before the goods are handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from carts.ports import discount_providers
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.etags import require_version
from orders.errors import NotCancellable
from orders.facts import OrderCancelled
from orders.models import Fulfilment, FulfilmentLine, Order, OrderChange, OrderLine, Payment
from orders.rules.shares import SoldLine, Worth, worth_of
from orders.rules.tenders import GivenBack
from orders.services.locking import lock_order
from orders.services.refunding import carry_out_refunds, owed_back, plan_refund, void_payment
from orders.services.settling import complete_if_done, settle
from orders.services.steps import write_step
from orders.states import (
    OPEN_FULFILMENT,
    ChangeKind,
    FulfilmentStatus,
    OrderStatus,
    PaymentState,
    RefundCause,
)
from stores.services.stock import release_hold


@dataclass(frozen=True, slots=True)
class MoneyPreview:
    """What a change moves. `worth` by line; `refunds` by tender, in the order in which they are given back."""

    worth: Worth
    refund_minor: int
    refunds: Sequence[GivenBack]
    currency: str


@dataclass(slots=True)
class _Books:
    """A locked order with what a change of its units needs."""

    order: Order
    lines: list[OrderLine]
    payments: list[Payment]

    def worth(self, units: Mapping[UUID, int]) -> Worth:
        return worth_of(
            [
                SoldLine(line.id, line.quantity, line.cancelled_quantity + line.returned_quantity, line.total_minor)
                for line in self.lines
            ],
            units,
            gross_minor=self.order.total_minor + sum(line.total_minor for line in self.lines if line.change_id),
            shipping_minor=shipping_of(self.order),
        )

    def preview(self, units: Mapping[UUID, int]) -> MoneyPreview:
        worth = self.worth(units)
        refund = owed_back(self.order, self.payments, less_minor=worth.total_minor)
        return MoneyPreview(worth, refund, plan_refund(self.payments, refund), self.order.currency)


def open_books(order: Order) -> _Books:
    """Lines and payments of a locked order."""
    return _Books(
        order=order,
        lines=list(OrderLine.objects.filter(order=order).order_by("position")),
        payments=list(Payment.objects.filter(order=order).order_by("position")),
    )


def shipping_of(order: Order) -> int:
    """What was paid for the way: shipping less its discounts, with its tax. It goes back with the last unit."""
    rows = order.adjustments.filter(line=None, included=False, kind__in=("shipping", "discount", "tax"))
    return max(0, sum(rows.values_list("amount_minor", flat=True)))


def preview_cancel(*, order_id: UUID, lines: Mapping[UUID, int] | None) -> MoneyPreview:
    """What cancelling these units (None: all that can be) would give back. Changes nothing.

    Raises  NotCancellable.
    """
    with transaction.atomic():
        books = open_books(lock_order(order_id))
        taken = _choose_units(_open_parts(books.order), lines)
        return books.preview(_by_line(taken))


def cancel_order(
    *,
    order_id: UUID,
    lines: Mapping[UUID, int] | None,
    reason: str,
    by: Context,
    at: datetime,
    expected_version: int | None = None,
) -> Order:
    """Cancel units by line, or (None) all that have not been handed over.

    Locks   the order, then holds and stock.
    Emits   OrderCancelled, FulfilmentCancelled, what refunds emit.
    Raises  NotCancellable, Stale.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        require_version(expected_version, order.version)
        taken = _choose_units(_open_parts(order), lines)
        take_units(
            order,
            taken,
            kind=ChangeKind.CANCEL,
            end=FulfilmentStatus.CANCELLED,
            cause=RefundCause.CANCEL,
            reason=reason,
            by=by,
            at=at,
        )
    return order


def drop_fulfilment(
    order: Order, fulfilment: Fulfilment, to: FulfilmentStatus, *, reason: str, by: Context, at: datetime
) -> None:
    """A whole part falls away: rejected by the store, or never collected. The order is locked."""
    part = _Part(fulfilment, list(fulfilment.lines.select_related("line").order_by("id")))
    taken = [(part, row, row.quantity - row.cancelled_quantity) for row in part.rows]
    take_units(order, taken, kind=ChangeKind.CANCEL, end=to, cause=RefundCause.CANCEL, reason=reason, by=by, at=at)


@dataclass(slots=True)
class _Part:
    fulfilment: Fulfilment
    rows: list[FulfilmentLine]


Taken = tuple[_Part, FulfilmentLine, int]


def _open_parts(order: Order) -> list[_Part]:
    """Parts not handed over, the least advanced first."""
    parts = list(
        Fulfilment.objects.filter(order=order, status__in=OPEN_FULFILMENT).select_related("store").order_by("id")
    )
    progress = [FulfilmentStatus.PLACED, FulfilmentStatus.ACCEPTED, FulfilmentStatus.PICKING, FulfilmentStatus.READY]
    parts.sort(key=lambda part: progress.index(FulfilmentStatus(part.status)))
    rows: dict[UUID, list[FulfilmentLine]] = {part.id: [] for part in parts}
    for row in FulfilmentLine.objects.filter(fulfilment__in=parts).select_related("line").order_by("id"):
        rows[row.fulfilment_id].append(row)
    return [_Part(part, rows[part.id]) for part in parts]


def _choose_units(parts: Sequence[_Part], lines: Mapping[UUID, int] | None) -> list[Taken]:
    taken: list[Taken] = []
    left = dict(lines) if lines is not None else None
    for part in parts:
        for row in part.rows:
            units = row.quantity - row.cancelled_quantity
            if left is not None:
                units = min(units, left.get(row.line_id, 0))
                if units:
                    left[row.line_id] -= units
            if units:
                taken.append((part, row, units))
    if not taken or (left is not None and any(left.values())):
        short = {str(line): units for line, units in (left or {}).items() if units}
        raise NotCancellable(too_many=short) if short else NotCancellable()
    return taken


def _by_line(taken: Sequence[Taken]) -> dict[UUID, int]:
    units: dict[UUID, int] = {}
    for _, row, quantity in taken:
        units[row.line_id] = units.get(row.line_id, 0) + quantity
    return units


def take_units(
    order: Order,
    taken: Sequence[Taken],
    *,
    kind: ChangeKind,
    end: FulfilmentStatus,
    cause: RefundCause,
    reason: str,
    by: Context,
    at: datetime,
) -> OrderChange:
    """Take units off a locked order: money back in reverse of tender, the stock free again last."""
    books = open_books(order)
    units = _by_line(taken)
    preview = books.preview(units)
    change = _write_change(order, preview, units, kind=kind, reason=reason, by=by, at=at)
    for line in books.lines:
        if line.id in units:
            line.cancelled_quantity += units[line.id]
            line.save(update_fields=["cancelled_quantity"])
    order.current_total_minor -= preview.worth.total_minor
    parts: dict[UUID, _Part] = {}
    for part, row, quantity in taken:
        row.cancelled_quantity += quantity
        row.save(update_fields=["cancelled_quantity"])
        parts[part.fulfilment.id] = part
    releases: list[tuple[UUID, dict[UUID, int] | None]] = []
    for part in parts.values():
        emptied = all(row.cancelled_quantity == row.quantity for row in part.rows)
        if part.fulfilment.hold_id:
            released: dict[UUID, int] = {}
            for row, quantity in ((row, quantity) for owner, row, quantity in taken if owner is part):
                if row.line.variant_id:
                    released[row.line.variant_id] = released.get(row.line.variant_id, 0) + quantity
            releases.append((part.fulfilment.hold_id, None if emptied else released))
        if emptied:
            old, part.fulfilment.status = part.fulfilment.status, end
            part.fulfilment.pickup_code_hash = part.fulfilment.pickup_code_encrypted = ""
            write_step(order, part.fulfilment, old, by=by, at=at, reason=reason)
        else:
            part.fulfilment.version += 1
            part.fulfilment.updated_at = at
            part.fulfilment.save(update_fields=["version", "updated_at"])
    whole = all(line.cancelled_quantity == line.quantity for line in books.lines)
    if whole:
        order.status, order.cancelled_at, order.pay_until = OrderStatus.CANCELLED, at, None
        for provider in discount_providers:
            provider.release(order_id=order.id, at=at)
        _let_go_of_payments(order, books.payments, preview.refunds, by=by, at=at)
    record(
        OrderCancelled(
            order_id=order.id,
            number=order.number,
            customer_id=order.customer_id,
            change_id=change.id,
            whole=whole,
            reason=reason,
            refund_minor=preview.refund_minor,
            currency=order.currency,
            lines={str(line): quantity for line, quantity in units.items()},
        ),
        by=by,
        at=at,
    )
    carry_out_refunds(order, books.payments, preview.refunds, cause=cause, cause_id=change.id, by=by, at=at)
    complete_if_done(order, by=by, at=at)
    settle(order, by=by, at=at)
    for hold_id, lines in sorted(releases, key=lambda release: release[0]):
        release_hold(hold_id=hold_id, reason=reason or str(end), by=by, at=at, lines=lines)
    return change


def _write_change(
    order: Order,
    preview: MoneyPreview,
    units: Mapping[UUID, int],
    *,
    kind: ChangeKind,
    reason: str,
    by: Context,
    at: datetime,
) -> OrderChange:
    return OrderChange.objects.create(
        id=uuid7(at),
        order=order,
        kind=kind,
        reason=reason,
        data={
            "lines": {str(line): quantity for line, quantity in units.items()},
            "refunds": [
                {"payment_id": str(row.payment_id), "way": row.way, "amount_minor": row.amount_minor}
                for row in preview.refunds
            ],
        },
        money_delta_minor=-preview.worth.total_minor,
        actor=by.actor[:80],
        channel=by.channel,
        at=at,
    )


def _let_go_of_payments(
    order: Order, payments: Sequence[Payment], refunds: Sequence[GivenBack], *, by: Context, at: datetime
) -> None:
    """Payments still under way are not wanted any more; those in `refunds` are seen to there."""
    planned = {row.payment_id for row in refunds}
    for payment in payments:
        if payment.id not in planned and payment.state in (
            PaymentState.PENDING,
            PaymentState.UNKNOWN,
            PaymentState.AUTHORISED,
        ):
            void_payment(order, payment, by=by, at=at)
