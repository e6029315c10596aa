"""One product as its public JSON: one statement, nothing serialised."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from catalog.models import Product
from omnichannel.kernel.errors import NotFound

# The default currency is asked in the same statement: it may change at any moment, and one row costs nothing.
_READ = """
SELECT p.id, p.version, d.body, d.until IS NULL OR d.until > %(at)s
  FROM catalog_product p
  LEFT JOIN catalog_productdocument d
    ON d.product_id = p.id
   AND d.currency = coalesce(%(currency)s::text, (SELECT default_currency FROM brand_brandkit WHERE id = 1), 'USD')
 WHERE {which} AND (p.status = 'active' OR %(everything)s::bool)
"""
READ_BY_ID = _READ.format(which="p.id = %(ref)s::uuid")
READ_BY_NAME = _READ.format(
    which="p.id = (SELECT id FROM catalog_product WHERE slug = %(ref)s OR external_id = %(ref)s ORDER BY slug = %(ref)s DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """`body` is None when there is none in this currency; not `fresh` when its time is over."""

    product_id: UUID
    version: int
    body: str | None
    fresh: bool


def find_document(ref: str, *, currency: str | None, everything: bool, at: datetime) -> StoredDocument | None:
    """By id, slug or external id; drafts and archived ones only when `everything`."""
    product_id = as_uuid(ref)
    with connection.cursor() as cursor:
        cursor.execute(
            READ_BY_ID if product_id else READ_BY_NAME,
            {"ref": product_id or ref, "currency": currency, "everything": everything, "at": at},
        )
        row = cursor.fetchone()
    return StoredDocument(*row) if row else None


def get_product_id(ref: str) -> UUID:
    """The product's key by id, slug or external id. Raises NotFound."""
    found = find_product_id(ref)
    if found is None:
        raise NotFound()
    return found


def find_product_id(ref: str) -> UUID | None:
    """The product's key by id, slug or external id; a slug wins."""
    product_id = as_uuid(ref)
    if product_id:
        return Product.objects.filter(pk=product_id).values_list("pk", flat=True).first()
    rows = dict(Product.objects.filter(Q(slug=ref) | Q(external_id=ref)).values_list("slug", "pk"))
    return rows.get(ref) or next(iter(rows.values()), None)


def as_uuid(text: str) -> UUID | None:
    """Only the canonical form: a slug may be 32 letters and digits too."""
    if len(text) != 36:
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
