"""Orders as the figures need them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from orders.models import Order

# Lifetime value so far: what confirmed orders come to today, after returns and cancellations.
_VALUES = """
SELECT c.id, count(o.id), coalesce(sum(o.current_total_minor), 0)::bigint, min(o.currency), min(o.placed_at), max(o.placed_at)
  FROM unnest(%s::uuid[]) AS c (id)
  JOIN customers_customer customer ON customer.id = c.id AND customer.merged_into_id IS NULL
  LEFT JOIN orders_order o ON o.customer_id = c.id AND o.confirmed_at IS NOT NULL AND o.status <> 'cancelled'
 GROUP BY c.id
"""


def list_order_ids_of(customer_ids: Sequence[UUID], *, since: datetime) -> list[UUID]:
    return list(
        Order.objects.filter(
            customer_id__in=customer_ids, placed_at__gte=since, confirmed_at__isnull=False
        ).values_list("pk", flat=True)
    )


def list_values(
    customer_ids: Sequence[UUID],
) -> list[tuple[UUID, int, int, str | None, datetime | None, datetime | None]]:
    """Customer, orders, worth in minor units, currency, first and last order."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [list(customer_ids)])
        return cursor.fetchall()
