"""Taking a tender: a store's own at once, a gateway's after commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from omnichannel.kernel.context import Context
from orders.errors import PaymentNotPossible
from orders.ports import Charge, NamedInKind, gateways
from orders.rules.tenders import Wish, share_out
from orders.services.commands import TenderWish
from orders.services.rows import Row
from orders.states import PaymentState

# When the poll looks after a payment whose process died before it asked.
_START_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Payer:
    """What a local provider is told of the order it pays for."""

    number: str
    email: str
    customer_id: UUID | None
    cart_id: UUID | None
    bill_minor: int


def in_money(wish: TenderWish, *, currency: str, at: datetime) -> int | None:
    """The amount of a wish; one named in kind (so many points) is worth what its provider says."""
    if wish.amount_minor is not None:
        return wish.amount_minor
    gateway = gateways.find(wish.provider)
    return gateway.worth_of(wish.method, currency=currency, at=at) if isinstance(gateway, NamedInKind) else None


def share_wishes(wishes: Sequence[TenderWish], total_minor: int, *, currency: str, at: datetime) -> list[int] | None:
    """The amount of each tender; None when they do not fit the total."""
    return share_out(
        [Wish(wish.provider, in_money(wish, currency=currency, at=at), dict(wish.method)) for wish in wishes],
        total_minor,
    )


def take_local(row: Row, *, payer: Payer, by: Context, at: datetime) -> None:
    """Ask a local provider now, in place; leave a gateway's payment due for after commit.

    Raises  PaymentNotPossible: no such provider, not at this till, or declined.
    """
    gateway = gateways.find(row["provider"])
    if gateway is None or not gateway.is_offered:
        raise PaymentNotPossible("provider_unknown", "There is no such way of paying.", provider=row["provider"])
    if gateway.needs_associate and by.device_id is None:
        raise PaymentNotPossible(provider=row["provider"])
    if not gateway.is_local:
        row["poll_at"] = at + _START_GRACE
        return
    answer = gateway.authorise(
        Charge(
            key=row["key"],
            order_id=row["order_id"],
            number=payer.number,
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            method=row["method"],
            email=payer.email,
            customer_id=payer.customer_id,
            cart_id=payer.cart_id,
            bill_minor=payer.bill_minor,
            by=by,
            at=at,
        )
    )
    if answer.state != PaymentState.CAPTURED:
        raise PaymentNotPossible(
            answer.failure_code or "declined",
            answer.failure_message or PaymentNotPossible.title,
            provider=row["provider"],
        )
    row.update(
        state=answer.state,
        captured_minor=row["amount_minor"],
        gateway_reference=answer.reference,
        method=dict(answer.method),
    )
