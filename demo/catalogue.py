"""What the demo brand sells, read from catalogue.json: plain data, no tables.

A product's variants are its colours times its sizes. SKUs and barcodes follow from their names alone, so
that a second load of the demo finds the same goods.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

CURRENCY = "USD"
OPTION_NAMES = ("Colour", "Size")
PICTURES = "demo/products"  # below STATIC_URL
VENDOR = "Marram"


@dataclass(frozen=True)
class Colour:
    code: str
    name: str
    base: str  # hex, what the drawing is filled with
    second: str  # hex, for stripes, soles, ribbons


@dataclass(frozen=True)
class Category:
    path: str  # slugs from the root: women/dresses
    name: str

    @property
    def parent(self) -> str | None:
        return self.path.rpartition("/")[0] or None


@dataclass(frozen=True)
class Variant:
    sku: str
    barcode: str  # EAN-13 of the in-store range (prefix 2)
    colour: Colour
    size: str | None

    @property
    def options(self) -> dict[str, str]:
        return {"Colour": self.colour.name} | ({"Size": self.size} if self.size else {})

    @property
    def name(self) -> str:
        return ", ".join(self.options.values())


@dataclass(frozen=True)
class Picture:
    colour: Colour
    path: str  # below STATIC_URL
    alt: str

    @property
    def options(self) -> dict[str, str]:
        return {"Colour": self.colour.name}


@dataclass(frozen=True)
class Product:
    slug: str
    name: str
    category: str
    description: str
    drawing: str
    drawing_options: dict[str, Any]
    colours: tuple[Colour, ...]
    sizes: tuple[str, ...]
    prices_minor: dict[str, int]  # list price by currency
    sale_pct: int | None  # percent off the list price now
    tax_category: str
    weight_grams: int
    attributes: dict[str, str]
    tags: tuple[str, ...]
    complementary: tuple[str, ...]
    accessory: tuple[str, ...]
    similar: tuple[str, ...] = field(default=())

    @property
    def option_names(self) -> list[str]:
        return list(OPTION_NAMES if self.sizes else OPTION_NAMES[:1])

    @property
    def variants(self) -> tuple[Variant, ...]:
        return tuple(self._variants())

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(
            Picture(colour, f"{PICTURES}/{self.slug}-{colour.code}.svg", f"{self.name} in {colour.name.lower()}")
            for colour in self.colours
        )

    def sale_price_minor(self, currency: str) -> int | None:
        """The sale price, ending in whole units of money as shop prices do."""
        if self.sale_pct is None or currency not in self.prices_minor:
            return None
        return self.prices_minor[currency] * (100 - self.sale_pct) // 10_000 * 100

    def _variants(self) -> Iterator[Variant]:
        for colour in self.colours:
            for size in self.sizes or (None,):
                sku = "-".join(part for part in (self.slug, colour.code, _sku_size(size)) if part).upper()
                yield Variant(sku=sku, barcode=in_store_barcode(sku), colour=colour, size=size)


@dataclass(frozen=True)
class TaxCategory:
    code: str
    name: str


@dataclass(frozen=True)
class Catalogue:
    categories: tuple[Category, ...]
    tax_categories: tuple[TaxCategory, ...]
    products: tuple[Product, ...]


def in_store_barcode(sku: str) -> str:
    """An EAN-13 of the range kept free for use within a company (GS1 prefix 2), the same for the same SKU."""
    number = int.from_bytes(hashlib.sha256(sku.encode()).digest()[:8], "big") % 10**11
    body = f"2{number:011d}"
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """The thirteenth digit of an EAN: weights 1 and 3 in turn, to the next ten."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return str(-total % 10)


@cache
def load_catalogue() -> Catalogue:
    data = json.loads(Path(__file__).with_name("catalogue.json").read_text(encoding="utf-8"))
    palette = {code: Colour(code, **colour) for code, colour in data["palette"].items()}
    by_category: dict[str, list[str]] = {}
    for row in data["products"]:
        by_category.setdefault(row["category"], []).append(row["slug"])
    return Catalogue(
        categories=tuple(Category(**row) for row in data["categories"]),
        tax_categories=tuple(TaxCategory(**row) for row in data["tax_categories"]),
        products=tuple(_product(row, palette, data["sizes"], by_category) for row in data["products"]),
    )


def _product(
    row: dict[str, Any], palette: dict[str, Colour], sizes: dict[str, list[str]], by_category: dict[str, list[str]]
) -> Product:
    second = row.get("second", {})
    siblings = [slug for slug in by_category[row["category"]] if slug != row["slug"]]
    return Product(
        slug=row["slug"],
        name=row["name"],
        category=row["category"],
        description=row["story"],
        drawing=row["drawing"],
        drawing_options=row.get("drawing_options", {}),
        colours=tuple(
            Colour(c, palette[c].name, palette[c].base, second.get(c, palette[c].second)) for c in row["colours"]
        ),
        sizes=tuple(sizes[row["sizes"]]),
        prices_minor=row["price_minor"],
        sale_pct=row.get("sale_pct"),
        tax_category=row["tax"],
        weight_grams=row["weight_grams"],
        attributes={"Material": row["material"], "Season": row["season"], "Care": row["care"]},
        tags=tuple(row.get("tags", ())),
        complementary=tuple(row.get("complementary", ())),
        accessory=tuple(row.get("accessory", ())),
        similar=tuple(siblings[:3]),
    )


def _sku_size(size: str | None) -> str:
    return (size or "").replace("–", "-")
