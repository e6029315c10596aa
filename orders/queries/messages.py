"""What messages tell of an order: one statement or few, read when the message is written."""

from typing import Any
from uuid import UUID

from django.db.models import Count

from omnichannel.kernel.secrets import decrypt
from orders.errors import OrderNotFound
from orders.models import Fulfilment, Order, OrderChange, PaymentLink, Refund, Return

_AMOUNTS = (
    "items_minor", "discount_minor", "shipping_minor", "tax_minor", "tax_included_minor", "total_minor", "current_total_minor", "paid_minor", "refunded_minor",
)  # fmt: skip


def get_order_for_message(order_id: UUID) -> dict[str, Any]:
    """The order, its lines and who bought it; amounts in minor units. Raises OrderNotFound."""
    order = Order.objects.select_related("customer", "store").filter(pk=order_id).first()
    if order is None:
        raise OrderNotFound()
    customer = order.customer
    return {
        "id": order.pk,
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "email": order.email or (customer.email if customer else ""),
        "customer_id": order.customer_id,
        "first_name": (customer.first_name if customer else "") or str(order.ship_to.get("name", "")).split(" ")[0],
        "is_guest": customer is None or customer.user_id is None,
        "locale": order.locale,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "pay_until": order.pay_until,
        "source": order.source,
        "store": _store(order.store),
        "ship_to": order.ship_to,
        "lines": [
            {
                "id": line.pk,
                "name": line.name,
                "sku": line.sku,
                "options": line.options,
                "quantity": line.quantity,
                "left_quantity": line.quantity - line.cancelled_quantity - line.returned_quantity,
                "unit_price_minor": line.unit_price_minor,
                "total_minor": line.total_minor,
            }
            for line in order.lines.all()
        ],
        "fulfilments": [_fulfilment(row) for row in order.fulfilments.select_related("store").order_by("id")],
        **{name: getattr(order, name) for name in _AMOUNTS},
    }


def get_fulfilment_for_message(fulfilment_id: UUID) -> dict[str, Any]:
    """One part of an order with its lines and, when it waits to be collected, its code. Raises OrderNotFound."""
    row = Fulfilment.objects.select_related("store").filter(pk=fulfilment_id).first()
    if row is None:
        raise OrderNotFound()
    lines = [
        {"name": part.line.name, "options": part.line.options, "quantity": part.quantity - part.cancelled_quantity}
        for part in row.lines.select_related("line").order_by("id")
    ]
    code = decrypt(row.pickup_code_encrypted) if row.pickup_code_encrypted else ""
    return _fulfilment(row) | {"lines": [line for line in lines if line["quantity"] > 0], "code": code}


def get_refund_for_message(refund_id: UUID) -> dict[str, Any]:
    """Raises OrderNotFound."""
    row = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if row is None:
        raise OrderNotFound()
    return {
        "amount_minor": row.amount_minor, "currency": row.currency, "cause": row.cause, "state": row.state,
        "provider": row.payment.provider,
        "method": {name: value for name, value in row.payment.method.items() if name not in ("token", "fingerprint")},
    }  # fmt: skip


def get_return_for_message(return_id: UUID) -> dict[str, Any]:
    """Raises OrderNotFound."""
    row = Return.objects.select_related("store").filter(pk=return_id).first()
    if row is None:
        raise OrderNotFound()
    return {
        "number": row.number,
        "refund_minor": row.refund_minor,
        "currency": row.currency,
        "store": _store(row.store),
        "lines": [
            {"name": part.line.name, "options": part.line.options, "quantity": part.quantity}
            for part in row.lines.select_related("line").order_by("id")
        ],
    }


def get_change_for_message(change_id: UUID) -> dict[str, Any]:
    """Raises OrderNotFound."""
    row = OrderChange.objects.filter(pk=change_id).first()
    if row is None:
        raise OrderNotFound()
    return {"kind": row.kind, "reason": row.reason, "data": row.data}


def get_payment_link_for_message(payment_link_id: UUID) -> dict[str, Any]:
    """Raises OrderNotFound."""
    row = PaymentLink.objects.filter(pk=payment_link_id).first()
    if row is None:
        raise OrderNotFound()
    return {
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "expires_at": row.expires_at,
        "is_open": row.paid_at is None and row.revoked_at is None,
    }


def _fulfilment(row: Fulfilment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "status": row.status,
        "store": _store(row.store),
        "promised_at": row.promised_at,
        "collect_until": row.collect_until,
        "carrier": row.carrier,
        "tracking_number": row.tracking_number,
        "tracking_url": row.tracking_url,
        "ship_to": row.ship_to,
    }


def _store(store: Any) -> dict[str, Any] | None:
    if store is None:
        return None
    return {
        "name": store.name, "line1": store.line1, "city": store.city, "region": store.region, "postal_code": store.postal_code,
        "phone": store.phone, "time_zone": store.time_zone, "opening_hours": store.opening_hours,
    }  # fmt: skip


def list_latest_for_messages(limit: int) -> list[tuple[UUID, str]]:
    """(id, `number · name · n lines`) of the newest orders, for trying templates out."""
    rows = (
        Order.objects.select_related("customer")
        .annotate(line_count=Count("lines"))
        .order_by("-placed_at", "id")[:limit]
    )
    return [(row.pk, f"{row.number} · {row.customer or row.email or 'guest'} · {row.line_count} lines") for row in rows]
