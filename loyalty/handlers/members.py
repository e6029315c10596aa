"""What referrals do when something happened to an order. Each reads the order as it is now."""

from collections.abc import Sequence
from uuid import UUID

from loyalty.services.qualifying import settle_order, undo_order
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

_BY = Context(actor="system:loyalty")


def settle_referrals(events: Sequence[RecordedEvent]) -> None:
    """order.confirmed: a friend's first order is paid."""
    for order_id in _orders(events):
        settle_order(order_id=order_id, by=_BY, at=now())


def undo_referrals(events: Sequence[RecordedEvent]) -> None:
    """return.recorded, order.cancelled: perhaps too little is kept of it."""
    for order_id in _orders(events):
        undo_order(order_id=order_id, by=_BY, at=now())


def _orders(events: Sequence[RecordedEvent]) -> list[UUID]:
    """Ascending, so that two batches never lock in opposite orders."""
    return sorted({UUID(str(event.data["order_id"])) for event in events})
