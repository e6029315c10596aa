"""Taking a tender: a store's own at once, a gateway's after commit."""

from datetime import datetime, timedelta

from omnichannel.kernel.context import Context
from orders.errors import PaymentNotPossible
from orders.ports import Charge, gateways
from orders.services.rows import Row
from orders.states import PaymentState

# When the poll looks after a payment whose process died before it asked.
_START_GRACE = timedelta(seconds=30)


def take_local(row: Row, *, number: str, by: Context, email: str, at: datetime) -> None:
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
            number=number,
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            method=row["method"],
            email=email,
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
