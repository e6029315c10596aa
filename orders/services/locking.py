"""The lock every change of a placed order takes first."""

from uuid import UUID

from omnichannel.kernel.locks import lock_rows
from orders.errors import OrderNotFound
from orders.models import Order


def lock_order(order_id: UUID) -> Order:
    """The order, locked: payments, fulfilments and lines of it are changed only under this lock."""
    order = lock_rows(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise OrderNotFound()
    return order
