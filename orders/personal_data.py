"""What orders hold of a person. Invoices are kept by law: erasing blanks the person, not the sale."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, QuerySet
from django.db.models.expressions import RawSQL

from omnichannel.kernel.personal_data import MoveReport
from orders.models import (
    Fulfilment,
    GatewayMessage,
    Order,
    OrderChange,
    OrderLine,
    OrderMove,
    Payment,
    Refund,
    Return,
    StockDiscrepancy,
)
from orders.queries.documents import find_order_rows
from orders.rules.documents import render_order

_BATCH = 200
# What a card was charged by, and what it is recognised by, names a person; its brand does not.
_NAMELESS = RawSQL("method - ARRAY['token', 'fingerprint']", [])


class OrderRecords:
    """Orders with their lines, payments, parts, changes and returns."""

    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        ids = list(Order.objects.filter(customer_id=customer_id).order_by("placed_at").values_list("id", flat=True))
        orders: list[dict[str, Any]] = []
        for start in range(0, len(ids), _BATCH):
            rows = find_order_rows(ids[start : start + _BATCH])
            orders += [render_order(rows[order_id]) for order_id in ids[start : start + _BATCH]]
        return {"orders": orders}

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """Address, email, phone and words go; number, goods and money stay as long as tax law asks for them."""
        orders = Order.objects.filter(customer_id=customer_id)
        Fulfilment.objects.filter(order__in=orders).update(ship_to={})
        OrderLine.objects.filter(order__in=orders).update(personalisation={}, note="")
        _empty_messages(orders)
        Payment.objects.filter(order__in=orders).update(method=_NAMELESS)
        Return.objects.filter(order__in=orders).update(note="")
        OrderChange.objects.filter(order__in=orders).update(
            reason="", data=RawSQL("data - ARRAY['before', 'after', 'note', 'email', 'phone', 'ship_to']", [])
        )
        StockDiscrepancy.objects.filter(order__in=orders).update(note="")
        orders.update(email="", phone="", ship_to={}, note="", campaign={}, version=F("version") + 1)

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        ids = list(Order.objects.filter(customer_id=from_id).values_list("id", flat=True))
        OrderMove.objects.bulk_create(
            [OrderMove(merge_id=merge_id, order_id=order_id, from_customer_id=from_id) for order_id in ids],
            ignore_conflicts=True,
        )
        Order.objects.filter(pk__in=ids).update(customer_id=to_id)
        return MoveReport(moved={"orders": len(ids)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        moves = OrderMove.objects.filter(merge_id=merge_id)
        owners: dict[UUID, list[UUID]] = {}
        for order_id, owner in moves.values_list("order_id", "from_customer_id"):
            owners.setdefault(owner, []).append(order_id)
        count = sum(Order.objects.filter(pk__in=ids).update(customer_id=owner) for owner, ids in owners.items())
        moves.delete()
        return MoveReport(moved={"orders": count})


def _empty_messages(orders: QuerySet[Order]) -> None:
    """What gateways told of these payments, with who paid: their own records answer a dispute, ours keep the outcome.

    A message names a payment by its key, wherever its gateway puts that; read whole, for nobody is forgotten often.
    """
    keys = [
        *Payment.objects.filter(order__in=orders).values_list("key", flat=True),
        *Refund.objects.filter(order__in=orders).values_list("key", flat=True),
        *Payment.objects.filter(order__in=orders)
        .exclude(gateway_reference="")
        .values_list("gateway_reference", flat=True),
    ]
    if keys:
        names_one = RawSQL("body::text LIKE ANY(%s)", [[f'%"{key}"%' for key in keys]], output_field=BooleanField())
        GatewayMessage.objects.filter(names_one).update(body={})
