"""What goes with a product, what is like it, what belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from omnichannel.kernel.locks import lock_rows


@dataclass(frozen=True, slots=True)
class Relations:
    """All relations of one kind of one product, in this order."""

    product_id: UUID
    kind: str
    related_ids: Sequence[UUID]


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
        put_relations(relations=[Relations(product.pk, kind, related_ids)], by=by, at=at)
        product.refresh_from_db(fields=["version"])
    return product


def put_relations(*, relations: Sequence[Relations], by: Context, at: datetime) -> None:
    """The same for many products at once, in as many statements as for one.

    Locks   the products, in order of their keys.
    Emits   ProductUpdated (`relations`) for each product whose relations change.
    Raises  RelationInvalid for an unknown product, or one that is to be related to itself.
    """
    wanted = {(each.product_id, each.kind): list(dict.fromkeys(each.related_ids)) for each in relations}
    products = {product_id for product_id, _ in wanted}
    named = products.union(*wanted.values())
    with transaction.atomic():
        list(lock_rows(Product.objects.filter(pk__in=products).only("pk")))
        known = set(Product.objects.filter(pk__in=named).values_list("pk", flat=True))
        if named != known or any(product_id in related for (product_id, _), related in wanted.items()):
            raise RelationInvalid(pointer="/related")
        there: dict[tuple[UUID, str], list[ProductRelation]] = {}
        for row in ProductRelation.objects.filter(product__in=products).order_by("position", "id"):
            there.setdefault((row.product_id, row.kind), []).append(row)
        changed = {
            key: related for key, related in wanted.items() if [row.related_id for row in there.get(key, [])] != related
        }
        gone = [row.pk for key in changed for row in there.get(key, [])]
        ProductRelation.objects.filter(pk__in=gone).delete()
        ProductRelation.objects.bulk_create(
            ProductRelation(product_id=product_id, related_id=related_id, kind=kind, position=position)
            for (product_id, kind), related in changed.items()
            for position, related_id in enumerate(related)
        )
        touched = list(dict.fromkeys(product_id for product_id, _ in changed))
        record(*(ProductUpdated(product_id=each, changed=("relations",)) for each in touched), by=by, at=at)
        publish_products(touched, at=at)
