"""What happens here when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from customers.queries import find_customer
from customers.services.joining import join_identity
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.context import Context


def join_order_to_visits(events: Sequence[RecordedEvent]) -> None:
    """Who orders has told who they are: the browser's earlier visits are theirs."""
    for event in events:
        anonymous_id = event.context.get("anonymous_id")
        customer_id = event.data.get("customer_id")
        if not anonymous_id or not customer_id or event.associate_id or event.device_id:
            continue
        if find_customer(UUID(customer_id)) is None:
            continue
        join_identity(
            customer_id=UUID(customer_id),
            value=anonymous_id,
            how="order",
            by=Context(channel=event.channel, actor=event.actor, request_id=event.request_id),
            at=event.occurred_at,
        )
