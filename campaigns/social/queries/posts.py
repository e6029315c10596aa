"""Posts as the shop window and the moderation queue show them: what is tagged, what it costs, what is left."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from campaigns.social.errors import PostNotFound
from campaigns.social.models import Post, PostProduct
from campaigns.social.states import PostState, Rights
from catalog.models import Variant
from catalog.queries.sellables import list_sellables
from catalog.rules.sellable import Sellable
from catalog.states import StockPolicy
from stores.queries.levels import list_available_to_sell

SHOWN = (PostState.APPROVED, PostState.REPOSTED)


def list_public() -> QuerySet[Post]:
    """What everybody may see: approved, with the right to be shown, and with a picture."""
    return Post.objects.filter(state__in=SHOWN, rights=Rights.GIVEN).exclude(media="")


def get_post(post_id: UUID) -> Post:
    """Raises PostNotFound."""
    found = Post.objects.select_related("customer").filter(pk=post_id).first()
    if found is None:
        raise PostNotFound()
    return found


def list_goods(posts: Iterable[Post], *, currency: str, at: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """The tagged goods of each post with price and what is left, live. Four statements for all of them."""
    tags: dict[UUID, list[PostProduct]] = {}
    for tag in PostProduct.objects.filter(post__in=[post.pk for post in posts]).order_by("position", "id"):
        tags.setdefault(tag.post_id, []).append(tag)
    products = {tag.product_id for mine in tags.values() for tag in mine}
    ordered: dict[UUID, list[UUID]] = {}
    for product_id, variant_id in (
        Variant.objects.filter(product__in=products, is_active=True)
        .order_by("product_id", "position", "sku")
        .values_list("product_id", "pk")
    ):
        ordered.setdefault(product_id, []).append(variant_id)
    ids = [variant_id for mine in ordered.values() for variant_id in mine]
    sellables = list_sellables(ids, currency, at) if ids else {}
    left = list_available_to_sell(ids, None, at=at) if ids else {}
    return {
        post_id: [
            shown
            for tag in mine
            if (
                shown := _good(
                    tag, [sellables[each] for each in ordered.get(tag.product_id, ()) if each in sellables], left
                )
            )
        ]
        for post_id, mine in tags.items()
    }


def _good(tag: PostProduct, variants: Sequence[Sellable], left: Mapping[UUID, int]) -> dict[str, Any] | None:
    """None for what is not sold any more."""
    offered = [each for each in variants if each.is_sellable and each.price_minor is not None]
    if not offered:
        return None
    # The very thing on the picture where it is said, else the first of its sizes and colours.
    first = next((each for each in offered if each.variant_id == tag.variant_id), offered[0])
    sizes = [_variant(each, left) for each in offered]
    return {
        "product_id": str(tag.product_id),
        "variant_id": str(first.variant_id),
        "sku": first.sku,
        "slug": first.slug,
        "name": first.product_name,
        "variant_name": first.variant_name,
        "image_url": first.image_url,
        **_price(first),
        "available": sum(max(0, left.get(each.variant_id, 0)) for each in offered),
        "in_stock": any(each["in_stock"] for each in sizes),
        "variants": sizes,
    }


def _variant(each: Sellable, left: Mapping[UUID, int]) -> dict[str, Any]:
    available = max(0, left.get(each.variant_id, 0))
    return {
        "variant_id": str(each.variant_id),
        "sku": each.sku,
        "name": each.variant_name,
        "options": dict(each.options),
        "price": {"amount_minor": each.price_minor, "currency": each.currency},
        "available": available,
        "in_stock": available > 0 or each.stock_policy != StockPolicy.TRACKED,
    }


def _price(each: Sellable) -> dict[str, Any]:
    return {
        "price": {"amount_minor": each.price_minor, "currency": each.currency},
        "list_price": {"amount_minor": each.list_price_minor or each.price_minor, "currency": each.currency},
        "sale": (each.list_price_minor or 0) > (each.price_minor or 0),
    }
