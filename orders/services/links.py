"""The link to an order, for those who have no log-in and lost their mail."""

from datetime import datetime

from django.db import transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from orders.facts import OrderLinkRequested
from orders.queries.finding import find_order_of


def request_order_link(*, number: str, email: str, by: Context, at: datetime) -> None:
    """Have the link mailed to the address the order has. Nothing is told to who asks: they may not be the buyer.

    Emits  OrderLinkRequested, when there is such an order.
    """
    with transaction.atomic():
        order = find_order_of(number=number, email=email)
        if order is not None:
            record(
                OrderLinkRequested(order_id=order.id, number=order.number, customer_id=order.customer_id), by=by, at=at
            )
