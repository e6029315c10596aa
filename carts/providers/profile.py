"""The open cart, on the customer's profile."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from carts.models import Cart
from carts.states import CartStatus
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.money import format_money

SHOWN = 5


class CartPanel:
    """As it was last priced: one statement, nothing is repriced for a look."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        cart = Cart.objects.filter(customer_id=customer_id, status=CartStatus.OPEN, item_count__gt=0).first()
        if cart is None:
            return {"title": "Cart", "note": "Nothing in it.", "rows": []}
        lines = orjson.loads(cart.document or "{}").get("lines", [])
        rest = len(lines) - SHOWN
        return {
            "title": "Cart",
            "aside": f"version {cart.version}",
            "rows": [_row(line) for line in lines[:SHOWN]],
            "total": {
                "label": f"and {rest} more, in all" if rest > 0 else "In all, with tax",
                "amount": format_money(cart.total_minor, cart.currency),
            },
            "cart_id": str(cart.pk),
            "touched_at": cart.last_activity_at,
        }


def _row(line: dict[str, Any]) -> dict[str, Any]:
    total = line.get("line_total") or {}
    added = line.get("added") or {}
    quantity = line.get("quantity", 1)
    where = dict(Channel.choices).get(str(added.get("channel") or ""), "")
    product = (line.get("product") or {}).get("name") or line.get("name", "")
    variant = line.get("name", "") if line.get("name") != product else ""
    return {
        "title": f"{quantity} × {product}" if quantity != 1 else product,
        "note": ", ".join(word for word in (variant, str(where)) if word),
        "at": added.get("at"),
        "amount": format_money(total["amount_minor"], total["currency"]) if total else "",
        "picture": line.get("image_url") or "",
    }
