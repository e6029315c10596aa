"""Many products at once, in a number of statements that does not grow with them.

Each product of a batch stands for itself: one that a rule refuses is reported and the others go in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from catalog.errors import (
    BarcodeInvalid,
    BarcodeTaken,
    CategoryUnknown,
    ExternalIdTaken,
    OptionsMismatch,
    SkuTaken,
    SlugTaken,
    TaxCategoryUnknown,
)
from catalog.facts import ProductCreated, ProductUpdated
from catalog.models import Category, Product, ProductImage, TaxCategory, Variant
from catalog.rules.barcodes import is_valid_barcode
from catalog.services.copying import insert_products, insert_variants
from catalog.services.data import ImageData, PriceData, ProductData, PutResult, VariantData
from catalog.services.documents import publish_products
from catalog.services.prices import apply_prices, check_span, plan_prices
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows

_PRODUCT_FIELDS = ("name", "description", "vendor", "status", "option_names", "attributes", "tags")
_VARIANT_FIELDS = ("barcode", "name", "options", "stock_policy", "weight_grams", "is_active")


@dataclass(slots=True)
class _Standing:
    """What is there already, read once for the whole batch; the products are locked."""

    by_external_id: dict[str, Product]
    by_slug: dict[str, Product]
    by_sku: dict[str, Variant]
    by_barcode: dict[str, Variant]
    categories: dict[str, UUID]
    tax_categories: set[str]
    images: dict[UUID, list[ProductImage]]
    siblings: dict[UUID, list[Variant]]


@dataclass(slots=True)
class _Work:
    """What the batch will write."""

    new_products: list[Product] = field(default_factory=list)
    changed_products: dict[UUID, Product] = field(default_factory=dict)
    new_variants: list[Variant] = field(default_factory=list)
    changed_variants: list[Variant] = field(default_factory=list)
    new_images: list[ProductImage] = field(default_factory=list)
    dropped_images: list[int] = field(default_factory=list)
    prices: list[tuple[Variant, Sequence[PriceData]]] = field(default_factory=list)
    touched: dict[UUID, set[str]] = field(default_factory=dict)

    def touch(self, product_id: UUID, what: str) -> None:
        self.touched.setdefault(product_id, set()).add(what)


def put_products(
    *, items: Sequence[ProductData], by: Context, at: datetime, create_only: bool = False
) -> list[PutResult]:
    """Make each product what its data says: found by external id, else by slug, else added.

    create_only  one that is there already is refused.
    Locks        the products that exist, in order of their keys.
    Emits        ProductCreated, ProductUpdated, PriceChanged; nothing for what stands already.
    Answers      one result an item, in order; refused items carry their error and change nothing.
    """
    with transaction.atomic():
        standing = _read_standing(items)
        work = _Work()
        results = []
        for item in items:
            try:
                results.append(_put_one(item, standing, work, at=at, create_only=create_only))
            except DomainError as error:
                results.append(PutResult(error=error))
        _write(work, by=by, at=at)
        changed = {*work.touched, *(product.pk for product in work.new_products)}
    return [
        PutResult(result.product_id, result.created, result.product_id in changed) if result.product_id else result
        for result in results
    ]


def _read_standing(items: Sequence[ProductData]) -> _Standing:
    external_ids = {item.external_id for item in items if item.external_id}
    slugs = {item.slug or _slug(item.name) for item in items}
    skus = {variant.sku for item in items for variant in item.variants}
    barcodes = {variant.barcode for item in items for variant in item.variants if variant.barcode}
    paths = {item.category_path for item in items if item.category_path}
    products = list(
        lock_rows(Product.objects.filter(Q(external_id__in=external_ids) | Q(slug__in=slugs)).defer("search", "facets"))
    )
    ids = [product.pk for product in products]
    variants = list(
        Variant.objects.filter(Q(sku__in=skus) | Q(barcode__in=barcodes) | Q(product__in=ids)).order_by(
            "position", "sku"
        )
    )
    standing = _Standing(
        by_external_id={product.external_id: product for product in products if product.external_id},
        by_slug={product.slug: product for product in products},
        by_sku={variant.sku: variant for variant in variants},
        by_barcode={variant.barcode: variant for variant in variants if variant.barcode},
        categories=dict(Category.objects.filter(path__in=paths).values_list("path", "pk")) if paths else {},
        tax_categories=set(TaxCategory.objects.values_list("pk", flat=True)),
        images={},
        siblings={},
    )
    for variant in variants:
        standing.siblings.setdefault(variant.product_id, []).append(variant)
    if any(item.images is not None for item in items):
        for image in ProductImage.objects.filter(product__in=ids, file=""):
            standing.images.setdefault(image.product_id, []).append(image)
    return standing


def _put_one(item: ProductData, standing: _Standing, work: _Work, *, at: datetime, create_only: bool) -> PutResult:
    """Check everything first, so that a refused product leaves nothing in the batch's work."""
    product = _existing(item, standing, create_only)
    option_names = _option_names(item, product)
    _check(item, product, option_names, standing, at)
    values = _values(item, option_names, standing)
    created = product is None
    if product is None:
        product = Product(pk=uuid7(at), external_id=item.external_id, slug=_free_slug(item, standing), **values)
        product.tax_category_id = product.tax_category_id or "standard"
        work.new_products.append(product)
        if product.external_id:
            standing.by_external_id[product.external_id] = product
        standing.by_slug[product.slug] = product
    else:
        changed = [name for name, value in values.items() if getattr(product, name) != value]
        for name in changed:
            setattr(product, name, values[name])
            work.touch(product.pk, name.removesuffix("_id"))
        if changed:
            work.changed_products[product.pk] = product
    for data in item.variants:
        _put_variant(data, product, standing, work)
    if item.images is not None:
        _put_images(item.images, product, standing, work)
    return PutResult(product_id=product.pk, created=created)


def _existing(item: ProductData, standing: _Standing, create_only: bool) -> Product | None:
    product = standing.by_external_id.get(item.external_id) if item.external_id else None
    if product is None and item.slug:
        product = standing.by_slug.get(item.slug)
        if product is not None and item.external_id and product.external_id not in (None, item.external_id):
            raise SlugTaken(pointer="/slug", slug=item.slug)
    if product is not None and create_only:
        raise (ExternalIdTaken if product.external_id and product.external_id == item.external_id else SlugTaken)(
            pointer="/external_id" if product.external_id and product.external_id == item.external_id else "/slug"
        )
    return product


def _option_names(item: ProductData, product: Product | None) -> list[str]:
    if item.option_names is not None:
        return list(item.option_names)
    if product is not None and (product.option_names or not item.variants):
        return product.option_names
    return list(item.variants[0].options or {}) if item.variants else []


def _check(
    item: ProductData, product: Product | None, option_names: Sequence[str], standing: _Standing, at: datetime
) -> None:
    if item.category_path and item.category_path not in standing.categories:
        raise CategoryUnknown(pointer="/category_path", category=item.category_path)
    if item.tax_category and item.tax_category not in standing.tax_categories:
        raise TaxCategoryUnknown(pointer="/tax_category", tax_category=item.tax_category)
    named = {variant.sku for variant in item.variants}
    taken = {
        tuple(sorted(sibling.options.items()))
        for sibling in (standing.siblings.get(product.pk, []) if product else [])
        if sibling.sku not in named
    }
    seen_skus: set[str] = set()
    seen_barcodes: set[str] = set()
    for position, variant in enumerate(item.variants):
        pointer = f"/variants/{position}"
        options = dict(variant.options or {})
        key = tuple(sorted(options.items()))
        if set(options) != set(option_names) or key in taken:
            raise OptionsMismatch(pointer=f"{pointer}/options", sku=variant.sku)
        taken.add(key)
        owner = standing.by_sku.get(variant.sku)
        if variant.sku in seen_skus or (owner is not None and (product is None or owner.product_id != product.pk)):
            raise SkuTaken(pointer=f"{pointer}/sku", sku=variant.sku)
        if variant.barcode:
            if not is_valid_barcode(variant.barcode):
                raise BarcodeInvalid(pointer=f"{pointer}/barcode", barcode=variant.barcode)
            holder = standing.by_barcode.get(variant.barcode)
            if variant.barcode in seen_barcodes or (holder is not None and holder.sku != variant.sku):
                raise BarcodeTaken(pointer=f"{pointer}/barcode", barcode=variant.barcode)
            seen_barcodes.add(variant.barcode)
        seen_skus.add(variant.sku)
        for price in variant.prices:
            check_span(price, at)


def _values(item: ProductData, option_names: Sequence[str], standing: _Standing) -> dict[str, Any]:
    values: dict[str, Any] = {"name": item.name, "option_names": list(option_names)}
    for name in ("description", "vendor", "status"):
        if (value := getattr(item, name)) is not None:
            values[name] = value
    if item.attributes is not None:
        values["attributes"] = dict(item.attributes)
    if item.tags is not None:
        values["tags"] = list(item.tags)
    if item.category_path is not None:
        values["category_id"] = standing.categories.get(item.category_path)
    if item.tax_category is not None:
        values["tax_category_id"] = item.tax_category
    return values


def _put_variant(data: VariantData, product: Product, standing: _Standing, work: _Work) -> None:
    options = dict(data.options or {})
    values: Mapping[str, Any] = {
        "barcode": data.barcode,
        "name": data.name or ", ".join(options.values()),
        "options": options,
        "stock_policy": data.stock_policy,
        "weight_grams": data.weight_grams,
        "is_active": data.is_active,
    }
    variant = standing.by_sku.get(data.sku)
    if variant is None:
        siblings = standing.siblings.setdefault(product.pk, [])
        variant = Variant(product=product, sku=data.sku, position=len(siblings), **values)
        siblings.append(variant)
        work.new_variants.append(variant)
        work.touch(product.pk, "variants")
        standing.by_sku[data.sku] = variant
    elif any(getattr(variant, name) != values[name] for name in _VARIANT_FIELDS):
        if variant.barcode:
            standing.by_barcode.pop(variant.barcode, None)
        for name in _VARIANT_FIELDS:
            setattr(variant, name, values[name])
        work.changed_variants.append(variant)
        work.touch(product.pk, "variants")
    if data.barcode:
        standing.by_barcode[data.barcode] = variant
    work.prices.append((variant, data.prices))


def _put_images(images: Sequence[ImageData], product: Product, standing: _Standing, work: _Work) -> None:
    wanted = [(image.url, image.alt, dict(image.options or {})) for image in images]
    there = standing.images.get(product.pk, [])
    if [(row.url, row.alt, row.variant_options) for row in there] == wanted:
        return
    work.dropped_images += [row.pk for row in there]
    work.new_images += [
        ProductImage(product=product, url=url, alt=alt, variant_options=options, position=position)
        for position, (url, alt, options) in enumerate(wanted)
    ]
    work.touch(product.pk, "images")


def _write(work: _Work, *, by: Context, at: datetime) -> None:
    if work.new_products:
        insert_products(work.new_products, at)
    if work.changed_products:
        Product.objects.bulk_update(
            work.changed_products.values(), [*_PRODUCT_FIELDS, "category", "tax_category"], batch_size=500
        )
    if work.new_variants:
        insert_variants(work.new_variants)
    if work.changed_variants:
        Variant.objects.bulk_update(work.changed_variants, _VARIANT_FIELDS, batch_size=500)
    if work.dropped_images:
        ProductImage.objects.filter(pk__in=work.dropped_images).delete()
    if work.new_images:
        ProductImage.objects.bulk_create(work.new_images)
    changes = plan_prices(work.prices, at)
    apply_prices(changes, new=frozenset(variant.pk for variant in work.new_variants), by=by, at=at, publish=False)
    new = {product.pk for product in work.new_products}
    for change in changes:
        work.touch(change.variant.product_id, "prices")
    facts = [
        ProductCreated(product_id=product.pk, slug=product.slug, name=product.name) for product in work.new_products
    ]
    updates = [
        ProductUpdated(product_id=product_id, changed=tuple(sorted(what)))
        for product_id, what in work.touched.items()
        if product_id not in new and what != {"prices"}
    ]
    record(*facts, *updates, by=by, at=at)
    publish_products({*new, *work.touched}, at=at)


def _slug(name: str) -> str:
    return slugify(name)[:180] or "product"


def _free_slug(item: ProductData, standing: _Standing) -> str:
    wanted = item.slug or _slug(item.name)
    if wanted not in standing.by_slug:
        return wanted
    return f"{wanted[:180]}-{uuid7().hex[-10:]}"
