"""What a conversion says of goods and orders, read by id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from catalog.models import Variant
from catalog.queries.sellables import list_sellables
from orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Goods:
    sku: str
    price_minor: int | None


@dataclass(frozen=True, slots=True)
class Sale:
    order_id: UUID
    customer_id: UUID | None
    channel: str
    placed_at: datetime
    currency: str
    total_minor: int
    lines: Sequence[tuple[str, int, int]]


def list_goods(
    product_ids: Sequence[UUID], variant_ids: Sequence[UUID], *, currency: str, at: datetime
) -> dict[UUID, Goods]:
    """SKU and price by variant id, and by product id for the first variant of each product."""
    firsts = dict(
        Variant.objects.filter(product__in=product_ids, is_active=True)
        .order_by("product_id", "position", "sku")
        .distinct("product_id")
        .values_list("product_id", "pk")
    )
    found = list_sellables([*variant_ids, *firsts.values()], currency, at)
    shown = {key: Goods(each.sku, each.price_minor) for key, each in found.items()}
    return shown | {product: shown[variant] for product, variant in firsts.items() if variant in shown}


def list_sales(order_ids: Sequence[UUID]) -> list[Sale]:
    """Orders with what was bought. Two statements."""
    lines: dict[UUID, list[tuple[str, int, int]]] = {}
    for order_id, sku, quantity, price in OrderLine.objects.filter(order__in=order_ids).values_list(
        "order_id", "sku", "quantity", "unit_price_minor"
    ):
        lines.setdefault(order_id, []).append((sku, quantity, price))
    rows = Order.objects.filter(pk__in=order_ids).values_list(
        "pk", "customer_id", "channel", "placed_at", "currency", "total_minor"
    )
    return [Sale(*row, lines=lines.get(row[0], [])) for row in rows]
