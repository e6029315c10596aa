"""The way back to a cart, made for one message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from carts.errors import NoCart
from carts.queries.access import internally
from carts.services.links import create_cart_link
from customers.models import Customer
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context


def add_restore_link(data: dict[str, Any], person: Customer, utm: Mapping[str, str], *, at: datetime) -> None:
    """Where the data has a cart, its link restores it on whatever it is opened; a code it carries goes along."""
    cart = data.get("cart")
    if not isinstance(cart, dict) or "id" not in cart or not cart.get("lines"):
        return
    code = data.get("code")
    campaign = {**utm, **({"code": str(code["code"])} if isinstance(code, dict) and code.get("code") else {})}
    try:
        made = create_cart_link(
            ref=internally(UUID(str(cart["id"]))), by=Context(channel=Channel.SYSTEM, actor="system:messages"), at=at,
            product_slug=str(cart["last"]["slug"]), campaign=campaign,
        )  # fmt: skip
    except NoCart:
        return
    data["cart"] = {**cart, "restore_url": made.url}
