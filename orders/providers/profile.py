"""What a customer bought, on their profile."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import NoReverseMatch, reverse

from omnichannel.kernel.money import format_money
from orders.models import Order
from orders.states import OrderStatus

SHOWN = 5
_TONES: dict[str, str] = {OrderStatus.CONFIRMED: "ok", OrderStatus.CANCELLED: "danger", OrderStatus.PLACED: "warn"}

TOTALS = """
SELECT currency, count(*), coalesce(sum(current_total_minor) FILTER (WHERE placed_at >= %(since)s), 0)
  FROM orders_order
 WHERE customer_id = %(customer)s AND status <> 'cancelled'
 GROUP BY currency
 ORDER BY count(*) DESC
"""


class OrdersPanel:
    """Two statements, whatever their number."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        with connection.cursor() as cursor:
            cursor.execute(TOTALS, {"customer": customer_id, "since": at - timedelta(days=365)})
            totals = cursor.fetchall()
        newest = list(
            Order.objects.filter(Q(customer_id=customer_id))
            .select_related("store")
            .order_by("-placed_at", "-pk")[:SHOWN]
        )
        if not newest:
            return {"title": "Orders", "note": "Nothing bought yet.", "rows": []}
        count = sum(row[1] for row in totals)
        figures = [
            {"value": format_money(int(spent), currency), "label": "spent, 12 months"}
            for currency, _, spent in totals[:1]
        ]
        return {
            "title": "Orders",
            "figures": [*figures, {"value": str(count), "label": "order" if count == 1 else "orders"}],
            "rows": [_row(order) for order in newest],
            "link": {
                "title": f"All {count}",
                "url": _address("admin:orders_order_changelist", f"?customer__id__exact={customer_id}"),
            }
            if count > SHOWN
            else None,
        }


def _row(order: Order) -> dict[str, Any]:
    place = order.store.name if order.store else order.get_channel_display()
    return {
        "title": order.number,
        "note": place,
        "at": order.placed_at,
        "amount": format_money(order.current_total_minor, order.currency),
        "state": order.get_status_display(),
        "tone": _TONES.get(order.status, ""),
        "url": _address("admin:orders_order_change", "", order.pk),
    }


def _address(name: str, query: str, *args: Any) -> str:
    try:
        return reverse(name, args=args) + query
    except NoReverseMatch:
        return ""
