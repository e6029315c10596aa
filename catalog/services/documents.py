"""A product's public JSON, search words and facets: made when something is written, kept until a price begins or ends.

Any number of products in a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from catalog.facts import ProductUpdated
from catalog.models import Price, Product, ProductDocument, ProductImage, ProductRelation, Variant
from catalog.queries.sellables import image_address
from catalog.rules.documents import ImagePart, ProductParts, VariantPart, build_document, facets_of
from catalog.rules.pricing import PriceSpan
from catalog.rules.words import fold
from catalog.services.copying import insert_documents
from catalog.states import ProductStatus
from omnichannel.brand.models import BrandKit
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.locks import lock_rows

# A tsvector holds a megabyte; nobody searches for the last word of a long description.
SEARCHED_DESCRIPTION = 10_000
_SEPARATOR = "\x1f"

STORE_SEARCH = """
UPDATE catalog_product p
   SET version = n.version,
       updated_at = %(at)s,
       facets = string_to_array(n.facets, E'\\x1f'),
       search = setweight(to_tsvector('simple', n.names) || to_tsvector('english', n.names), 'A')
             || setweight(to_tsvector('simple', n.kinds) || to_tsvector('english', n.kinds), 'B')
             || setweight(to_tsvector('simple', n.story) || to_tsvector('english', n.story), 'D')
  FROM unnest(%(ids)s::uuid[], %(versions)s::int[], %(facets)s::text[], %(names)s::text[], %(kinds)s::text[], %(story)s::text[])
    AS n (id, version, facets, names, kinds, story)
 WHERE p.id = n.id
"""
STORE_DOCUMENTS = """
UPDATE catalog_productdocument d
   SET body = n.body, card = n.card, price_minor = n.price_minor, until = n.until
  FROM unnest(%(ids)s::uuid[], %(currencies)s::text[], %(bodies)s::text[], %(cards)s::text[],
              %(prices)s::bigint[], %(untils)s::timestamptz[])
    AS n (product_id, currency, body, card, price_minor, until)
 WHERE d.product_id = n.product_id AND d.currency = n.currency
"""


def publish_products(product_ids: Iterable[UUID], *, at: datetime) -> None:
    """After a write: new version, new documents. Joins the caller's transaction, which holds the products' locks."""
    _rebuild(sorted(set(product_ids)), at=at, written=True)


def refresh_documents(*, product_ids: Iterable[UUID], at: datetime) -> None:
    """Make documents anew whose time has come; the version moves only where something shown has changed.

    Locks   the products, in order of their keys.
    Emits   ProductUpdated (`price`) for those that now show another price.
    """
    with transaction.atomic():
        _rebuild(sorted(set(product_ids)), at=at, written=False)


def mark_stale(*, product_ids: Iterable[UUID], at: datetime) -> None:
    """Have these documents made anew by the next read or sweep. Locks the products first, as every writer does."""
    with transaction.atomic():
        ids = [row.pk for row in lock_rows(Product.objects.filter(pk__in=set(product_ids)).only("pk"))]
        ProductDocument.objects.filter(product__in=ids).update(until=at)


def list_due(*, at: datetime, limit: int) -> list[UUID]:
    """Products whose documents have outlived their time."""
    due = (
        ProductDocument.objects.filter(until__lte=at)
        .order_by("until")
        .values_list("product_id", flat=True)[: limit * 2]
    )
    return list(dict.fromkeys(due))[:limit]


def _rebuild(product_ids: list[UUID], *, at: datetime, written: bool) -> None:
    if not product_ids:
        return
    locked = list(lock_rows(Product.objects.filter(pk__in=product_ids).only("pk")).values_list("pk", flat=True))
    parts = _load_parts(locked, at)
    stored = {
        (row["product_id"], row["currency"]): (row["body"], row["card"])
        for row in ProductDocument.objects.filter(product__in=locked).values("product_id", "currency", "body", "card")
    }
    kit = BrandKit.objects.filter(pk=1).values_list("default_currency", "currencies").first() or ("USD", [])
    shop_currencies = {kit[0], *kit[1]}
    shown_in: dict[UUID, set[str]] = defaultdict(set)
    for product_id, currency in stored:
        shown_in[product_id].add(currency)
    rows: list[tuple[Any, ...]] = []
    moved: dict[UUID, ProductParts] = {}
    repriced: list[UUID] = []
    for product_id in locked:
        product = parts[product_id]
        priced_in = {currency for variant in product.variants for currency in variant.prices}
        currencies = sorted(shop_currencies | priced_in | shown_in[product_id])
        built = {currency: build_document(product, currency, at) for currency in currencies}
        if written or any(
            _dump(one.body) != stored.get((product_id, currency), ("", ""))[0] for currency, one in built.items()
        ):
            product = replace(product, version=product.version + 1)
            moved[product_id] = product
        for currency, one in built.items():
            card = _dump(one.card)
            if not written and card != stored.get((product_id, currency), ("", card))[1]:
                repriced.append(product_id)
            body = _dump(one.body | {"version": product.version})
            rows.append((product_id, currency, body, card, one.price_minor, one.until))
    _store_search(moved, at)
    _store_documents([row for row in rows if row[:2] in stored])
    insert_documents([row for row in rows if row[:2] not in stored])
    if repriced:
        facts = [ProductUpdated(product_id=product_id, changed=("price",)) for product_id in dict.fromkeys(repriced)]
        record(*facts, by=SYSTEM, at=at)


def _store_search(moved: Mapping[UUID, ProductParts], at: datetime) -> None:
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            STORE_SEARCH,
            {
                "at": at,
                "ids": list(moved),
                "versions": [product.version for product in moved.values()],
                "facets": [_SEPARATOR.join(facets_of(product)) for product in moved.values()],
                "names": [_searched_names(product) for product in moved.values()],
                "kinds": [_searched_kinds(product) for product in moved.values()],
                "story": [fold(product.description[:SEARCHED_DESCRIPTION]) for product in moved.values()],
            },
        )


def _store_documents(rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    names = ("ids", "currencies", "bodies", "cards", "prices", "untils")
    with connection.cursor() as cursor:
        cursor.execute(STORE_DOCUMENTS, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _load_parts(product_ids: list[UUID], at: datetime) -> dict[UUID, ProductParts]:
    """The parts of these products and, one step further, of those they are related to."""
    relations = list(
        ProductRelation.objects.filter(product__in=product_ids, related__status=ProductStatus.ACTIVE)
        .order_by("kind", "position", "id")
        .values_list("product_id", "kind", "related_id")
    )
    wanted = {*product_ids, *(related for _, _, related in relations)}
    variants = _load_variants(wanted, at)
    images: dict[UUID, list[ImagePart]] = defaultdict(list)
    for row in ProductImage.objects.filter(product__in=wanted).order_by("position", "id"):
        images[row.product_id].append(ImagePart(image_address(row.file.name, row.url), row.alt, row.variant_options))
    parts = {
        row.pk: ProductParts(
            id=row.pk,
            slug=row.slug,
            name=row.name,
            description=row.description,
            vendor=row.vendor,
            status=row.status,
            category_path=row.category.path if row.category else "",
            category_name=row.category.name if row.category else "",
            option_names=row.option_names,
            attributes=row.attributes,
            tags=row.tags,
            version=row.version,
            variants=variants[row.pk],
            images=images[row.pk],
        )
        for row in Product.objects.filter(pk__in=wanted).select_related("category").defer("search", "facets")
    }
    related_by: dict[UUID, dict[str, list[ProductParts]]] = defaultdict(lambda: defaultdict(list))
    for product_id, kind, related_id in relations:
        related_by[product_id][kind].append(parts[related_id])
    return {
        product_id: replace(parts[product_id], relations=related_by.get(product_id, {})) for product_id in product_ids
    }


def _load_variants(product_ids: Iterable[UUID], at: datetime) -> dict[UUID, list[VariantPart]]:
    rows = list(Variant.objects.filter(product__in=product_ids, is_active=True).order_by("position", "sku"))
    prices: dict[UUID, dict[str, list[PriceSpan]]] = defaultdict(lambda: defaultdict(list))
    spans = Price.objects.filter(variant__product__in=product_ids, withdrawn_at=None).exclude(valid_until__lte=at)
    for variant_id, currency, amount, since, until, is_sale, price_id in spans.values_list(
        "variant_id", "currency", "amount_minor", "valid_from", "valid_until", "is_sale", "id"
    ):
        prices[variant_id][currency].append(PriceSpan(amount, since, until, is_sale, price_id))
    found: dict[UUID, list[VariantPart]] = defaultdict(list)
    for row in rows:
        found[row.product_id].append(
            VariantPart(row.pk, row.sku, row.barcode, row.name, row.options, row.stock_policy, prices.get(row.pk, {}))
        )
    return found


def _searched_names(product: ProductParts) -> str:
    codes = (text for variant in product.variants for text in (variant.sku, variant.barcode or ""))
    return fold(" ".join((product.name, *codes)))


def _searched_kinds(product: ProductParts) -> str:
    values = (str(value) for variant in product.variants for value in variant.options.values())
    attributes = (value for value in product.attributes.values() if isinstance(value, str))
    words = (product.vendor, product.category_name, product.category_path, *product.tags, *attributes, *values)
    return fold(" ".join(dict.fromkeys(str(word) for word in words)))


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()
