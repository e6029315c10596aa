"""Deadlines of orders: unpaid ones return their stock, pickups nobody fetched go back to the shelf."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from orders.models import Fulfilment, Order
from orders.services.cancelling import cancel_order
from orders.services.fulfilling import expire
from orders.services.locking import lock_order
from orders.states import FulfilmentStatus, OrderStatus

logger = logging.getLogger(__name__)


def expire_unpaid(*, by: Context, at: datetime, limit: int = 200) -> int:
    """Cancel orders that nobody paid by their deadline; how many. One transaction each: one that breaks stops no other."""
    due = list(
        Order.objects.filter(status=OrderStatus.PLACED, pay_until__lte=at)
        .order_by("pay_until")
        .values_list("id", flat=True)[:limit]
    )
    return sum(_quietly(partial(expire_order, order_id=order_id, by=by, at=at)) for order_id in due)


def expire_order(*, order_id: UUID, by: Context, at: datetime) -> bool:
    """Cancel one order that is still unpaid at its deadline. False when a payment was faster.

    Locks   the order, then holds and stock: capture and expiry wait for each other, and one of them wins.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        if order.status != OrderStatus.PLACED or order.pay_until is None or order.pay_until > at:
            return False
        cancel_order(order_id=order_id, lines=None, reason="Not paid in time", by=by, at=at)
    return True


def expire_pickups(*, by: Context, at: datetime, limit: int = 200) -> int:
    """End pickups whose last day has passed; how many."""
    due = list(
        Fulfilment.objects.filter(status=FulfilmentStatus.READY, collect_until__lte=at)
        .order_by("collect_until")
        .values_list("id", flat=True)[:limit]
    )
    return sum(_quietly(partial(expire, fulfilment_id=part, by=by, at=at)) for part in due)


def _quietly(call: Callable[[], object]) -> bool:
    try:
        return bool(call())
    except DomainError as error:
        logger.info("a deadline did not apply any more: %s", error.problem_code)
        return False
