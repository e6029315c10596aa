"""What a page or another system calls a product, in our own books."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection

# A variant by what is printed on it is surer than a product by its name in an address.
FIND = """
SELECT v.sku, v.barcode, v.id::text, v.product_id, v.id FROM catalog_variant AS v
 WHERE v.sku = ANY(%(names)s) OR v.barcode = ANY(%(names)s) OR v.id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT p.slug, p.external_id, p.id::text, p.id, NULL FROM catalog_product AS p
 WHERE p.slug = ANY(%(names)s) OR p.external_id = ANY(%(names)s) OR p.id = ANY(%(ids)s::uuid[])
"""


class CatalogThings:
    def find(self, names: Sequence[str]) -> Mapping[str, tuple[UUID, UUID | None]]:
        wanted = set(names)
        if not wanted:
            return {}
        found: dict[str, tuple[UUID, UUID | None]] = {}
        with connection.cursor() as cursor:
            cursor.execute(FIND, {"names": list(wanted), "ids": [i for i in map(_id, wanted) if i is not None]})
            for *called, product_id, variant_id in cursor.fetchall():
                for name in called:
                    if name in wanted and (name not in found or found[name][1] is None):
                        found[name] = (product_id, variant_id)
        return found


def _id(name: str) -> UUID | None:
    try:
        return UUID(name) if len(name) == 36 else None
    except ValueError:
        return None
