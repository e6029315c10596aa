"""Money back: a refund row is a promise kept apart from the call that carries it out."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.ids import uuid7
from orders.facts import PaymentVoided, RefundDone
from orders.models import Order, Payment, Refund
from orders.ports import Charge, gateways
from orders.rules.tenders import GivenBack, Tender, Way, give_back
from orders.services.after_commit import run_after_commit
from orders.states import PaymentState, RefundCause, RefundState

FactT = TypeVar("FactT", bound=Fact)

_START_GRACE = timedelta(seconds=30)


def plan_refund(payments: Sequence[Payment], amount_minor: int) -> list[GivenBack]:
    """Which tender gives back how much, in reverse of how they were taken."""
    return give_back(
        [
            Tender(
                payment_id=payment.id,
                position=payment.position,
                captured_minor=payment.captured_minor,
                refunded_minor=payment.refunded_minor,
                authorised_minor=payment.amount_minor if payment.state == PaymentState.AUTHORISED else 0,
            )
            for payment in payments
            if payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORISED)
        ],
        amount_minor,
    )


def owed_back(order: Order, payments: Sequence[Payment], *, less_minor: int) -> int:
    """What goes back when the order's total falls by `less_minor`: never more than was paid beyond the rest."""
    sure = sum(
        payment.captured_minor - payment.refunded_minor
        if payment.state == PaymentState.CAPTURED
        else payment.amount_minor
        for payment in payments
        if payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORISED)
    )
    return max(0, min(less_minor, sure - (order.current_total_minor - less_minor)))


def carry_out_refunds(
    order: Order,
    payments: Sequence[Payment],
    rows: Sequence[GivenBack],
    *,
    cause: RefundCause,
    cause_id: UUID,
    by: Context,
    at: datetime,
) -> None:
    """Make good on a plan: refunds now or after commit, voids after commit. The order is locked.

    Emits   RefundDone or PaymentVoided for tenders of the store.
    """
    by_id = {payment.id: payment for payment in payments}
    for row in rows:
        payment = by_id[row.payment_id]
        if row.way is Way.REFUND:
            refund_payment(order, payment, amount_minor=row.amount_minor, cause=cause, cause_id=cause_id, by=by, at=at)
        elif row.way is Way.VOID:
            void_payment(order, payment, by=by, at=at)


def refund_payment(
    order: Order, payment: Payment, *, amount_minor: int, cause: RefundCause, cause_id: UUID, by: Context, at: datetime
) -> Refund:
    """Promise `amount_minor` of one tender back, once for a cause. A store's tender pays at once.

    Emits   RefundDone when it is paid at once.
    """
    refund_id = uuid7(at)
    refund = Refund(
        id=refund_id,
        payment=payment,
        order=order,
        cause=cause,
        cause_id=cause_id,
        amount_minor=amount_minor,
        currency=payment.currency,
        key=f"ref_{refund_id.hex}",
        created_at=at,
        updated_at=at,
    )
    gateway = gateways.get(payment.provider)
    if gateway.is_local:
        answer = gateway.refund(
            charge_of(order, payment, by=by, at=at), refund_key=refund.key, amount_minor=amount_minor
        )
        refund.state, refund.gateway_reference = answer.state, answer.reference
    else:
        refund.poll_at = at + _START_GRACE
    refund.save(force_insert=True)
    payment.refunded_minor += amount_minor
    payment.updated_at = at
    payment.save(update_fields=["refunded_minor", "updated_at"])
    if refund.state == RefundState.DONE:
        record(refund_done(order, refund, payment), by=by, at=at)
    else:
        run_after_commit(refund_ids=[refund.id], at=at)
    return refund


def void_payment(order: Order, payment: Payment, *, by: Context, at: datetime) -> None:
    """Let go of a promise that was never captured. A gateway is told after commit; until then it stands as due."""
    gateway = gateways.get(payment.provider)
    if gateway.is_local:
        gateway.void(charge_of(order, payment, by=by, at=at))
        payment.state = PaymentState.VOIDED
        record(payment_fact(PaymentVoided, order, payment, payment.amount_minor), by=by, at=at)
    else:
        payment.void_requested_at = at
        payment.poll_at = at + _START_GRACE
        run_after_commit(payment_ids=[payment.id], at=at)
    payment.updated_at = at
    payment.save(update_fields=["state", "poll_at", "void_requested_at", "updated_at"])


def charge_of(order: Order, payment: Payment, *, by: Context = SYSTEM, at: datetime | None = None) -> Charge:
    return Charge(
        key=payment.key,
        order_id=order.id,
        number=order.number,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        capture=payment.capture_mode == "now",
        method=payment.method,
        reference=payment.gateway_reference,
        email=order.email,
        customer_id=order.customer_id,
        cart_id=order.cart_id,
        bill_minor=order.total_minor,
        by=by,
        at=at,
    )


def refund_done(order: Order, refund: Refund, payment: Payment) -> RefundDone:
    return RefundDone(
        order_id=order.id,
        number=order.number,
        customer_id=order.customer_id,
        payment_id=payment.id,
        provider=payment.provider,
        amount_minor=refund.amount_minor,
        currency=refund.currency,
        refund_id=refund.id,
        cause=refund.cause,
    )


def payment_fact(
    kind: Callable[..., FactT], order: Order, payment: Payment, amount_minor: int, **more: object
) -> FactT:
    return kind(
        order_id=order.id,
        number=order.number,
        customer_id=order.customer_id,
        payment_id=payment.id,
        provider=payment.provider,
        amount_minor=amount_minor,
        currency=payment.currency,
        **more,
    )
