"""SKUs as other systems name variants."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from stores.errors import UnknownSku


def get_variant_ids(skus: Iterable[str]) -> dict[str, UUID]:
    """Variants by SKU, one statement. Raises UnknownSku, naming all that are unknown."""
    wanted = sorted(set(skus))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sku, id FROM catalog_variant WHERE sku = ANY(%s::text[])", [wanted])
        found = dict(cursor.fetchall())
    if unknown := [sku for sku in wanted if sku not in found]:
        raise UnknownSku(skus=unknown, pointer="/sku")
    return found
