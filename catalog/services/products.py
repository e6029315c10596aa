"""Products with their variants: one way in for staff, integrations and imports, for one product or a thousand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from catalog.errors import (
    BarcodeInvalid,
    BarcodeTaken,
    CategoryUnknown,
    OptionsMismatch,
    SkuTaken,
    SlugTaken,
    StateMoveInvalid,
    TaxCategoryUnknown,
)
from catalog.facts import ProductUpdated
from catalog.models import Category, Product, TaxCategory, Variant
from catalog.queries.documents import as_uuid, find_product_id
from catalog.rules.barcodes import is_valid_barcode
from catalog.services.batches import put_products
from catalog.services.data import ProductData, VariantData
from catalog.services.documents import publish_products
from catalog.services.locking import lock_product
from catalog.services.prices import apply_prices, find_variant, plan_prices
from catalog.states import MOVES, ProductStatus
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound


def create_product(*, data: ProductData, by: Context, at: datetime) -> Product:
    """Add a product with its variants, prices and pictures.

    Emits   ProductCreated, PriceChanged.
    Raises  ExternalIdTaken, SlugTaken, SkuTaken, BarcodeTaken, BarcodeInvalid, OptionsMismatch, CategoryUnknown,
            TaxCategoryUnknown, PriceInPast.
    """
    with transaction.atomic():
        [result] = put_products(items=[data], by=by, at=at, create_only=True)
        product_id = result.accepted()
    return Product.objects.get(pk=product_id)


def put_product(
    *, ref: str = "", data: ProductData, expected_version: int | None = None, by: Context, at: datetime
) -> tuple[Product, bool]:
    """Make the product of this external id what `data` says, adding it where it is missing: safe to repeat.

    ref      an id, slug or external id it may be known by already; it then keeps its external id.
    Answers whether it was created. Variants not named stay as they are.
    Raises   as create_product, and NotFound, Stale when a version was expected.
    """
    with transaction.atomic():
        known = find_product_id(ref) if ref else None
        if known is not None:
            product = lock_product(known, expected_version)
            data = replace(data, external_id=product.external_id, slug=product.slug)
        elif expected_version is not None or as_uuid(ref):
            raise NotFound()
        [result] = put_products(items=[data], by=by, at=at)
        product_id = result.accepted()
    return Product.objects.get(pk=product_id), result.created


def update_product(
    *, product_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None, by: Context, at: datetime
) -> Product:
    """Change fields of a product: name, slug, description, vendor, category_path, tax_category, attributes, tags, status.

    Locks   the product.
    Emits   ProductUpdated with the names of what changed; nothing when nothing does.
    Raises  NotFound, Stale, SlugTaken, CategoryUnknown, TaxCategoryUnknown, StateMoveInvalid.
    """
    with transaction.atomic():
        product = lock_product(product_id, expected_version)
        values = dict(changes)
        if "category_path" in values:
            path = values.pop("category_path")
            category = Category.objects.filter(path=path).first() if path else None
            if path and category is None:
                raise CategoryUnknown(pointer="/category_path")
            values["category_id"] = category.pk if category else None
        if "tax_category" in values:
            values["tax_category_id"] = values.pop("tax_category")
            if not TaxCategory.objects.filter(pk=values["tax_category_id"]).exists():
                raise TaxCategoryUnknown(pointer="/tax_category")
        if "slug" in values and Product.objects.filter(slug=values["slug"]).exclude(pk=product.pk).exists():
            raise SlugTaken(pointer="/slug")
        if "status" in values:
            check_move(product.status, values["status"])
        changed = sorted(name for name, value in values.items() if getattr(product, name) != value)
        if changed:
            for name in changed:
                setattr(product, name, values[name])
            product.save(update_fields=changed)
            record(
                ProductUpdated(product_id=product.pk, changed=tuple(name.removesuffix("_id") for name in changed)),
                by=by,
                at=at,
            )
            publish_products([product.pk], at=at)
            product.refresh_from_db(fields=["version", "updated_at"])
    return product


def check_move(current: str, wanted: str) -> None:
    """Raises StateMoveInvalid."""
    if wanted != current and wanted not in MOVES[ProductStatus(current)]:
        raise StateMoveInvalid(status=current, wanted=wanted)


def add_variant(
    *, product_id: UUID, data: VariantData, expected_version: int | None = None, by: Context, at: datetime
) -> Variant:
    """Add a variant, with prices, to a product.

    Locks   the product.
    Emits   ProductUpdated (`variants`), PriceChanged.
    Raises  NotFound, Stale, SkuTaken, BarcodeTaken, BarcodeInvalid, OptionsMismatch, PriceInPast.
    """
    with transaction.atomic():
        product = lock_product(product_id, expected_version)
        options = dict(data.options or {})
        siblings = list(Variant.objects.filter(product=product))
        if set(options) != set(product.option_names) or any(row.options == options for row in siblings):
            raise OptionsMismatch(pointer="/options")
        check_codes(sku=data.sku, barcode=data.barcode, variant_id=None)
        variant = Variant.objects.create(
            product=product,
            sku=data.sku,
            barcode=data.barcode,
            name=data.name or ", ".join(options.values()),
            options=options,
            stock_policy=data.stock_policy,
            weight_grams=data.weight_grams,
            is_active=data.is_active,
            position=len(siblings),
        )
        apply_prices(
            plan_prices([(variant, data.prices)], at), new=frozenset({variant.pk}), by=by, at=at, publish=False
        )
        record(ProductUpdated(product_id=product.pk, changed=("variants",)), by=by, at=at)
        publish_products([product.pk], at=at)
    return variant


def update_variant(
    *, variant_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None, by: Context, at: datetime
) -> Variant:
    """Change fields of a variant: sku, barcode, name, options, stock_policy, weight_grams, position, is_active.

    Locks   the product.
    Emits   ProductUpdated (`variants`); nothing when nothing changes.
    Raises  NotFound, Stale, SkuTaken, BarcodeTaken, BarcodeInvalid, OptionsMismatch.
    """
    with transaction.atomic():
        product = lock_product(find_variant(variant_id).product_id, expected_version)
        variant = find_variant(variant_id)
        changed = sorted(name for name, value in changes.items() if getattr(variant, name) != value)
        if not changed:
            return variant
        if "options" in changed:
            siblings = Variant.objects.filter(product=product).exclude(pk=variant.pk)
            if set(changes["options"]) != set(product.option_names) or any(
                row.options == changes["options"] for row in siblings
            ):
                raise OptionsMismatch(pointer="/options")
        check_codes(sku=changes.get("sku"), barcode=changes.get("barcode"), variant_id=variant.pk)
        for name in changed:
            setattr(variant, name, changes[name])
        variant.save(update_fields=changed)
        record(ProductUpdated(product_id=product.pk, changed=("variants",)), by=by, at=at)
        publish_products([product.pk], at=at)
    return variant


def check_codes(*, sku: str | None, barcode: str | None, variant_id: UUID | None) -> None:
    """Raises SkuTaken, BarcodeInvalid, BarcodeTaken. The constraints judge races."""
    others = Variant.objects.exclude(pk=variant_id) if variant_id else Variant.objects.all()
    if sku and others.filter(sku=sku).exists():
        raise SkuTaken(pointer="/sku", sku=sku)
    if barcode and not is_valid_barcode(barcode):
        raise BarcodeInvalid(pointer="/barcode", barcode=barcode)
    if barcode and others.filter(barcode=barcode).exists():
        raise BarcodeTaken(pointer="/barcode", barcode=barcode)
