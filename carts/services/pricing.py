"""Pricing a locked cart: ask the catalogue and the stores what is there, the providers what they add."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from carts.ports import (
    CartSnapshot,
    CodeVerdict,
    Destination,
    ShippingOption,
    SnapshotLine,
    code_resolvers,
    discount_providers,
    shipping_providers,
    tax_providers,
)
from carts.rules.lines import Line
from carts.rules.pricing import (
    PricedCart,
    choose_shipping,
    complete_price,
    list_taxables,
    shipping_rows,
    spread_discounts,
)
from carts.services.working import WorkingCart
from catalog.queries import Sellable
from stores.queries import list_available_to_sell

Sellables = Mapping[UUID, Sellable]


def price_working_cart(
    cart: WorkingCart, sellables: Sellables, *, at: datetime, check_stock: bool = True
) -> PricedCart:
    """Price a cart in memory. One statement for what is left in stock, and those of the providers.

    sellables    every variant of the cart, by id.
    check_stock  False where a hold is about to judge: placing.
    """
    available = _available(cart, sellables, at) if check_stock else {}
    return price_snapshot(take_snapshot(cart, sellables, available, at=at))


def price_snapshot(snapshot: CartSnapshot) -> PricedCart:
    """Ask every provider in its fixed order, and put their rows together."""
    quoted = [row for provider in discount_providers for row in provider.quote(snapshot)]
    discounts = spread_discounts(snapshot.lines, quoted)
    options = list_shipping_options(snapshot, sum(row.amount_minor for row in discounts))
    shipping = shipping_rows(choose_shipping(snapshot, options), quoted) if options else []
    taxables = list_taxables(snapshot, discounts, shipping)
    tax = tax_providers.get(settings.CART_TAX_PROVIDER)
    answered = not tax.remote or settings.CART_TAX_PROVIDER in snapshot.quotes
    taxes = tax.quote(snapshot, taxables) if taxables and answered else []
    return complete_price(
        snapshot,
        discounts=discounts,
        shipping=shipping,
        taxes=taxes,
        options=options,
        verdicts=_verdicts(snapshot),
        unquoted=bool(snapshot.lines) and not (answered and _shipping_answered(snapshot)),
        ends=[row.until for row in quoted],
    )


def list_shipping_options(snapshot: CartSnapshot, discount_minor: int = 0) -> Sequence[ShippingOption]:
    shipped = snapshot.shipped_lines
    if not shipped or snapshot.destination is None:
        return ()
    if not _shipping_answered(snapshot):
        return ()
    items = sum(line.items_minor for line in shipped) + discount_minor
    return shipping_providers.get(settings.CART_SHIPPING_PROVIDER).list_options(snapshot, max(items, 0))


def _shipping_answered(snapshot: CartSnapshot) -> bool:
    name = settings.CART_SHIPPING_PROVIDER
    return not shipping_providers.get(name).remote or name in snapshot.quotes or not snapshot.shipped_lines


def take_snapshot(
    cart: WorkingCart, sellables: Sellables, available: Mapping[tuple[UUID | None, UUID], int], *, at: datetime
) -> CartSnapshot:
    """The cart as providers and rules see it."""
    destination = _address(cart.ship_to) or _default_destination()
    places = {UUID(key): _address(place) for key, place in cart.fulfilment.get("places", {}).items()}
    return CartSnapshot(
        cart_id=cart.id,
        version=cart.version,
        currency=cart.currency,
        at=at,
        lines=tuple(
            _line(line, sellables.get(line.variant_id), cart, available, destination, places) for line in cart.lines
        ),
        codes=tuple(cart.codes),
        customer_id=cart.customer_id,
        email=cart.email,
        channel=cart.channel,
        store_id=cart.store_id,
        ship_to=cart.ship_to,
        destination=destination,
        fulfilment=cart.fulfilment,
        shipping_method=cart.shipping_method,
        note=cart.note,
        quotes=cart.quotes,
        rates_version=cart.rates_version,
    )


def comes_from(line: Line, cart: WorkingCart) -> tuple[str, UUID | None]:
    """How a line is to reach the customer and the store it is to come from; its own wish wins over the cart's."""
    kind = line.fulfilment_kind or cart.fulfilment.get("kind", "ship")
    if kind == "ship":
        return kind, None
    if line.fulfilment_kind:
        return kind, line.fulfilment_store_id
    store_id = cart.fulfilment.get("store_id")
    return kind, UUID(store_id) if store_id else None


def _line(
    line: Line,
    sellable: Sellable | None,
    cart: WorkingCart,
    available: Mapping[tuple[UUID | None, UUID], int],
    ship_to: Destination | None,
    places: Mapping[UUID, Destination | None],
) -> SnapshotLine:
    kind, store_id = comes_from(line, cart)
    destination = ship_to if kind == "ship" else (places.get(store_id) if store_id else None) or ship_to
    common: dict[str, Any] = {
        "id": line.id, "variant_id": line.variant_id, "quantity": line.quantity, "price_seen_minor": line.price_seen_minor,
        "fulfilment_kind": kind, "store_id": store_id, "destination": destination, "personalisation": line.personalisation,
        "is_gift": line.is_gift, "note": line.note, "added": line.added, "changed": line.changed,
    }  # fmt: skip
    if sellable is None:
        return SnapshotLine(
            **common, product_id=None, sku="", unit_price_minor=line.price_seen_minor, list_price_minor=line.price_seen_minor,
            is_sellable=False, available=None,
        )  # fmt: skip
    price = sellable.price_minor
    return SnapshotLine(
        **common,
        product_id=sellable.product_id,
        sku=sellable.sku,
        unit_price_minor=line.price_seen_minor if price is None else price,
        list_price_minor=sellable.list_price_minor or price or line.price_seen_minor,
        is_sellable=sellable.is_sellable and price is not None,
        available=available.get((store_id, line.variant_id)),
        product_name=sellable.product_name,
        variant_name=sellable.variant_name,
        options=sellable.options,
        slug=sellable.slug,
        image_url=sellable.image_url,
        barcode=sellable.barcode,
        tax_category=sellable.tax_category,
        category_path=sellable.category_path,
        stock_policy=sellable.stock_policy,
        weight_grams=sellable.weight_grams,
        price_id=sellable.price_id,
        price_until=sellable.price_until,
    )


def _available(cart: WorkingCart, sellables: Sellables, at: datetime) -> dict[tuple[UUID | None, UUID], int]:
    """What is left where each line is to come from: one statement for each such place, one in the usual cart."""
    asked: dict[UUID | None, list[UUID]] = {}
    for line in cart.lines:
        sellable = sellables.get(line.variant_id)
        if sellable is not None and sellable.stock_policy == "tracked":
            asked.setdefault(comes_from(line, cart)[1], []).append(line.variant_id)
    found: dict[tuple[UUID | None, UUID], int] = {}
    for store_id, variant_ids in asked.items():
        left = list_available_to_sell(variant_ids, store_id, at=at)
        found.update({(store_id, variant_id): left.get(variant_id, 0) for variant_id in variant_ids})
    return found


def _verdicts(snapshot: CartSnapshot) -> list[CodeVerdict]:
    """A verdict for each code in the cart, in the order typed."""
    by_resolver: dict[str, list[str]] = {}
    for entry in snapshot.codes:
        by_resolver.setdefault(entry.resolver, []).append(entry.code)
    found: dict[str, CodeVerdict] = {}
    for name in code_resolvers.names():
        if codes := by_resolver.get(name):
            found.update({verdict.code: verdict for verdict in code_resolvers.get(name).judge(codes, snapshot)})
    gone = "This code is not valid any more."
    return [
        found.get(entry.code) or CodeVerdict(code=entry.code, applied=False, reason=gone) for entry in snapshot.codes
    ]


def _address(address: Mapping[str, str]) -> Destination | None:
    if not address.get("country"):
        return None
    return Destination(
        address["country"], address.get("region") or "", address.get("postal_code") or "", address.get("city") or ""
    )


def _default_destination() -> Destination | None:
    country, _, region = settings.CART_DEFAULT_DESTINATION.partition("-")
    return Destination(country, region) if country else None
