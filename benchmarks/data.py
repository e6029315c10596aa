"""What is measured upon: 1,000 products, 50 stores, their stock, and as many carts as there will be orders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

PRODUCTS = 1_000
STORES = 50
CARTS = 24_000
READ_CARTS = 200
# Enough that no cart of the load is short of stock; the oversell check uses a shelf of its own.
PLENTY = 1_000_000


@dataclass(frozen=True)
class Ground:
    product_ids: list[UUID]
    skus: list[str]
    variant_ids: list[UUID]
    store_ids: list[UUID]


def load_shop(at: datetime) -> Ground:
    """Products of two variants with a price, in ten categories; stores around one city; plenty of stock everywhere."""
    from catalog.models import Variant
    from catalog.services.batches import put_products
    from catalog.services.categories import create_category
    from catalog.services.data import PriceData, ProductData, VariantData
    from omnichannel.brand.models import BrandKit
    from omnichannel.kernel.context import SYSTEM
    from stores.models import Store
    from stores.services.stock import receive_stock

    chance = random.Random(1)
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
            code=f"store-{number}", name=f"Store {number}", latitude=52.5 + chance.uniform(-1, 1), longitude=13.4 + chance.uniform(-1, 1),
            time_zone="Europe/Berlin", opening_hours=week, country="DE", ships=number == 0,
        )  # fmt: skip
        for number in range(STORES)
    ]
    for store in stores:
        receive_stock(store_id=store.id, lines={variant_id: PLENTY for variant_id, _, _ in variants}, reason="benchmark", by=SYSTEM, at=at)
    return Ground(
        product_ids=list(dict.fromkeys(product_id for _, _, product_id in variants)),
        skus=[sku for _, sku, _ in variants],
        variant_ids=[variant_id for variant_id, _, _ in variants],
        store_ids=[store.id for store in stores],
    )


def make_cart(variant_ids: list[UUID], store_id: UUID, at: datetime, *, number: int = 0) -> UUID:
    """A guest's cart with these lines, to be picked up in a store; its token is `cart_token(number)`."""
    from carts.models import Cart
    from carts.queries.access import internally
    from carts.services.details import FulfilmentWish, set_contact, set_fulfilment
    from carts.services.lines import Operation, change_cart
    from carts.services.opening import open_guest_cart
    from omnichannel.kernel.context import Context
    from omnichannel.kernel.ids import token_hash

    by = Context(channel="web", actor="guest:bench")
    opened = open_guest_cart(by=by, at=at)
    ref = internally(opened.written.cart_id)
    change_cart(ref=ref, operations=[Operation(op="add", variant_id=each, quantity=1) for each in variant_ids], by=by, at=at)
    set_fulfilment(ref=ref, wish=FulfilmentWish(kind="pickup", store_id=store_id), by=by, at=at)
    set_contact(ref=ref, email="bench@example.com", by=by, at=at)
    Cart.objects.filter(pk=opened.written.cart_id).update(token_hash=token_hash(cart_token(number)))
    return opened.written.cart_id


def cart_token(number: int) -> str:
    return f"benchmark-cart-{number:06d}"


def clone_carts(template: UUID, first: int, count: int) -> None:
    """Copies of a cart with tokens of their own, made by the database: services would take minutes."""
    from django.db import connection

    from carts.models import Cart, CartLine

    def columns(model: type, special: dict[str, str]) -> tuple[str, str]:
        names = [field.column for field in model._meta.concrete_fields]
        return ", ".join(names), ", ".join(special.get(name, f"t.{name}") for name in names)

    cart_names, cart_values = columns(
        Cart,
        {
            "id": "m.id",
            "token_hash": f"encode(sha256(convert_to('benchmark-cart-' || lpad((%s + m.n)::text, 6, '0'), 'UTF8')), 'hex')",
            "document": "replace(t.document, t.id::text, m.id::text)",
        },
    )
    line_names, line_values = columns(CartLine, {"id": "gen_random_uuid()", "cart_id": "m.id"})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE made AS SELECT n, gen_random_uuid() AS id FROM generate_series(0, %s::int) AS n", [count - 1])
        cursor.execute(f"INSERT INTO carts_cart ({cart_names}) SELECT {cart_values} FROM carts_cart t, made m WHERE t.id = %s", [first, template])
        cursor.execute(f"INSERT INTO carts_cartline ({line_names}) SELECT {line_values} FROM carts_cartline t, made m WHERE t.cart_id = %s", [template])
        cursor.execute("DROP TABLE made")
