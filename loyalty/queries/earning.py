"""Orders as earning sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Sum

from loyalty.models import Lot, Programme
from loyalty.rules.earning import EarnLine, EarnOrder
from omnichannel.kernel.money import split_by_weight

# Confirmed orders of known customers with their lines, one row a line; what an edit added stands by its change.
_ORDERS = """
WITH o AS MATERIALIZED (
    SELECT o.id, o.number, o.customer_id, o.currency, o.confirmed_at, o.placed_at, o.channel, o.store_id,
           EXISTS (SELECT 1 FROM loyalty_member m WHERE m.customer_id = o.customer_id) AS is_member,
           NOT EXISTS (SELECT 1 FROM orders_order e
                        WHERE e.customer_id = o.customer_id AND e.id <> o.id AND e.confirmed_at IS NOT NULL
                          AND e.placed_at < o.placed_at) AS is_first,
           coalesce((SELECT sum(p.captured_minor) FROM orders_payment p
                      WHERE p.order_id = o.id AND p.provider = 'points'), 0) AS points_minor,
           coalesce((SELECT array_agg(t.key) FROM customers_label t
                      WHERE t.customer_id = o.customer_id AND t.kind = 'tier' AND t.valid_from <= o.confirmed_at
                        AND (t.valid_until IS NULL OR t.valid_until > o.confirmed_at)), '{}') AS tiers
      FROM orders_order o
     WHERE o.id = ANY(%(orders)s::uuid[]) AND o.customer_id IS NOT NULL AND o.confirmed_at IS NOT NULL
)
SELECT o.id AS order_id, o.number, o.customer_id, o.currency, o.confirmed_at, o.placed_at, o.channel, o.store_id,
       o.is_member, o.is_first, o.points_minor, o.tiers, l.id AS line_id, l.change_id, l.total_minor, l.tax_minor,
       l.tax_included_minor, l.variant_id, v.product_id, c.path
  FROM o
  JOIN orders_orderline l ON l.order_id = o.id
  LEFT JOIN catalog_variant v ON v.id = l.variant_id
  LEFT JOIN catalog_product p ON p.id = v.product_id
  LEFT JOIN catalog_category c ON c.id = p.category_id
 ORDER BY o.id, l.position
"""


@dataclass(frozen=True, slots=True)
class OrderToEarn:
    """One order, or what one edit added to it: booked once, under `reference`."""

    order_id: UUID
    number: str
    customer_id: UUID
    currency: str
    confirmed_at: datetime
    change_id: UUID | None
    is_member: bool
    rows: tuple[dict[str, Any], ...]

    @property
    def reference(self) -> str:
        return f"earn:{self.order_id}:{self.change_id}" if self.change_id else f"earn:{self.order_id}"

    def to_earn(self, programme: Programme) -> EarnOrder:
        first = self.rows[0]
        spent = [_spent(row, programme) for row in self.rows]
        if first["points_minor"] and not programme.earn_on_points and not self.change_id:
            paid = split_by_weight(int(first["points_minor"]), [max(0, row["total_minor"]) for row in self.rows])
            spent = [max(0, net - part) for net, part in zip(spent, paid, strict=True)]
        return EarnOrder(
            lines=[
                EarnLine(row["line_id"], net, row["variant_id"], row["product_id"], row["path"] or "")
                for row, net in zip(self.rows, spent, strict=True)
            ],
            channel=first["channel"],
            at=first["placed_at"],
            store_id=first["store_id"],
            tiers=frozenset(first["tiers"]),
            is_first=first["is_first"] and not self.change_id,
        )


def _spent(row: dict[str, Any], programme: Programme) -> int:
    """What counts as spent on a line: what the customer paid for it after discounts, without tax unless tax counts."""
    if programme.earn_on_tax:
        return int(row["total_minor"])
    return int(row["total_minor"] - row["tax_minor"] - row["tax_included_minor"])


def list_orders_to_earn(order_ids: Sequence[UUID]) -> list[OrderToEarn]:
    """Confirmed orders of customers, each with its lines; edits apart. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS, {"orders": list(order_ids)})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    groups: dict[tuple[UUID, UUID | None], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["order_id"], row["change_id"]), []).append(row)
    return [
        OrderToEarn(
            order_id=order_id,
            number=group[0]["number"],
            customer_id=group[0]["customer_id"],
            currency=group[0]["currency"],
            confirmed_at=group[0]["confirmed_at"],
            change_id=change_id,
            is_member=group[0]["is_member"],
            rows=tuple(group),
        )
        for (order_id, change_id), group in groups.items()
    ]


def given_by_rule(customer_id: UUID, key: str, *, days: int | None, at: datetime) -> int:
    """Points a customer has from a rule, any version of it, in the last so many days; less what was taken back."""
    lots = Lot.objects.filter(account__customer_id=customer_id, rule__key=key)
    if days is not None:
        lots = lots.filter(created_at__gt=at - timedelta(days=days))
    return int(lots.aggregate(given=Sum(F("amount") - F("reversed")))["given"] or 0)


_UNEARNED = """
SELECT o.id FROM orders_order o
 WHERE o.customer_id IS NOT NULL AND o.confirmed_at IS NOT NULL
   AND (%(after)s::uuid IS NULL OR o.id > %(after)s) AND (%(since)s::timestamptz IS NULL OR o.placed_at >= %(since)s)
   AND NOT EXISTS (SELECT 1 FROM loyalty_journal j WHERE j.reference = 'earn:' || o.id::text)
 ORDER BY o.id LIMIT %(limit)s
"""


def list_unearned_orders(*, since: datetime | None, after: UUID | None, limit: int) -> list[UUID]:
    """Confirmed orders of customers that were never booked, in the order of their ids, after the one named."""
    with connection.cursor() as cursor:
        cursor.execute(_UNEARNED, {"since": since, "after": after, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
