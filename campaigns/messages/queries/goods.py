"""Products as a message shows them: what lies in the cart, what goes with what they bought."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from campaigns.messages.queries.words import Words
from campaigns.messages.rules.catalogue import MOST_RELATED
from carts.models import Cart
from carts.services.links import storefront_link
from carts.states import CartStatus
from catalog.models import ProductDocument
from catalog.queries.recommending import list_related


def picture_url(url: str) -> str:
    """An address a mail program can show: absolute, and a drawing (SVG) as PNG, which no mail program draws itself."""
    if not url:
        return ""
    site = (settings.SITE_URL or "http://127.0.0.1:8000").rstrip("/")
    static = settings.STATIC_URL
    path = urlsplit(url).path
    if url.startswith("/") and path.startswith(static) and path.endswith(".svg"):
        return f"{site}/m/p/{path.removeprefix(static).removesuffix('.svg')}.png"
    return f"{site}{url}" if url.startswith("/") else url


def list_carts(customer_ids: Sequence[UUID], words: Mapping[UUID, Words]) -> dict[UUID, dict[str, Any]]:
    """Open carts with something in them. One statement."""
    rows = Cart.objects.filter(customer_id__in=customer_ids, status=CartStatus.OPEN, item_count__gt=0)
    found: dict[UUID, dict[str, Any]] = {}
    for cart_id, customer_id, stored in rows.values_list("pk", "customer_id", "document"):
        document = orjson.loads(stored or "{}")
        if customer_id is None or not document.get("lines"):
            continue
        reader = words[customer_id]
        lines = [_cart_line(line, reader) for line in document["lines"]]
        total = document["totals"]["total"]
        found[customer_id] = {
            "id": str(cart_id),
            "lines": lines,
            # The line put in last is what was on their mind.
            "last": lines[-1],
            "count": sum(line["quantity"] for line in lines),
            "total": reader.money(total["amount_minor"], total["currency"]),
            "restore_url": storefront_link(open="cart"),
        }
    return found


def _cart_line(line: Mapping[str, Any], reader: Words) -> dict[str, Any]:
    return {
        "name": line["product"]["name"],
        "slug": line["product"]["slug"],
        "product_id": line["product"]["id"],
        "variant_id": line["variant_id"],
        "sku": line["sku"],
        "options": ", ".join(str(value) for value in line["options"].values()),
        "quantity": line["quantity"],
        "price": reader.money(line["unit_price"]["amount_minor"], line["unit_price"]["currency"]),
        "total": reader.money(line["line_total"]["amount_minor"], line["line_total"]["currency"]),
        "image_url": picture_url(line["image_url"]),
        "url": storefront_link(product=line["product"]["slug"]),
    }


_LATEST_PRODUCTS = """
SELECT o.customer_id, array_agg(v.product_id)
  FROM unnest(%(customers)s::uuid[]) AS c (id)
  JOIN LATERAL (SELECT id, customer_id FROM orders_order
                 WHERE customer_id = c.id AND status <> 'cancelled' ORDER BY placed_at DESC LIMIT 1) o ON true
  JOIN orders_orderline l ON l.order_id = o.id
  JOIN catalog_variant v ON v.id = l.variant_id
 GROUP BY o.customer_id
"""


def list_latest_products(customer_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """What each bought last. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST_PRODUCTS, {"customers": list(customer_ids)})
        return {customer_id: list(dict.fromkeys(products or [])) for customer_id, products in cursor.fetchall()}


def list_related_cards(
    bought: Mapping[UUID, Sequence[UUID]], words: Mapping[UUID, Words], *, at: datetime
) -> dict[UUID, list[dict[str, Any]]]:
    """For each, products that go with what they bought, in season first, none of them twice. Two statements."""
    everything = list({product for products in bought.values() for product in products})
    related = list_related(everything, day=at.date()) if everything else []
    chosen: dict[UUID, list[UUID]] = {}
    for customer_id, products in bought.items():
        mine = set(products)
        ranked = [row.product_id for row in related if row.because_id in mine and row.product_id not in mine]
        chosen[customer_id] = list(dict.fromkeys(ranked))[:MOST_RELATED]
    wanted = {product for products in chosen.values() for product in products}
    currency = next(iter(words.values())).currency if words else "USD"
    cards = {
        row.product_id: orjson.loads(row.card)
        for row in ProductDocument.objects.filter(product_id__in=wanted, currency=currency)
    }
    return {
        customer_id: [show_card(cards[product], words[customer_id]) for product in products if product in cards]
        for customer_id, products in chosen.items()
    }


def find_card(product_id: UUID, reader: Words) -> dict[str, Any] | None:
    """One product as a message shows it; None when it is gone or has no price."""
    row = ProductDocument.objects.filter(product_id=product_id, currency=reader.currency).first()
    return show_card(orjson.loads(row.card), reader) if row is not None else None


def show_card(card: Mapping[str, Any], reader: Words) -> dict[str, Any]:
    price, before = card["price"], card["list_price"]
    return {
        "name": card["name"],
        "slug": card["slug"],
        "product_id": card["id"],
        "price": reader.money(price["amount_minor"], price["currency"]) if price else "",
        "list_price": reader.money(before["amount_minor"], before["currency"]) if before else "",
        "image_url": picture_url(card["image_url"]),
        "picture": card["image_url"],
        "url": storefront_link(product=card["slug"]),
    }
