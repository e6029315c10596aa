"""New rows by COPY: several times what an INSERT with as many parameters takes, inside the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from catalog.models import Product, Variant
from catalog.rules.pricing import PriceSpan

PRODUCT = (
    "id",
    "external_id",
    "slug",
    "name",
    "description",
    "vendor",
    "category_id",
    "tax_category_id",
    "status",
    "option_names",
    "attributes",
    "tags",
    "facets",
    "version",
    "created_at",
    "updated_at",
)
VARIANT = (
    "id",
    "product_id",
    "sku",
    "barcode",
    "name",
    "options",
    "stock_policy",
    "weight_grams",
    "position",
    "is_active",
)
PRICE = ("variant_id", "currency", "is_sale", "amount_minor", "valid_from", "valid_until", "created_by", "created_at")


def insert_products(products: Sequence[Product], at: datetime) -> None:
    _copy(
        "catalog_product",
        PRODUCT,
        (
            (
                row.pk,
                row.external_id,
                row.slug,
                row.name,
                row.description,
                row.vendor,
                row.category_id,
                row.tax_category_id,
                row.status,
                _json(row.option_names),
                _json(row.attributes),
                _json(row.tags),
                "{}",
                1,
                at,
                at,
            )
            for row in products
        ),
    )


def insert_variants(variants: Sequence[Variant]) -> None:
    _copy(
        "catalog_variant",
        VARIANT,
        (
            (
                row.pk,
                row.product_id,
                row.sku,
                row.barcode,
                row.name,
                _json(row.options),
                row.stock_policy,
                row.weight_grams,
                row.position,
                row.is_active,
            )
            for row in variants
        ),
    )


def insert_prices(prices: Iterable[tuple[Variant, str, PriceSpan]], created_by: str, at: datetime) -> None:
    _copy(
        "catalog_price",
        PRICE,
        (
            (variant.pk, currency, span.is_sale, span.amount_minor, span.valid_from, span.valid_until, created_by, at)
            for variant, currency, span in prices
        ),
    )


def insert_documents(rows: Sequence[tuple[Any, ...]]) -> None:
    """Documents of products and currencies that have none; the products are locked, so nobody else makes them now."""
    if rows:
        _copy("catalog_productdocument", ("product_id", "currency", "body", "card", "price_minor", "until"), rows)


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    # Django knows nothing of COPY: what the database refuses must still come as Django's IntegrityError.
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
