"""Orders that followed a click."""

from datetime import datetime
from uuid import UUID

from campaigns.messages.models import MessageOrder
from campaigns.messages.queries.results import find_clicked_message


def count_order(
    *, order_id: UUID, customer_id: UUID, placed_at: datetime, amount_minor: int, currency: str, at: datetime
) -> MessageOrder | None:
    """Count an order for the message its customer clicked last; once, whatever is delivered twice."""
    message = find_clicked_message(customer_id, before=placed_at)
    if message is None:
        return None
    row = MessageOrder(
        order_id=order_id, message=message, campaign_id=message.campaign_id, currency=currency,
        amount_minor=amount_minor, at=placed_at,
    )  # fmt: skip
    MessageOrder.objects.bulk_create([row], ignore_conflicts=True)
    return row
