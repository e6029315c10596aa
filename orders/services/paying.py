"""Paying for an order after it was placed: another tender, or a link for whoever is to pay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import token_hash, uuid7
from orders.errors import LinkNotValid, NotEditable, TendersDoNotFit
from orders.facts import PaymentCaptured, PaymentLinkCreated
from orders.models import Order, Payment, PaymentLink
from orders.queries.links import payment_link_token
from orders.services.after_commit import run_after_commit
from orders.services.commands import TenderWish
from orders.services.locking import lock_order
from orders.services.refunding import payment_fact
from orders.services.rows import payment_row
from orders.services.settling import settle
from orders.services.tenders import Payer, in_money, take_local
from orders.states import OrderStatus, PaymentState

LINK_DAYS = 7


def open_minor(order: Order, payments: list[Payment]) -> int:
    """What is still to be paid: the total that stands, less what was captured or promised."""
    sure = sum(
        payment.captured_minor - payment.refunded_minor
        if payment.state == PaymentState.CAPTURED
        else payment.amount_minor
        for payment in payments
        if payment.state in (PaymentState.CAPTURED, PaymentState.AUTHORISED)
    )
    return max(0, order.current_total_minor - sure)


def add_payment(*, order_id: UUID, wish: TenderWish, by: Context, at: datetime) -> Payment:
    """Take another tender for what is open on an order; a gateway is asked after commit.

    Locks   the order.
    Emits   PaymentCaptured for a store's tender; OrderConfirmed when it covers the order.
    Raises  NotEditable, TendersDoNotFit, PaymentNotPossible.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status == OrderStatus.CANCELLED:
            raise NotEditable(status=order.status)
        payments = list(Payment.objects.filter(order=order).order_by("position"))
        rest = open_minor(order, payments)
        named = in_money(wish, currency=order.currency, at=at)
        amount = rest if named is None else named
        if not 0 < amount <= rest:
            raise TendersDoNotFit(open={"amount_minor": rest, "currency": order.currency})
        row = payment_row(
            order_id=order.id,
            position=max((payment.position for payment in payments), default=0) + 1,
            provider=wish.provider,
            amount_minor=amount,
            currency=order.currency,
            at=at,
            by=by,
            method=dict(wish.method),
            capture_mode=wish.capture_mode,
        )
        payer = Payer(
            number=order.number,
            email=order.email,
            customer_id=order.customer_id,
            cart_id=order.cart_id,
            bill_minor=order.current_total_minor,
        )
        take_local(row, payer=payer, by=by, at=at)
        payment = Payment(**row)
        payment.save(force_insert=True)
        if payment.state == PaymentState.CAPTURED:
            record(payment_fact(PaymentCaptured, order, payment, payment.captured_minor), by=by, at=at)
        else:
            run_after_commit(payment_ids=[payment.id], at=at)
        settle(order, by=by, at=at)
    return payment


@dataclass(frozen=True, slots=True)
class NewLink:
    link: PaymentLink
    token: str


def create_payment_link(*, order_id: UUID, amount_minor: int | None, by: Context, at: datetime) -> NewLink:
    """A link to pay what is open (or a part of it); it holds the order's stock as long as it is good.

    Locks   the order.
    Emits   PaymentLinkCreated, from which a mail is sent.
    Raises  NotEditable, TendersDoNotFit.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status == OrderStatus.CANCELLED:
            raise NotEditable(status=order.status)
        rest = open_minor(order, list(Payment.objects.filter(order=order)))
        amount = rest if amount_minor is None else amount_minor
        if not 0 < amount <= rest:
            raise TendersDoNotFit(open={"amount_minor": rest, "currency": order.currency})
        link_id = uuid7(at)
        token = payment_link_token(link_id)
        link = PaymentLink.objects.create(
            id=link_id,
            order=order,
            token_hash=token_hash(token),
            amount_minor=amount,
            currency=order.currency,
            expires_at=at + timedelta(days=LINK_DAYS),
            created_by=by.actor[:80],
            created_at=at,
        )
        if order.pay_until is not None:
            order.pay_until = max(order.pay_until, link.expires_at)
        settle(order, by=by, at=at)
        record(
            PaymentLinkCreated(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                payment_link_id=link.id,
                amount_minor=amount,
                currency=order.currency,
            ),
            by=by,
            at=at,
        )
    return NewLink(link, token)


def revoke_payment_link(*, link_id: UUID, by: Context, at: datetime) -> None:
    """The link leads nowhere from now on. Safe to repeat."""
    PaymentLink.objects.filter(pk=link_id, revoked_at=None).update(revoked_at=at)


def find_payable(token: str, *, at: datetime) -> PaymentLink:
    """The link of a token that may still be paid by. Raises LinkNotValid."""
    link = PaymentLink.objects.select_related("order").filter(token_hash=token_hash(token)).first()
    if (
        link is None
        or link.revoked_at is not None
        or link.expires_at <= at
        or link.order.status == OrderStatus.CANCELLED
    ):
        raise LinkNotValid()
    return link


def pay_by_link(*, token: str, wish: TenderWish, by: Context, at: datetime) -> Payment:
    """Start a payment by somebody who holds a link: for its amount, at most what is still open.

    Raises  LinkNotValid, TendersDoNotFit, PaymentNotPossible.
    """
    link = find_payable(token, at=at)
    with transaction.atomic():
        order = lock_order(link.order_id)
        rest = open_minor(order, list(Payment.objects.filter(order=order)))
        if rest == 0:
            raise TendersDoNotFit("already_paid", "This has been paid already.")
        amount = min(link.amount_minor, rest)
        return add_payment(
            order_id=order.id,
            wish=TenderWish(wish.provider, amount, wish.method),
            by=by,
            at=at,
        )
