"""The demo brand's range and what of it lies where."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from catalog.models import TaxCategory, Variant
from catalog.services.batches import put_products
from catalog.services.categories import create_category
from catalog.services.data import ImageData, PriceData, ProductData, VariantData
from catalog.services.relations import Relations, put_relations
from catalog.states import ProductStatus, RelationKind
from demo.catalogue import Product, load_catalogue
from demo.places import PLACES
from omnichannel.kernel.context import Context
from stores.models import StockLevel, Store
from stores.services.stock import receive_stock


def load_range(*, by: Context, at: datetime) -> dict[str, UUID]:
    """Make categories and products with prices, pictures and relations; return variant ids by SKU."""
    catalogue = load_catalogue()
    for tax in catalogue.tax_categories:
        TaxCategory.objects.get_or_create(code=tax.code, defaults={"name": tax.name})
    paths: dict[str, UUID] = {}
    for position, category in enumerate(catalogue.categories):
        parent = paths[category.parent] if category.parent else None
        slug = category.path.rpartition("/")[2]
        paths[category.path] = create_category(name=category.name, slug=slug, parent_id=parent, position=position).id
    results = put_products(items=[_described(product, at) for product in catalogue.products], by=by, at=at)
    ids = {}
    for product, result in zip(catalogue.products, results, strict=True):
        if result.error or result.product_id is None:
            raise RuntimeError(f"{product.slug}: {result.error}")
        ids[product.slug] = result.product_id
    put_relations(
        relations=[
            Relations(ids[product.slug], kind, [ids[slug] for slug in slugs])
            for product in catalogue.products
            for kind, slugs in (
                (RelationKind.COMPLEMENTARY, product.complementary),
                (RelationKind.ACCESSORY, product.accessory),
                (RelationKind.SIMILAR, product.similar),
            )
            if slugs
        ],
        by=by,
        at=at,
    )
    return dict(Variant.objects.values_list("sku", "id"))


def load_stock(*, stores: Mapping[str, Store], variants: Mapping[str, UUID], by: Context, at: datetime) -> None:
    """Fill the shelves as of `at`; each place by its share, a few variants short so that screens have something to say."""
    chance = random.Random(11)
    aisles = {product.slug: index % 9 + 1 for index, product in enumerate(load_catalogue().products)}
    for place in PLACES:
        lines = {}
        for product in load_catalogue().products:
            for variant in product.variants:
                units = (
                    chance.randrange(0, 3)
                    if chance.random() < 0.06
                    else round(chance.uniform(4, 11) * place.stock_share)
                )
                if units > 0:
                    lines[variants[variant.sku]] = units
        receive_stock(
            store_id=stores[place.code].id, lines=lines, reference_kind="demo", reason="Opening stock", by=by, at=at
        )
    by_product: dict[int, list[UUID]] = {}
    for product in load_catalogue().products:
        by_product.setdefault(aisles[product.slug], []).extend(variants[v.sku] for v in product.variants)
    for aisle, ids in by_product.items():
        StockLevel.objects.filter(variant_id__in=ids, store__kind="shop").update(location=f"aisle {aisle}")


def _described(product: Product, at: datetime) -> ProductData:
    return ProductData(
        external_id=f"demo-{product.slug}",
        slug=product.slug,
        name=product.name,
        description=product.description,
        vendor="Marram",
        category_path=product.category,
        tax_category=product.tax_category,
        status=ProductStatus.ACTIVE,
        option_names=product.option_names,
        attributes=product.attributes,
        tags=list(product.tags),
        images=[
            ImageData(url=settings.STATIC_URL + picture.path, alt=picture.alt, options=picture.options)
            for picture in product.pictures
        ],
        variants=[
            VariantData(
                sku=variant.sku,
                barcode=variant.barcode,
                name=variant.name,
                options=variant.options,
                weight_grams=product.weight_grams,
                prices=_prices(product, at),
            )
            for variant in product.variants
        ],
    )


def _prices(product: Product, at: datetime) -> list[PriceData]:
    prices = [
        PriceData(currency=currency, amount_minor=amount, valid_from=at)
        for currency, amount in product.prices_minor.items()
    ]
    for currency in product.prices_minor:
        if sale := product.sale_price_minor(currency):
            prices.append(
                PriceData(
                    currency=currency,
                    amount_minor=sale,
                    is_sale=True,
                    valid_from=at,
                    valid_until=at + timedelta(days=60),
                )
            )
    return prices
