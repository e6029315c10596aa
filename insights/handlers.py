"""What is measured anew when something happened. Rebuilding is idempotent: twice changes nothing."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from insights.queries.orders import list_order_ids_of
from insights.rules.touches import LOOK_BACK
from insights.services.paths import build_paths, drop_paths
from insights.services.values import set_values
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now

PATH_FACTS = ("order.confirmed", "return.recorded", "order.cancelled", "order.edited", "order.attached")
JOIN_FACTS = ("customer.identified", "customer.merged", "customer.merge_undone")


def follow_orders(events: Sequence[RecordedEvent]) -> None:
    """Paths of orders that were confirmed, or are worth something else now."""
    at = now()
    gone = {UUID(event.data["order_id"]) for event in events if event.name == "order.cancelled" and event.data["whole"]}
    ids = {UUID(event.data["order_id"]) for event in events} - gone
    if gone:
        drop_paths(order_ids=sorted(gone))
    if ids:
        build_paths(order_ids=sorted(ids), at=at)
    set_values(customer_ids=_customers(events), at=at)


def follow_identities(events: Sequence[RecordedEvent]) -> None:
    """A visitor became known: what they looked at before belongs to the paths of their orders."""
    at = now()
    customers = _customers(events)
    orders = list_order_ids_of(customers, since=at - LOOK_BACK - timedelta(days=1))
    if orders:
        build_paths(order_ids=sorted(orders), at=at)
    set_values(customer_ids=customers, at=at)


def _customers(events: Sequence[RecordedEvent]) -> list[UUID]:
    named = {event.data.get(name) for event in events for name in ("customer_id", "from_id")}
    return sorted(UUID(str(customer)) for customer in named if customer)
