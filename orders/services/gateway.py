"""Conversations with gateways: outside any transaction, with a stable key, repeated until the answer is known.

`advance_payment` and `advance_refund` look at what a row waits for, ask the gateway once, and write the
answer in a transaction of their own. Both may be called at any time, by anyone, twice at once.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.errors import Conflict
from orders.facts import PaymentAuthorised, PaymentCaptured, PaymentFailed, PaymentVoided, RefundFailed
from orders.models import Order, Payment, Refund
from orders.ports import Answer, ChargesInTwo, RefundAnswer, gateways
from orders.services.after_commit import register_runner
from orders.services.locking import lock_order
from orders.services.refunding import charge_of, payment_fact, refund_done, void_payment
from orders.services.settling import settle
from orders.states import PAYMENT_TRANSITIONS, CaptureMode, OrderStatus, PaymentState, RefundState

logger = logging.getLogger(__name__)

# Asked again after 5 s, then doubling to an hour; a payer's open page is looked at every minute.
_FIRST_RETRY = timedelta(seconds=5)
_LAST_RETRY = timedelta(hours=1)
_OPEN_PAGE_EVERY = timedelta(minutes=1)
_FINAL = frozenset({PaymentState.CAPTURED, PaymentState.FAILED, PaymentState.VOIDED})


def advance_payment(payment_id: UUID, *, at: datetime) -> None:
    """Take one gateway payment a step further: start, void, capture or ask what became of it."""
    payment = Payment.objects.select_related("order").filter(pk=payment_id).first()
    if payment is None or payment.state in _FINAL:
        return
    gateway = gateways.find(payment.provider)
    if gateway is None or gateway.is_local:
        return
    charge = charge_of(payment.order, payment)
    unwanted = payment.void_requested_at is not None or payment.order.status == OrderStatus.CANCELLED
    if unwanted:
        answer = gateway.find(charge)
        if answer is None or answer.state not in _FINAL:
            # Also where it was never heard of: a call still on its way must find the door closed.
            answer = gateway.void(charge_of(payment.order, _with_reference(payment, answer)))
    elif payment.state == PaymentState.PENDING and not payment.gateway_reference:
        answer = gateway.authorise(charge)
    else:
        # Never heard of: the first call did not arrive. The key makes asking again safe.
        answer = gateway.find(charge) or gateway.authorise(charge)
    apply_answer(payment_id=payment_id, answer=answer, by=SYSTEM, at=at)
    if answer.is_opened and isinstance(gateway, ChargesInTwo):
        _confirm(gateway, payment_id, at=at)


def _confirm(gateway: ChargesInTwo, payment_id: UUID, *, at: datetime) -> None:
    """The second step of a payment whose reference is written down, unless somebody thought better of it meanwhile."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.void_requested_at is not None or payment.order.status == OrderStatus.CANCELLED:
        return  # the poll voids it, by its reference
    answer = gateway.confirm(charge_of(payment.order, payment))
    apply_answer(payment_id=payment_id, answer=answer, by=SYSTEM, at=at)


def apply_answer(*, payment_id: UUID, answer: Answer, by: Context, at: datetime) -> bool:
    """Write down what a gateway said. False when it told nothing new (a repeated or overtaken message).

    Locks   the order.
    Emits   PaymentAuthorised, PaymentCaptured, PaymentFailed or PaymentVoided; what settling emits.
    """
    with transaction.atomic():
        order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
        order = lock_order(order_id)
        payment = Payment.objects.get(pk=payment_id)
        old, new = PaymentState(payment.state), PaymentState(answer.state)
        if new == old or new not in PAYMENT_TRANSITIONS[old]:
            if old not in _FINAL:
                _note_details(payment, answer)
                payment.poll_at = _next_poll(payment, at=at)
                payment.updated_at = at
                payment.save()
            elif answer.method and not payment.method.get("fingerprint"):
                # Which card it was may be told after that it paid.
                payment.method = {**payment.method, **answer.method}
                payment.save(update_fields=["method"])
            return False
        _note_details(payment, answer)
        payment.state = new
        payment.updated_at = at
        if new == PaymentState.CAPTURED:
            payment.captured_minor = min(payment.amount_minor, answer.captured_minor or payment.amount_minor)
        rests = new in _FINAL or (new == PaymentState.AUTHORISED and payment.capture_mode == CaptureMode.ON_HANDOVER)
        payment.poll_at = None if rests else _next_poll(payment, at=at)
        payment.save()
        _record_step(order, payment, by=by, at=at)
        settle(order, by=by, at=at)
        if new == PaymentState.AUTHORISED and order.status == OrderStatus.CANCELLED:
            void_payment(order, payment, by=by, at=at)
    return True


def capture_authorised(order: Order, *, at: datetime) -> None:
    """Goods leave: take the money that was only promised, after commit. The order is locked by the caller."""
    waiting = Payment.objects.filter(order=order, state=PaymentState.AUTHORISED, void_requested_at=None)
    for payment in waiting.order_by("position"):
        # Marked first: should the process die before it asks, the poll captures.
        payment.poll_at = at
        payment.capture_mode = CaptureMode.NOW
        payment.save(update_fields=["poll_at", "capture_mode"])
        transaction.on_commit(partial(_capture_now, payment.id), robust=True)


def _capture_now(payment_id: UUID) -> None:
    capture_payment(payment_id, at=now())


def capture_payment(payment_id: UUID, *, at: datetime) -> None:
    """Take an authorised payment's money: what the order still owes, at most what was authorised."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    if payment.state != PaymentState.AUTHORISED:
        return
    gateway = gateways.get(payment.provider)
    charge = charge_of(payment.order, payment)
    found = gateway.find(charge)
    if found is not None and found.state in _FINAL:
        apply_answer(payment_id=payment_id, answer=found, by=SYSTEM, at=at)
        return
    others = Payment.objects.filter(order=payment.order, state=PaymentState.CAPTURED)
    owed = payment.order.current_total_minor - sum(p.captured_minor - p.refunded_minor for p in others)
    amount = max(0, min(payment.amount_minor, owed))
    if amount == 0:
        apply_answer(payment_id=payment_id, answer=gateway.void(charge), by=SYSTEM, at=at)
        return
    answer = gateway.capture(replace(charge, amount_minor=amount))
    apply_answer(payment_id=payment_id, answer=answer, by=SYSTEM, at=at)


def advance_refund(refund_id: UUID, *, at: datetime) -> None:
    """Carry out one promised refund. The same key each time: a gateway pays it once."""
    refund = Refund.objects.select_related("payment", "order").filter(pk=refund_id).first()
    if refund is None or refund.state in (RefundState.DONE, RefundState.FAILED):
        return
    gateway = gateways.get(refund.payment.provider)
    answer = gateway.refund(
        charge_of(refund.order, refund.payment), refund_key=refund.key, amount_minor=refund.amount_minor
    )
    apply_refund_answer(refund_id=refund_id, answer=answer, by=SYSTEM, at=at)


def apply_refund_answer(*, refund_id: UUID, answer: RefundAnswer, by: Context, at: datetime) -> bool:
    """Write down what became of a refund. One that failed is taken off again and waits for a person.

    Locks   the order.
    Emits   RefundDone or RefundFailed.
    """
    with transaction.atomic():
        order = lock_order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        if refund.state in (RefundState.DONE, RefundState.FAILED):
            return False
        refund.state = answer.state
        refund.gateway_reference = answer.reference or refund.gateway_reference
        refund.failure_message = answer.failure_message[:300]
        refund.updated_at = at
        refund.attempts += 1
        payment = refund.payment
        if answer.state == RefundState.DONE:
            refund.poll_at = None
            record(refund_done(order, refund, payment), by=by, at=at)
        elif answer.state == RefundState.FAILED:
            refund.poll_at = None
            payment.refunded_minor -= refund.amount_minor
            payment.updated_at = at
            payment.save(update_fields=["refunded_minor", "updated_at"])
            record(
                payment_fact(
                    RefundFailed, order, payment, refund.amount_minor, refund_id=refund.id, cause=refund.cause
                ),
                by=by,
                at=at,
            )
        else:
            refund.poll_at = at + _back_off(refund.attempts)
        refund.save()
        settle(order, by=by, at=at)
    return True


def ask_again(*, payment_id: UUID, at: datetime) -> None:
    """Somebody wants to know now: take the payment a step further after commit."""
    transaction.on_commit(lambda: run(payment_ids=[payment_id], refund_ids=[]), robust=True)


def retry_refund(*, refund_id: UUID, by: Context, at: datetime) -> None:
    """A refund that failed is tried once more, by somebody's decision.

    Locks   the order.
    Raises  Conflict when it has not failed.
    """
    with transaction.atomic():
        order = lock_order(Refund.objects.values_list("order_id", flat=True).get(pk=refund_id))
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        if refund.state != RefundState.FAILED:
            raise Conflict("refund_not_failed", "Only a refund that failed can be tried again.")
        refund.state, refund.poll_at, refund.updated_at = RefundState.PENDING, at, at
        refund.key = f"{refund.key.split('.')[0]}.{refund.attempts}"
        refund.save()
        refund.payment.refunded_minor += refund.amount_minor
        refund.payment.save(update_fields=["refunded_minor"])
        settle(order, by=by, at=at)
    transaction.on_commit(lambda: advance_refund(refund_id, at=now()), robust=True)


# SKIP LOCKED and the moved poll_at give each row to one worker at a time.
_CLAIM = """
UPDATE {table} SET poll_at = %s::timestamptz + interval '30 seconds'
 WHERE id IN (SELECT id FROM {table} WHERE poll_at <= %s ORDER BY poll_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
RETURNING id
"""


def claim_due(table: str, *, at: datetime, limit: int) -> list[UUID]:
    """Payments or refunds whose answer is due, taken for the next half minute."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(table=table), [at, at, limit])
        return [row[0] for row in cursor.fetchall()]


def poll_due(*, at: datetime, limit: int = 100) -> int:
    """Take every payment and refund that waits for an answer a step further."""
    payments = claim_due("orders_payment", at=at, limit=limit)
    refunds = claim_due("orders_refund", at=at, limit=limit)
    run(payment_ids=payments, refund_ids=refunds)
    return len(payments) + len(refunds)


def run(*, payment_ids: Sequence[UUID], refund_ids: Sequence[UUID]) -> None:
    """After commit, or from the poll. One that breaks does not stop the others; the poll comes back to it."""
    for payment_id in payment_ids:
        try:
            payment = Payment.objects.only("state", "capture_mode", "void_requested_at").get(pk=payment_id)
            if (
                payment.state == PaymentState.AUTHORISED
                and payment.capture_mode == CaptureMode.NOW
                and payment.void_requested_at is None
            ):
                capture_payment(payment_id, at=now())
            else:
                advance_payment(payment_id, at=now())
        except Exception:
            logger.exception("a payment could not be advanced", extra={"payment_id": str(payment_id)})
    for refund_id in refund_ids:
        try:
            advance_refund(refund_id, at=now())
        except Exception:
            logger.exception("a refund could not be carried out", extra={"refund_id": str(refund_id)})


register_runner(run)


def _with_reference(payment: Payment, answer: Answer | None) -> Payment:
    payment.gateway_reference = payment.gateway_reference or (answer.reference if answer else "")
    return payment


def _note_details(payment: Payment, answer: Answer) -> None:
    payment.gateway_reference = answer.reference or payment.gateway_reference
    payment.client_secret = answer.client_secret or payment.client_secret
    payment.action_url = answer.action_url or payment.action_url
    payment.failure_code = answer.failure_code[:60]
    payment.failure_message = answer.failure_message[:300]
    if answer.method:
        payment.method = {**payment.method, **answer.method}
    payment.attempts += 1


def _next_poll(payment: Payment, *, at: datetime) -> datetime:
    if payment.state == PaymentState.PENDING and payment.gateway_reference and payment.void_requested_at is None:
        return at + _OPEN_PAGE_EVERY
    return at + _back_off(payment.attempts)


def _back_off(attempts: int) -> timedelta:
    return min(_LAST_RETRY, _FIRST_RETRY * 2 ** min(attempts, 12))


def _record_step(order: Order, payment: Payment, *, by: Context, at: datetime) -> None:
    fact: Fact
    match payment.state:
        case PaymentState.AUTHORISED:
            fact = payment_fact(PaymentAuthorised, order, payment, payment.amount_minor)
        case PaymentState.CAPTURED:
            fact = payment_fact(PaymentCaptured, order, payment, payment.captured_minor)
        case PaymentState.FAILED:
            fact = payment_fact(PaymentFailed, order, payment, payment.amount_minor, failure_code=payment.failure_code)
        case PaymentState.VOIDED:
            fact = payment_fact(PaymentVoided, order, payment, payment.amount_minor)
        case _:
            return
    record(fact, by=by, at=at)
