"""What carts, orders and stores ask of the catalogue: one statement each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.core.files.storage import default_storage
from django.db import connection

from catalog.rules.barcodes import same_gtin
from catalog.rules.sellable import Sellable


@dataclass(frozen=True, slots=True)
class VariantInfo:
    """A variant as somebody with a code in hand wants to know it."""

    variant_id: UUID
    product_id: UUID
    sku: str
    barcode: str | None
    product_name: str
    variant_name: str
    options: Mapping[str, str]
    slug: str


# A SKU wins over a barcode, and the code as it was read over the same GTIN with other leading zeros.
FIND_BY_CODE = """
SELECT v.id, v.product_id, v.sku, v.barcode, p.name, v.name, v.options, p.slug
  FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id
 WHERE (v.sku = %(code)s OR v.barcode = ANY(%(barcodes)s::text[]))
   AND v.is_active
   AND p.status = 'active'
 ORDER BY v.sku = %(code)s DESC, v.barcode = %(code)s DESC NULLS LAST, v.id
 LIMIT 1
"""

# The picture is the first that fits the variant's options; one made for them comes before one made for all.
# Spans of one kind never overlap (constraint price_spans_apart), so max() picks the only one that holds.
LIST_SELLABLES = """
SELECT v.id, v.product_id, v.sku, v.barcode, p.name, v.name, v.options, p.slug, i.file, i.url,
       p.tax_category_id, coalesce(c.path, ''), v.stock_policy, v.weight_grams,
       v.is_active AND p.status = 'active',
       r.list_minor, coalesce(r.sale_minor, r.list_minor), coalesce(r.sale_id, r.list_id), r.until
  FROM catalog_variant v
  JOIN catalog_product p ON p.id = v.product_id
  LEFT JOIN catalog_category c ON c.id = p.category_id
  LEFT JOIN LATERAL (
       SELECT file, url
         FROM catalog_productimage
        WHERE product_id = p.id AND v.options @> variant_options
        ORDER BY variant_options <> '{}' DESC, position, id
        LIMIT 1
  ) i ON true
  CROSS JOIN LATERAL (
       SELECT max(amount_minor) FILTER (WHERE NOT is_sale AND valid_from <= %(at)s) AS list_minor,
              max(id)           FILTER (WHERE NOT is_sale AND valid_from <= %(at)s) AS list_id,
              max(amount_minor) FILTER (WHERE is_sale AND valid_from <= %(at)s) AS sale_minor,
              max(id)           FILTER (WHERE is_sale AND valid_from <= %(at)s) AS sale_id,
              least(min(valid_from) FILTER (WHERE valid_from > %(at)s), min(valid_until)) AS until
         FROM catalog_price
        WHERE variant_id = v.id AND currency = %(currency)s AND withdrawn_at IS NULL
          AND (valid_until IS NULL OR valid_until > %(at)s)
  ) r
 WHERE v.id = ANY(%(ids)s::uuid[])
    OR v.sku = ANY(%(codes)s::text[])
    OR v.barcode = ANY(%(barcodes)s::text[])
"""


def find_variant_by_code(code: str) -> VariantInfo | None:
    """The active variant with this SKU or barcode. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(FIND_BY_CODE, {"code": code, "barcodes": same_gtin(code)})
        row = cursor.fetchone()
    if row is None:
        return None
    variant_id, product_id, sku, barcode, product_name, variant_name, options, slug = row
    return VariantInfo(variant_id, product_id, sku, barcode, product_name, variant_name, orjson.loads(options), slug)


def list_sellables(
    variant_ids: Sequence[UUID], currency: str, at: datetime, *, codes: Sequence[str] = ()
) -> dict[UUID, Sellable]:
    """Each variant as it may be sold at `at`; unknown ids are absent. One statement.

    codes   SKUs or barcodes to find as well; `match_code` says which of the answer each of them means.
    """
    barcodes = [same for code in codes for same in same_gtin(code)]
    with connection.cursor() as cursor:
        cursor.execute(
            LIST_SELLABLES,
            {"ids": list(variant_ids), "codes": list(codes), "barcodes": barcodes, "currency": currency, "at": at},
        )
        rows = cursor.fetchall()
    return {
        row[0]: Sellable(
            variant_id=row[0],
            product_id=row[1],
            sku=row[2],
            barcode=row[3],
            product_name=row[4],
            variant_name=row[5],
            options=orjson.loads(row[6]),
            slug=row[7],
            image_url=image_address(row[8], row[9]),
            tax_category=row[10],
            category_path=row[11],
            stock_policy=row[12],
            weight_grams=row[13],
            is_sellable=row[14],
            currency=currency,
            list_price_minor=row[15],
            price_minor=row[16],
            price_id=row[17],
            price_until=row[18],
        )
        for row in rows
    }


def match_code(code: str, sellables: Iterable[Sellable]) -> Sellable | None:
    """The one with this SKU, else with this barcode as it was read, else with the same GTIN."""
    candidates = list(sellables)
    same = set(same_gtin(code))
    return (
        next((each for each in candidates if each.sku == code), None)
        or next((each for each in candidates if each.barcode == code), None)
        or next((each for each in candidates if each.barcode in same), None)
    )


def image_address(file: str | None, url: str | None) -> str:
    """Where a picture is: an uploaded file's address in its storage, else the address given."""
    return default_storage.url(file) if file else url or ""
