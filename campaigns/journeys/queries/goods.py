"""The goods and states that steps look at: what lies in a cart, what an order is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from orders.models import Order

_CART_ITEMS = """
SELECT l.variant_id, v.product_id, l.price_seen_minor
  FROM carts_cartline l JOIN catalog_variant v ON v.id = l.variant_id JOIN carts_cart c ON c.id = l.cart_id
 WHERE c.id = %s AND c.customer_id = %s AND c.status = 'open' ORDER BY l.added_at, l.id
"""
_OPEN_CART = "SELECT id FROM carts_cart WHERE customer_id = %s AND status = 'open'"
_ORDER_ITEMS = """
SELECT l.variant_id, v.product_id, l.unit_price_minor
  FROM orders_orderline l JOIN catalog_variant v ON v.id = l.variant_id JOIN orders_order o ON o.id = l.order_id
 WHERE o.id = %s AND o.customer_id = %s ORDER BY l.position
"""


@dataclass(frozen=True, slots=True)
class Item:
    variant_id: UUID
    product_id: UUID
    price_minor: int

    @property
    def names_variant(self) -> bool:
        """Whether the size is known; a page that shows a product knows the product alone."""
        return self.variant_id != self.product_id


def event_data(context: Mapping[str, Any]) -> Mapping[str, Any]:
    event = context.get("event")
    data = event.get("data") if isinstance(event, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def list_items(*, context: Mapping[str, Any], customer_id: UUID) -> list[Item]:
    """What the trigger is about: the lines of its order, of its cart while open, else of the customer's open cart.

    A page's event may name any order or cart: somebody else's is as good as none.
    """
    data = event_data(context)
    if order_id := as_uuid(data.get("order_id")):
        return _items(_ORDER_ITEMS, order_id, customer_id)
    if cart_id := as_uuid(data.get("cart_id")):
        return _items(_CART_ITEMS, cart_id, customer_id)
    seen = named_item(context)
    return [seen] if seen is not None else list_cart_items(customer_id)


def named_item(context: Mapping[str, Any]) -> Item | None:
    """The one thing that the trigger names, as a page that was looked at does."""
    data = event_data(context)
    named = [as_uuid(data.get(name)) for name in ("om_variant_id", "om_product_id", "variant_id", "product_id")]
    variant_id, product_id = named[0] or named[2], named[1] or named[3]
    return Item(variant_id or product_id, product_id, 0) if product_id is not None else None


def list_cart_items(customer_id: UUID) -> list[Item]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_CART, [customer_id])
        found = cursor.fetchone()
    return _items(_CART_ITEMS, found[0], customer_id) if found else []


def find_order(context: Mapping[str, Any], customer_id: UUID) -> Order | None:
    """The order of theirs that the trigger tells of."""
    order_id = as_uuid(event_data(context).get("order_id"))
    return Order.objects.filter(pk=order_id, customer_id=customer_id).first() if order_id else None


def is_first_order(order: Order) -> bool:
    if order.customer_id is None:
        return False
    earlier = Order.objects.filter(customer_id=order.customer_id, placed_at__lt=order.placed_at)
    return not earlier.filter(confirmed_at__isnull=False).exists()


def has_ordered_since(customer_id: UUID, since: datetime) -> bool:
    return Order.objects.filter(customer_id=customer_id, confirmed_at__gte=since).exists()


def as_uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _items(sql: str, owner_id: UUID, customer_id: UUID) -> list[Item]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [owner_id, customer_id])
        return [Item(*row) for row in cursor.fetchall()]
