"""What customers are worth so far, written down as a label that pricing and segments may read."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.services.labels import set_label
from insights.queries.orders import list_values


def set_values(*, customer_ids: Sequence[UUID], at: datetime) -> None:
    """Write each customer's value so far: orders, worth and currency. A label that says the same stays."""
    for customer_id, orders, worth, currency, _, _ in list_values(sorted(customer_ids)):
        if orders:
            set_label(
                customer_id=customer_id,
                kind="value",
                key="lifetime",
                value={"orders": orders, "amount_minor": worth, "currency": currency},
                reason="orders confirmed, less what came back",
                at=at,
            )
