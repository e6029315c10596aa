"""The public JSON of a product, built from its parts: no reads, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.rules.pricing import PriceSpan, ResolvedPrice, resolve_price


@dataclass(frozen=True, slots=True)
class ImagePart:
    url: str
    alt: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VariantPart:
    """An active variant with the prices that hold or are planned, by currency."""

    id: UUID
    sku: str
    barcode: str | None
    name: str
    options: Mapping[str, str]
    stock_policy: str
    prices: Mapping[str, Sequence[PriceSpan]]


@dataclass(frozen=True, slots=True)
class ProductParts:
    id: UUID
    slug: str
    name: str
    description: str
    vendor: str
    status: str
    category_path: str
    category_name: str
    option_names: Sequence[str]
    attributes: Mapping[str, Any]
    tags: Sequence[str]
    version: int
    variants: Sequence[VariantPart] = ()
    images: Sequence[ImagePart] = ()
    relations: Mapping[str, Sequence["ProductParts"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BuiltDocument:
    """`until` is the next moment at which something shown here changes by its date."""

    body: dict[str, Any]
    card: dict[str, Any]
    price_minor: int | None
    until: datetime | None


RELATION_KINDS = ("complementary", "similar", "accessory")


def build_document(product: ProductParts, currency: str, at: datetime) -> BuiltDocument:
    prices = {variant.id: resolve_price(variant.prices.get(currency, ()), at) for variant in product.variants}
    card, until = _card(product, currency, prices)
    relations: dict[str, list[dict[str, Any]]] = {}
    for kind in RELATION_KINDS:
        relations[kind] = []
        for related in product.relations.get(kind, ()):
            related_prices = {v.id: resolve_price(v.prices.get(currency, ()), at) for v in related.variants}
            related_card, related_until = _card(related, currency, related_prices)
            relations[kind].append(related_card)
            until = _earlier(until, related_until)
    body = {
        "id": str(product.id),
        "slug": product.slug,
        "name": product.name,
        "description": product.description,
        "vendor": product.vendor,
        "status": product.status,
        "category": {"path": product.category_path, "name": product.category_name} if product.category_path else None,
        "attributes": dict(product.attributes),
        "tags": list(product.tags),
        "option_names": list(product.option_names),
        "images": [{"url": image.url, "alt": image.alt, "options": dict(image.options)} for image in product.images],
        "price": card["price"],
        "list_price": card["list_price"],
        "sale": card["sale"],
        "variants": [_variant(variant, product.images, currency, prices[variant.id]) for variant in product.variants],
        "relations": relations,
        "version": product.version,
    }
    price = card["price"]
    return BuiltDocument(body=body, card=card, price_minor=price["amount_minor"] if price else None, until=until)


def facets_of(product: ProductParts) -> list[str]:
    """What a list may be narrowed by: `category=` with every ancestor, `option.<name>=`, `attribute.<name>=`, `vendor=`."""
    parts = product.category_path.split("/") if product.category_path else []
    facets = [f"category={'/'.join(parts[: depth + 1])}" for depth in range(len(parts))]
    facets += [f"option.{name}={value}" for variant in product.variants for name, value in variant.options.items()]
    facets += [
        f"attribute.{name}={value}"
        for name, value in product.attributes.items()
        if isinstance(value, str) and 0 < len(value) <= 80
    ]
    if product.vendor:
        facets.append(f"vendor={product.vendor}")
    return list(dict.fromkeys(facets))


def fitting_image(images: Sequence[ImagePart], options: Mapping[str, str]) -> str:
    """The first picture made for these options, else the first made for all."""
    fits = [image for image in images if all(options.get(name) == value for name, value in image.options.items())]
    return min(fits, key=lambda image: not image.options).url if fits else ""


def _card(
    product: ProductParts, currency: str, prices: Mapping[UUID, ResolvedPrice]
) -> tuple[dict[str, Any], datetime | None]:
    priced = sorted(
        (price.price_minor, position, price)
        for position, price in enumerate(prices.values())
        if price.price_minor is not None
    )
    lowest = priced[0][2] if priced else None
    options: dict[str, list[str]] = {name: [] for name in product.option_names}
    for variant in product.variants:
        for name, value in variant.options.items():
            if value not in options.setdefault(name, []):
                options[name].append(value)
    until = None
    for price in prices.values():
        until = _earlier(until, price.until)
    card = {
        "id": str(product.id),
        "slug": product.slug,
        "name": product.name,
        "image_url": product.images[0].url if product.images else "",
        "price": _money(lowest.price_minor, currency) if lowest else None,
        "list_price": _money(lowest.list_price_minor, currency) if lowest and lowest.on_sale else None,
        "sale": bool(lowest and lowest.on_sale),
        "price_varies": bool(priced) and priced[0][0] != priced[-1][0],
        "options": options,
    }
    return card, until


def _variant(variant: VariantPart, images: Sequence[ImagePart], currency: str, price: ResolvedPrice) -> dict[str, Any]:
    return {
        "id": str(variant.id),
        "sku": variant.sku,
        "barcode": variant.barcode,
        "name": variant.name,
        "options": dict(variant.options),
        "price": _money(price.price_minor, currency),
        "list_price": _money(price.list_price_minor, currency) if price.on_sale else None,
        "sale": price.on_sale,
        "stock_policy": variant.stock_policy,
        "image_url": fitting_image(images, variant.options),
    }


def _money(amount_minor: int | None, currency: str) -> dict[str, Any] | None:
    return None if amount_minor is None else {"amount_minor": amount_minor, "currency": currency}


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
