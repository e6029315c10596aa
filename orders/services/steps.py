"""One step of a fulfilment: the guard, the history and the fact that every step has."""

from datetime import datetime
from uuid import UUID

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.etags import require_version
from orders import facts
from orders.errors import TransitionRefused
from orders.models import Fulfilment, FulfilmentChange, Order
from orders.services.live import publish_board
from orders.services.locking import lock_order
from orders.states import FULFILMENT_TRANSITIONS, FulfilmentStatus

_FACTS: dict[str, type] = {
    FulfilmentStatus.ACCEPTED: facts.FulfilmentAccepted,
    FulfilmentStatus.PICKING: facts.FulfilmentPicking,
    FulfilmentStatus.READY: facts.FulfilmentReady,
    FulfilmentStatus.COLLECTED: facts.FulfilmentCollected,
    FulfilmentStatus.SHIPPED: facts.FulfilmentShipped,
    FulfilmentStatus.DELIVERED: facts.FulfilmentDelivered,
    FulfilmentStatus.REJECTED: facts.FulfilmentRejected,
    FulfilmentStatus.EXPIRED: facts.FulfilmentExpired,
    FulfilmentStatus.CANCELLED: facts.FulfilmentCancelled,
}


def write_step(
    order: Order, fulfilment: Fulfilment, old: str, *, by: Context, at: datetime, reason: str = "", **more: str
) -> None:
    """Save a fulfilment in its new state, with its history and its fact. Called under the order's lock."""
    fulfilment.version += 1
    fulfilment.updated_at = at
    fulfilment.save()
    FulfilmentChange.objects.create(
        fulfilment=fulfilment,
        from_status=old,
        to_status=fulfilment.status,
        reason=reason[:300],
        actor=by.actor[:80],
        device_id=by.device_id,
        associate_id=by.associate_id,
        at=at,
    )
    if reason and fulfilment.status == FulfilmentStatus.REJECTED:
        more["reason"] = reason
    record(
        _FACTS[fulfilment.status](
            order_id=order.id,
            number=order.number,
            customer_id=order.customer_id,
            fulfilment_id=fulfilment.id,
            kind=fulfilment.kind,
            store_id=fulfilment.store_id,
            **more,
        ),
        by=by,
        at=at,
    )
    publish_board([fulfilment.store_id], at=at)


def lock_fulfilment(fulfilment_id: UUID, expected_version: int | None) -> tuple[Order, Fulfilment]:
    """A fulfilment under its order's lock. Raises NotFound, Stale."""
    order_id = Fulfilment.objects.filter(pk=fulfilment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound()
    order = lock_order(order_id)
    fulfilment = Fulfilment.objects.select_related("store").get(pk=fulfilment_id)
    require_version(expected_version, fulfilment.version)
    return order, fulfilment


def require_step(fulfilment: Fulfilment, to: FulfilmentStatus) -> None:
    allowed = FULFILMENT_TRANSITIONS[fulfilment.kind].get(FulfilmentStatus(fulfilment.status), frozenset())
    if to not in allowed:
        raise TransitionRefused(
            status=fulfilment.status, wanted=str(to), allowed=sorted(str(state) for state in allowed)
        )
