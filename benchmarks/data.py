"""What is measured upon: 1,000 products, 50 stores, their stock, and as many carts as there will be orders."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Model

from omnichannel.kernel.ids import token_hash

PRODUCTS = 1_000
STORES = 50
READ_CARTS = 200
# Enough that no cart of the load is short of stock; the oversell check uses a shelf of its own.
PLENTY = 1_000_000


@dataclass(frozen=True)
class Ground:
    product_ids: list[UUID]
    skus: list[str]
    variant_ids: list[UUID]
    store_ids: list[UUID]


# Every variant in every store, with the movement that brought it: a hundred thousand levels, which a service
# would take a minute for.
_STOCK = """
WITH received AS (
    INSERT INTO stores_stockmovement (
        store_id, variant_id, kind, on_hand_delta, reserved_delta, backordered_delta, incoming_delta, damaged_delta,
        reason, reference_kind, actor, channel, at
    )
    SELECT s.id, v.id, 'receipt', %(units)s, 0, 0, 0, 0, 'benchmark', '', 'system', 'system', %(at)s
      FROM stores_store s, catalog_variant v
)
INSERT INTO stores_stocklevel (
    store_id, variant_id, on_hand, reserved, backordered, safety_stock, incoming, damaged, reorder_point, location, version, updated_at
)
SELECT s.id, v.id, %(units)s, 0, 0, 0, 0, 0, 0, '', 1, %(at)s
  FROM stores_store s, catalog_variant v
"""


def load_shop(at: datetime) -> Ground:
    """Products of two variants with a price, in ten categories; stores around one city; plenty of stock everywhere."""
    from carts.models import TaxRate
    from catalog.models import Variant
    from catalog.services.batches import put_products
    from catalog.services.categories import create_category
    from catalog.services.data import PriceData, ProductData, VariantData
    from omnichannel.brand.models import BrandKit
    from omnichannel.kernel.context import SYSTEM
    from stores.models import Store

    chance = random.Random(1)
    TaxRate.objects.create(name="VAT", country="DE", rate_pct=19, included=True)
    BrandKit.objects.update_or_create(id=1, defaults={"name": "Bench", "default_currency": "USD"})
    paths = [create_category(name=f"Category {number}", position=number).path for number in range(10)]
    items = [
        ProductData(
            name=f"Product {number} {chance.choice(('linen', 'cotton', 'wool'))}",
            external_id=f"bench-{number}",
            description="As long as a description usually is, with a few words about cut, cloth and care. " * 3,
            category_path=paths[number % 10],
            status="active",
            option_names=["Size"],
            variants=[
                VariantData(
                    sku=f"BENCH-{number}-{size}",
                    options={"Size": size},
                    name=size,
                    weight_grams=300,
                    prices=[PriceData(currency="USD", amount_minor=chance.randrange(900, 20_000))],
                )
                for size in ("S", "L")
            ],
        )
        for number in range(PRODUCTS)
    ]
    for start in range(0, PRODUCTS, 200):
        put_products(items=items[start : start + 200], by=SYSTEM, at=at)
    variants = list(Variant.objects.order_by("sku").values_list("id", "sku", "product_id"))
    week = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
    stores = [
        Store.objects.create(
            code=f"store-{number}",
            name=f"Store {number}",
            latitude=52.5 + chance.uniform(-1, 1),
            longitude=13.4 + chance.uniform(-1, 1),
            time_zone="Europe/Berlin",
            opening_hours=week,
            country="DE",
            ships=number == 0,
        )
        for number in range(STORES)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, {"units": PLENTY, "at": at})
    return Ground(
        product_ids=list(dict.fromkeys(product_id for _, _, product_id in variants)),
        skus=[sku for _, sku, _ in variants],
        variant_ids=[variant_id for variant_id, _, _ in variants],
        store_ids=[store.id for store in stores],
    )


@dataclass(frozen=True)
class CartPool:
    """Many open guest carts made from a few templates, taken in turn: number n is of template n % len(templates)."""

    first: int
    count: int
    templates: list[CartTemplate]

    def token(self, position: int) -> str:
        return cart_token(self.first + position)

    def total_minor(self, position: int) -> int:
        return self.templates[position % len(self.templates)].total_minor

    def ids(self, position: int) -> list[str]:
        """Everything that tells this cart from another of its template, in a fixed order."""
        number, template = self.first + position, self.templates[position % len(self.templates)]
        return [
            token_hash(cart_token(number)),
            _derived(template.cart_id, number),
            *(_derived(line, number) for line in template.line_ids),
        ]


@dataclass(frozen=True)
class CartTemplate:
    cart_id: UUID
    line_ids: list[UUID]
    total_minor: int


def make_cart(variant_ids: list[UUID], store_id: UUID, at: datetime) -> CartTemplate:
    """A guest's cart with these lines, to be picked up in a store: ready to become an order."""
    from carts.models import Cart, CartLine
    from carts.queries.access import internally
    from carts.services.details import FulfilmentWish, set_contact, set_fulfilment
    from carts.services.lines import Operation, change_cart
    from carts.services.opening import open_guest_cart
    from omnichannel.kernel.context import Context

    by = Context(channel="web", actor="guest:bench")
    cart_id = open_guest_cart(by=by, at=at).written.cart_id
    ref = internally(cart_id)
    change_cart(
        ref=ref, operations=[Operation(op="add", variant_id=each, quantity=1) for each in variant_ids], by=by, at=at
    )
    set_fulfilment(ref=ref, wish=FulfilmentWish(kind="pickup", store_id=store_id), by=by, at=at)
    set_contact(ref=ref, email="bench@example.com", by=by, at=at)
    lines = CartLine.objects.filter(cart_id=cart_id).order_by("added_at", "id").values_list("id", flat=True)
    return CartTemplate(cart_id, list(lines), Cart.objects.get(pk=cart_id).total_minor)


def cart_token(number: int) -> str:
    return f"benchmark-cart-{number:07d}"


def fill_pool(templates: list[CartTemplate], *, first: int, count: int) -> CartPool:
    """`count` copies of the templates with tokens of their own, made by the database: services would take an hour."""
    for position, template in enumerate(templates):
        _clone(template, numbers=range(first + position, first + count, len(templates)))
    return CartPool(first, count, templates)


def _clone(template: CartTemplate, *, numbers: range) -> None:
    from carts.models import Cart, CartLine

    def copy(model: type[Model], owner: str, special: dict[str, str]) -> str:
        names = [field.column for field in model._meta.concrete_fields]
        values = ", ".join(special.get(name, f"t.{name}") for name in names)
        return (
            f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) "
            f"SELECT {values} FROM {model._meta.db_table} t, generate_series(%s::int, %s::int, %s::int) AS n WHERE t.{owner} = %s"
        )

    cart, line = "md5(%s::text || n)::uuid", "md5(t.id::text || n)::uuid"
    given = [numbers.start, numbers.stop - 1, numbers.step, template.cart_id]
    with connection.cursor() as cursor:
        cursor.execute(
            copy(Cart, "id", {
                "id": line,
                "token_hash": "encode(sha256(convert_to('benchmark-cart-' || lpad(n::text, 7, '0'), 'UTF8')), 'hex')",
                "document": f"replace(t.document, t.id::text, {line}::text)",
            }),
            given,
        )  # fmt: skip
        cursor.execute(copy(CartLine, "cart_id", {"id": line, "cart_id": cart}), [str(template.cart_id), *given])


def _derived(template_id: UUID, number: int) -> str:
    return str(UUID(hashlib.md5(f"{template_id}{number}".encode(), usedforsecurity=False).hexdigest()))
