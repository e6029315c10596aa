"""What belongs to the whole cart: how and where it is to reach the customer, the contact, the note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from carts.errors import LineMissing, ShippingMethodUnknown
from carts.facts import CartDetailsChanged
from carts.queries.access import CartRef
from carts.services.lines import find_sellables, line_facts, require_cart_version
from carts.services.opening import Written
from carts.services.places import require_place
from carts.services.pricing import price_working_cart
from carts.services.working import WorkingCart, lock_cart, mark_of, save_cart
from omnichannel.kernel.context import Context


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentWish:
    """None leaves a thing as it is. `ship_to` {} forgets the address; `lines` give single lines a way of their own."""

    kind: str | None = None
    store_id: UUID | None = None
    ship_to: Mapping[str, str] | None = None
    shipping_method: str | None = None
    lines: Mapping[UUID, tuple[str, UUID | None]] | None = None


def set_fulfilment(
    *, ref: CartRef, wish: FulfilmentWish, by: Context, at: datetime, expected_version: int | None = None
) -> Written:
    """Choose shipping with its address and method, pickup, carry-out, or a split by line.

    Locks   the cart.
    Emits   CartDetailsChanged, CartLineChanged for lines with a way of their own.
    Raises  NoCart, CartClosed, Stale, LineMissing, StoreUnknown, StoreHasNoPickup, FulfilmentIncomplete,
            ShippingMethodUnknown.
    """
    with transaction.atomic():
        cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        what = []
        if wish.kind is not None:
            kind, store_id = require_place(cart, wish.kind, wish.store_id)
            cart.fulfilment |= {"kind": kind, "store_id": str(store_id) if store_id else None}
            what.append("fulfilment")
        if wish.ship_to is not None:
            cart.ship_to = dict(wish.ship_to)
            what.append("ship_to")
        if wish.shipping_method is not None:
            cart.shipping_method = wish.shipping_method
            what.append("shipping_method")
        mark = mark_of(by, at, cart.by_name)
        for line_id, (line_kind, line_store) in (wish.lines or {}).items():
            pointer = f"/lines/{line_id}"
            kind, store_id = require_place(cart, line_kind, line_store, pointer=pointer)
            if all(line.id != line_id for line in cart.lines):
                raise LineMissing(pointer=pointer)
            cart.lines.change(line_id, mark=mark, fulfilment_kind=kind, fulfilment_store_id=store_id)
        return _save(cart, tuple(what), by, at, check_method=bool(wish.shipping_method))


def set_contact(*, ref: CartRef, email: str, by: Context, at: datetime, expected_version: int | None = None) -> Written:
    """Where a guest is to be written to about this cart and its order. Emits CartDetailsChanged."""
    return _set(ref, {"email": email}, by, at, expected_version)


def set_note(*, ref: CartRef, note: str, by: Context, at: datetime, expected_version: int | None = None) -> Written:
    """A word to the people who pack it. Emits CartDetailsChanged."""
    return _set(ref, {"note": note}, by, at, expected_version)


def _set(ref: CartRef, fields: Mapping[str, Any], by: Context, at: datetime, expected_version: int | None) -> Written:
    with transaction.atomic():
        cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        for name, value in fields.items():
            setattr(cart, name, value)
        return _save(cart, tuple(fields), by, at)


def _save(
    cart: WorkingCart, what: tuple[str, ...], by: Context, at: datetime, *, check_method: bool = False
) -> Written:
    sellables = find_sellables(cart, at=at)
    priced = price_working_cart(cart, sellables, at=at)
    offered = [option.code for option in priced.shipping_options]
    if check_method and cart.ship_to and cart.shipping_method not in offered:
        raise ShippingMethodUnknown(pointer="/shipping_method", offered=offered)
    facts = [*line_facts(cart, sellables)]
    if what:
        facts.append(
            CartDetailsChanged(cart_id=cart.id, customer_id=cart.customer_id, version=cart.version + 1, what=what)
        )
    version, document = save_cart(cart, priced, facts=facts, by=by, at=at)
    return Written(cart.id, version, document)
