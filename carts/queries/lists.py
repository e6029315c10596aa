"""Reading wish lists, with what their things cost now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from carts.errors import ListMissing
from carts.models import WishList, WishListItem
from catalog.queries import Sellable, list_sellables


def list_wish_lists(customer_id: UUID) -> QuerySet[WishList]:
    return WishList.objects.filter(customer_id=customer_id).annotate(item_count=Count("items"))


def get_wish_list(customer_id: UUID, list_id: UUID) -> WishList:
    """Raises ListMissing, for another customer's list as for a missing one."""
    found = list_wish_lists(customer_id).filter(pk=list_id).first()
    if found is None:
        raise ListMissing()
    return found


def find_shared_list(token: str) -> WishList | None:
    return WishList.objects.filter(share_token=token).annotate(item_count=Count("items")).first()


def show_items(wish_list: WishList, currency: str, at: datetime) -> list[dict[str, Any]]:
    """Everything on a list, newest first. Two statements."""
    items: Sequence[WishListItem] = list(WishListItem.objects.filter(wish_list=wish_list))
    sellables = list_sellables([item.variant_id for item in items], currency, at) if items else {}
    return [_show(item, sellables.get(item.variant_id), currency) for item in items]


def show_wish_list(wish_list: Any) -> dict[str, Any]:
    return {
        "id": wish_list.pk,
        "kind": wish_list.kind,
        "name": wish_list.name,
        "is_default": wish_list.is_default,
        "is_shared": wish_list.share_token is not None,
        "version": wish_list.version,
        "item_count": wish_list.item_count,
    }


def _show(item: WishListItem, sold: Sellable | None, currency: str) -> dict[str, Any]:
    return {
        "id": item.pk,
        "sku": sold.sku if sold else "",
        "variant_id": item.variant_id,
        "product": {
            "id": sold.product_id if sold else None,
            "slug": sold.slug if sold else "",
            "name": sold.product_name if sold else "",
        },
        "name": sold.variant_name if sold else "",
        "options": sold.options if sold else {},
        "image_url": sold.image_url if sold else "",
        "quantity": item.quantity,
        "personalisation": item.personalisation,
        "note": item.note,
        "price": _money(sold.price_minor if sold else None, currency),
        "price_seen": _money(item.price_seen_minor, currency),
        "is_sellable": bool(sold and sold.is_sellable and sold.price_minor is not None),
        "channel": item.channel,
        "added_at": item.added_at,
    }


def _money(amount: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount_minor": amount, "currency": currency}
