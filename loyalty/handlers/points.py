"""What the ledger does when something happened to an order."""

from collections.abc import Sequence
from uuid import UUID

from loyalty.services.earning import accrue_orders, reverse_orders
from loyalty.services.holding import release_holds
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context

_BY = Context(actor="system:loyalty")


def earn_for_orders(events: Sequence[RecordedEvent]) -> None:
    """order.confirmed, order.edited, order.attached: what the buyer earns for it, once."""
    accrue_orders(order_ids=_orders(events), by=_BY, at=now())


def take_back_earned(events: Sequence[RecordedEvent]) -> None:
    """return.recorded, order.cancelled, order.edited: what the lines earned that went back."""
    reverse_orders(order_ids=_orders(events), by=_BY, at=now())


def release_points(events: Sequence[RecordedEvent]) -> None:
    """cart.closed: what the cart kept and its order did not take is free again."""
    release_holds(cart_ids={UUID(str(event.data["cart_id"])) for event in events}, by=_BY, at=now())


def _orders(events: Sequence[RecordedEvent]) -> list[UUID]:
    return sorted({UUID(str(event.data["order_id"])) for event in events})
