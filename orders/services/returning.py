"""Goods given back, on any channel: the preview and the return work out the money with the same code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.ids import readable_code, uuid7
from omnichannel.rest.etags import require_version
from orders.errors import NotReturnable
from orders.facts import ReturnRecorded
from orders.models import FulfilmentLine, Order, OrderChange, OrderLine, Return, ReturnLine
from orders.services.cancelling import MoneyPreview, open_books
from orders.services.locking import lock_order
from orders.services.refunding import carry_out_refunds
from orders.services.settling import settle
from orders.states import HANDED_OVER, ChangeKind, RefundCause, ReturnCondition, ReturnReason
from stores.services.stock import return_stock

# What the shelf makes of the customer's goods.
_TO_STOCK = {
    ReturnCondition.AS_NEW: "as_new",
    ReturnCondition.DAMAGED: "damaged",
    ReturnCondition.WRITE_OFF: "write_off",
}


@dataclass(frozen=True, slots=True)
class GivenLine:
    line_id: UUID
    quantity: int
    reason: ReturnReason
    condition: ReturnCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnGoods:
    """What comes back. `store_id` is where the goods are now; None when none is to take them into stock.

    `expected_refund_minor` is what the customer was told; another sum is refused.
    """

    lines: Sequence[GivenLine]
    store_id: UUID | None
    note: str = ""
    expected_refund_minor: int | None = None


def preview_return(*, order_id: UUID, lines: Sequence[GivenLine]) -> MoneyPreview:
    """What the customer would get, by line and tender. Changes nothing. Raises NotReturnable."""
    with transaction.atomic():
        order = lock_order(order_id)
        units = _require_returnable(order, lines)
        return open_books(order).preview(units)


def record_return(
    *, order_id: UUID, command: ReturnGoods, by: Context, at: datetime, expected_version: int | None = None
) -> Return:
    """Take goods back and give the money back in reverse of tender.

    Locks   the order, then stock.
    Emits   ReturnRecorded, RefundDone for tenders of the store.
    Raises  NotReturnable, Stale, RuleViolation (`refund_changed`).
    """
    with transaction.atomic():
        order = lock_order(order_id)
        require_version(expected_version, order.version)
        units = _require_returnable(order, command.lines)
        books = open_books(order)
        preview = books.preview(units)
        if command.expected_refund_minor is not None and command.expected_refund_minor != preview.refund_minor:
            raise RuleViolation(
                "refund_changed",
                "The refund is not what was shown.",
                refund={"amount_minor": preview.refund_minor, "currency": order.currency},
            )
        made = _write_return(order, command, preview, by=by, at=at)
        for line in books.lines:
            if line.id in units:
                line.returned_quantity += units[line.id]
                line.save(update_fields=["returned_quantity"])
        order.current_total_minor -= preview.worth.total_minor
        record(
            ReturnRecorded(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                return_id=made.id,
                refund_minor=preview.refund_minor,
                currency=order.currency,
                store_id=command.store_id,
                lines=[
                    {
                        "line_id": line.line_id,
                        "quantity": line.quantity,
                        "reason": line.reason,
                        "condition": line.condition,
                        "refund_minor": preview.worth.lines[line.line_id],
                    }
                    for line in command.lines
                ],
            ),
            by=by,
            at=at,
        )
        carry_out_refunds(
            order, books.payments, preview.refunds, cause=RefundCause.RETURN, cause_id=made.id, by=by, at=at
        )
        settle(order, by=by, at=at)
        _take_into_stock(books.lines, command, made, by=by, at=at)
    return made


def _require_returnable(order: Order, lines: Sequence[GivenLine]) -> dict[UUID, int]:
    """Units by line: handed over and not given back yet."""
    units: dict[UUID, int] = {}
    for line in lines:
        if line.line_id in units:
            raise RuleViolation("line_twice", "Name each line once.", pointer="/lines")
        units[line.line_id] = line.quantity
    handed: Mapping[UUID, int] = dict(
        FulfilmentLine.objects.filter(fulfilment__order=order, fulfilment__status__in=HANDED_OVER)
        .values("line_id")
        .annotate(units=Sum("quantity") - Sum("cancelled_quantity"))
        .values_list("line_id", "units")
    )
    back = dict(order.lines.values_list("id", "returned_quantity"))
    short = {
        str(line): max(0, handed.get(line, 0) - back.get(line, 0))
        for line, quantity in units.items()
        if quantity > handed.get(line, 0) - back.get(line, 0)
    }
    if not units or short:
        raise NotReturnable(returnable=short)
    return units


def _write_return(order: Order, command: ReturnGoods, preview: MoneyPreview, *, by: Context, at: datetime) -> Return:
    made = Return.objects.create(
        id=uuid7(at),
        number=f"R-{readable_code(7)}",
        order=order,
        store_id=command.store_id,
        refund_minor=preview.refund_minor,
        currency=order.currency,
        note=command.note,
        channel=by.channel,
        device_id=by.device_id,
        associate_id=by.associate_id,
        actor=by.actor[:80],
        at=at,
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            return_record=made,
            line_id=line.line_id,
            quantity=line.quantity,
            reason=line.reason,
            condition=line.condition,
            refund_minor=preview.worth.lines[line.line_id],
        )
        for line in command.lines
    )
    OrderChange.objects.create(
        id=uuid7(at),
        order=order,
        kind=ChangeKind.RETURN,
        reason=command.note[:300],
        data={"return_id": str(made.id), "number": made.number},
        money_delta_minor=-preview.worth.total_minor,
        actor=by.actor[:80],
        channel=by.channel,
        at=at,
    )
    return made


def _take_into_stock(
    lines: Sequence[OrderLine], command: ReturnGoods, made: Return, *, by: Context, at: datetime
) -> None:
    if command.store_id is None:
        return
    variants = {line.id: line.variant_id for line in lines}
    for condition in ReturnCondition:
        units: dict[UUID, int] = {}
        for line in command.lines:
            variant = variants[line.line_id]
            if line.condition == condition and variant is not None:
                units[variant] = units.get(variant, 0) + line.quantity
        if units:
            return_stock(
                store_id=command.store_id,
                lines=units,
                condition=_TO_STOCK[condition],
                reference_kind="return",
                reference_id=made.id,
                by=by,
                at=at,
            )
