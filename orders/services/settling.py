"""What the payments of an order come to: covered, overpaid, late. Everything that moves money ends here."""

from datetime import datetime

from carts.states import FulfilmentKind
from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from orders.facts import OrderCompleted, OrderConfirmed
from orders.models import Fulfilment, Order, Payment, Refund
from orders.services.live import publish_order
from orders.services.refunding import refund_payment
from orders.states import (
    FulfilmentStatus,
    OrderStatus,
    PaymentState,
    PaymentStatus,
    RefundCause,
    RefundState,
)


def settle(order: Order, *, by: Context, at: datetime) -> None:
    """Bring the order's sums and state in line with its payments. The order is locked by the caller.

    Emits   OrderConfirmed once covered; refunds what was paid late or twice.
    """
    payments = list(Payment.objects.filter(order=order).order_by("position", "id"))
    _give_back_surplus(order, payments, by=by, at=at)
    order.paid_minor = sum(payment.captured_minor for payment in payments)
    order.refunded_minor = sum(payment.refunded_minor for payment in payments)
    order.payment_status = payment_status(order)
    facts: list[Fact] = []
    if order.status == OrderStatus.PLACED and is_covered(order, payments):
        order.status = OrderStatus.CONFIRMED
        order.confirmed_at = at
        order.pay_until = None
        facts.append(
            OrderConfirmed(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                source=order.source,
                total_minor=order.total_minor,
                currency=order.currency,
            )
        )
    touch(order)
    record(*facts, by=by, at=at)
    if facts:
        _hand_over_carried_out(order, by=by, at=at)


def touch(order: Order) -> None:
    """Save a locked order with its next version and tell who watches."""
    order.version += 1
    order.save()
    publish_order(order.id, order.version)


def is_covered(order: Order, payments: list[Payment]) -> bool:
    """Captured or promised by the tenders: enough to begin work on it."""
    sure = sum(
        payment.captured_minor - payment.refunded_minor
        if payment.state == PaymentState.CAPTURED
        else payment.amount_minor
        for payment in payments
        if payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORISED)
    )
    return sure >= order.current_total_minor


def payment_status(order: Order) -> PaymentStatus:
    if order.refunded_minor and order.refunded_minor >= order.paid_minor:
        return PaymentStatus.REFUNDED
    if order.refunded_minor:
        return PaymentStatus.PARTLY_REFUNDED
    if order.paid_minor >= order.current_total_minor and (order.paid_minor or order.total_minor == 0):
        return PaymentStatus.PAID
    return PaymentStatus.PARTLY_PAID if order.paid_minor else PaymentStatus.UNPAID


def complete_if_done(order: Order, *, by: Context, at: datetime) -> None:
    """Completed once every part has reached its end and something was handed over. The order is locked."""
    states = set(Fulfilment.objects.filter(order=order).values_list("status", flat=True))
    ended = {
        FulfilmentStatus.COLLECTED,
        FulfilmentStatus.DELIVERED,
        FulfilmentStatus.CANCELLED,
        FulfilmentStatus.EXPIRED,
        FulfilmentStatus.REJECTED,
    }
    if order.status == OrderStatus.CONFIRMED and states <= ended and states & {"collected", "delivered"}:
        order.status = OrderStatus.COMPLETED
        order.completed_at = at
        record(OrderCompleted(order_id=order.id, number=order.number, customer_id=order.customer_id), by=by, at=at)


def _give_back_surplus(order: Order, payments: list[Payment], *, by: Context, at: datetime) -> None:
    """Money that came for a cancelled order, or twice, goes back to the payment that brought it last."""
    surplus = sum(payment.captured_minor - payment.refunded_minor for payment in payments) - max(
        0, order.current_total_minor
    )
    if surplus <= 0 or Refund.objects.filter(order=order, state=RefundState.FAILED).exists():
        return  # a refund that failed waits for a person, and its money is surplus until then
    cause = RefundCause.LATE_CAPTURE if order.status == OrderStatus.CANCELLED else RefundCause.OVERPAID
    for payment in sorted(payments, key=lambda p: (p.updated_at, p.position), reverse=True):
        part = min(surplus, payment.captured_minor - payment.refunded_minor)
        if part <= 0 or payment.state != PaymentState.CAPTURED:
            continue
        surplus -= part
        refund_payment(order, payment, amount_minor=part, cause=cause, cause_id=payment.id, by=by, at=at)


def _hand_over_carried_out(order: Order, *, by: Context, at: datetime) -> None:
    """Goods at the till that waited for a card: they leave now."""
    from orders.services.fulfilling import collect_carried_out

    for fulfilment in Fulfilment.objects.filter(
        order=order, kind=FulfilmentKind.CARRY_OUT, status=FulfilmentStatus.PLACED
    ).order_by("id"):
        collect_carried_out(order, fulfilment, by=by, at=at)
