"""What referrals do when something happened to an order. Each reads the order as it is now."""

from collections.abc import Sequence
from uuid import UUID

from loyalty.services.qualifying import settle_orders, undo_orders
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

_BY = Context(actor="system:loyalty")


def settle_referrals(events: Sequence[RecordedEvent]) -> None:
    """order.confirmed: a friend's first order is paid."""
    settle_orders(order_ids=_orders(events), by=_BY, at=now())


def undo_referrals(events: Sequence[RecordedEvent]) -> None:
    """return.recorded, order.cancelled: perhaps too little is kept of it."""
    undo_orders(order_ids=_orders(events), by=_BY, at=now())


def _orders(events: Sequence[RecordedEvent]) -> list[UUID]:
    return sorted({UUID(str(event.data["order_id"])) for event in events})
