"""What goes with a product, what is like it, what belongs to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog.errors import RelationInvalid
from catalog.facts import ProductUpdated
from catalog.models import Product, ProductRelation
from catalog.services.documents import publish_products
from catalog.services.locking import lock_product
from omnichannel.events.services import record
from omnichannel.kernel.context import Context


def set_relations(
    *,
    product_id: UUID,
    kind: str,
    related_ids: Sequence[UUID],
    expected_version: int | None = None,
    by: Context,
    at: datetime,
) -> Product:
    """Make these, in this order, the product's relations of one kind; an empty list removes them.

    Locks   the product.
    Emits   ProductUpdated (`relations`); nothing when they stand already.
    Raises  NotFound, Stale, RelationInvalid.
    """
    with transaction.atomic():
        product = lock_product(product_id, expected_version)
        wanted = list(dict.fromkeys(related_ids))
        if product.pk in wanted or Product.objects.filter(pk__in=wanted).count() != len(wanted):
            raise RelationInvalid(pointer="/related")
        there = ProductRelation.objects.filter(product=product, kind=kind).order_by("position", "id")
        if list(there.values_list("related_id", flat=True)) == wanted:
            return product
        there.delete()
        ProductRelation.objects.bulk_create(
            ProductRelation(product=product, related_id=related_id, kind=kind, position=position)
            for position, related_id in enumerate(wanted)
        )
        record(ProductUpdated(product_id=product.pk, changed=("relations",)), by=by, at=at)
        publish_products([product.pk], at=at)
        product.refresh_from_db(fields=["version"])
    return product
