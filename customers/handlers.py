"""What happens here when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from customers.services.joining import join_identity
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import list_events, recorded
from omnichannel.kernel.context import Context


def join_order_to_visits(events: Sequence[RecordedEvent]) -> None:
    """order.placed, order.attached: who orders has told who they are, so the browser's earlier visits are theirs.

    A guest's order has a customer only when it is attached to one; from which browser, its placing tells.
    """
    for event in events:
        customer_id, placed = event.data.get("customer_id"), event
        if customer_id and event.name == "order.attached" and event.subject_id is not None:
            row = list_events(subject_id=event.subject_id, names=["order.placed"]).first()
            if row is None:
                continue
            placed = recorded(row)
        anonymous_id = placed.context.get("anonymous_id")
        # What a store's device places is nobody's own browser.
        if not anonymous_id or not customer_id or placed.associate_id or placed.device_id:
            continue
        join_identity(
            customer_id=UUID(customer_id),
            value=anonymous_id,
            how="order",
            by=Context(channel=placed.channel, actor=placed.actor, request_id=placed.request_id),
            at=event.occurred_at,
        )
