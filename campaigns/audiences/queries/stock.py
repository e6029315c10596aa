"""Which products can be had now."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from catalog.models import Variant
from catalog.states import ProductStatus, StockPolicy
from stores.queries.levels import list_available_to_sell


def list_products_in_stock(product_ids: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Those of which at least one variant may be sold for shipping. Two statements."""
    rows = list(
        Variant.objects.filter(
            product_id__in=product_ids, is_active=True, product__status=ProductStatus.ACTIVE
        ).values_list("pk", "product_id", "stock_policy")
    )
    tracked = [pk for pk, _, policy in rows if policy == StockPolicy.TRACKED]
    left = list_available_to_sell(tracked, None, at=at) if tracked else {}
    return {product_id for pk, product_id, policy in rows if policy != StockPolicy.TRACKED or left.get(pk, 0) > 0}
