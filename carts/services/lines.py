"""Changing a cart's lines: any number of operations at once, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from carts.errors import CurrencyMismatch, ItemUnavailable, StoreUnknown, UnknownItem
from carts.facts import CartCleared, CartDetailsChanged, CartFact, CartLineAdded, CartLineChanged, CartLineRemoved
from carts.ports import Mark
from carts.queries.access import CartRef
from carts.rules.lines import LineWish
from carts.services.opening import Written, lock_or_open_cart
from carts.services.places import find_place, require_place
from carts.services.pricing import Sellables, price_working_cart
from carts.services.working import WorkingCart, lock_cart, mark_of, save_cart
from carts.states import FulfilmentKind
from catalog.queries import Sellable, list_sellables, match_code
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Stale
from omnichannel.kernel.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing to do to a cart. `pointer` names it in the caller's request, for errors.

    op        add, set, remove, clear, note (of a line, or of the cart without one), gift.
    code      SKU or barcode of what to add; or `variant_id`.
    quantity  pieces to add (≥ 1) or to have (0 removes).
    scanned   the code was read in `store`: the line says so, and is picked up there where that store hands over.
    Fields left None stay as they are.
    """

    op: str
    pointer: str = ""
    line_id: UUID | None = None
    variant_id: UUID | None = None
    code: str = ""
    quantity: int | None = None
    personalisation: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    is_gift: bool | None = None
    fulfilment_kind: str | None = None
    store: UUID | str | None = None
    scanned: bool = False


def change_cart(
    *, ref: CartRef, operations: Sequence[Operation], by: Context, at: datetime, expected_version: int | None = None
) -> Written:
    """Carry out operations in order, reprice, write once. Five statements whatever their number.

    A customer's first `add` opens the cart. Additions to one cart commute; `expected_version` makes any
    change depend on the version that was read.
    Locks   the cart.
    Emits   CartOpened, CartLineAdded, CartLineChanged, CartLineRemoved, CartCleared, CartDetailsChanged.
    Raises  NoCart, CartClosed, Stale, LineMissing, UnknownItem, ItemUnavailable, CurrencyMismatch,
            QuantityTooLarge, TooManyLines, StoreUnknown, StoreHasNoPickup, FulfilmentIncomplete.
    """
    # Joins the caller's transaction without a savepoint (two round trips): an error here ends the whole write.
    with transaction.atomic(savepoint=False):
        adds = any(operation.op == "add" for operation in operations)
        opening: list[CartFact] = []
        if adds and expected_version is None and ref.customer_id is not None and ref.cart_id is None:
            cart, opening = lock_or_open_cart(ref, by=by, at=at)
        else:
            cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        sellables = find_sellables(cart, operations, at=at)
        mark = mark_of(by, at, cart.by_name)
        note = cart.note
        for operation in operations:
            _carry_out(cart, operation, sellables, mark, at)
        details: list[CartFact] = []
        if cart.note != note:
            details = [
                CartDetailsChanged(
                    cart_id=cart.id, customer_id=cart.customer_id, version=cart.version + 1, what=("note",)
                )
            ]
        return write_lines(cart, sellables, before=opening, after=details, by=by, at=at)


def require_cart_version(cart: WorkingCart, expected: int | None) -> None:
    if expected is not None and expected != cart.version:
        raise Stale(version=cart.version)


def find_sellables(cart: WorkingCart, operations: Sequence[Operation] = (), *, at: datetime) -> Sellables:
    """Everything in the cart and everything named, in one statement."""
    variant_ids = {line.variant_id for line in cart.lines} | {each.variant_id for each in operations if each.variant_id}
    codes = {operation.code for operation in operations if operation.op == "add" and operation.code}
    if not variant_ids and not codes:
        return {}
    return list_sellables(list(variant_ids), cart.currency, at, codes=list(codes))


def write_lines(
    cart: WorkingCart,
    sellables: Sellables,
    *,
    before: Sequence[CartFact] = (),
    after: Sequence[CartFact] = (),
    by: Context,
    at: datetime,
) -> Written:
    """Price and store a changed cart, with the facts its lines' changes make."""
    priced = price_working_cart(cart, sellables, at=at)
    facts = (*before, *line_facts(cart, sellables), *after)
    version, document = save_cart(cart, priced, facts=facts, by=by, at=at)
    return Written(cart.id, version, document)


def line_facts(cart: WorkingCart, sellables: Sellables, to: Mapping[UUID, str] | None = None) -> list[CartFact]:
    """One fact for each step; a clearing is one for all its lines."""
    facts: list[CartFact] = []
    common: dict[str, Any] = {"cart_id": cart.id, "customer_id": cart.customer_id, "version": cart.version + 1}
    cleared = 0
    for change in cart.lines.changes:
        if change.kind == "cleared":
            cleared += 1
            continue
        line = change.line
        sold = sellables.get(line.variant_id)
        fields: dict[str, Any] = {
            **common,
            "line_id": line.id,
            "variant_id": line.variant_id,
            "product_id": sold.product_id if sold else None,
            "sku": sold.sku if sold else "",
            "name": " ".join(filter(None, (sold.product_name, sold.variant_name))) if sold else "",
            "quantity_before": change.before,
            "quantity": change.after,
            "unit_price_minor": line.price_seen_minor,
            "currency": cart.currency,
            "by_name": cart.by_name,
        }
        if change.kind == "added":
            facts.append(CartLineAdded(**fields))
        elif change.kind == "removed":
            facts.append(CartLineRemoved(**fields, to=(to or {}).get(line.id, "")))
        else:
            facts.append(CartLineChanged(**fields, note=line.note, is_gift=line.is_gift))
    if cleared:
        facts.append(CartCleared(**common, lines=cleared))
    return facts


def _carry_out(cart: WorkingCart, operation: Operation, sellables: Sellables, mark: Mark, at: datetime) -> None:
    match operation.op:
        case "add":
            _add(cart, operation, sellables, mark, at)
        case "set":
            _set(cart, operation, sellables, mark, at)
        case "remove":
            cart.lines.remove(_line_id(operation), f"{operation.pointer}/line_id")
        case "clear":
            cart.lines.clear()
        case "note" if operation.line_id is None:
            cart.note = operation.note or ""
        case "note":
            cart.lines.change(
                _line_id(operation), mark=mark, pointer=f"{operation.pointer}/line_id", note=operation.note or ""
            )
        case "gift":
            cart.lines.change(
                _line_id(operation), mark=mark, pointer=f"{operation.pointer}/line_id", is_gift=bool(operation.is_gift)
            )
        case _:
            raise ValueError(operation.op)


def _add(cart: WorkingCart, operation: Operation, sellables: Sellables, mark: Mark, at: datetime) -> None:
    sold = _sold(operation, sellables)
    kind, store_id = None, None
    if operation.scanned:
        if operation.store is not None:
            kind, store_id = _scanned_in(cart, operation.store)
            mark = replace(mark, store_id=store_id)
            kind = kind or None
    elif operation.fulfilment_kind is not None:
        kind, store_id = require_place(cart, operation.fulfilment_kind, operation.store, pointer=operation.pointer)
    cart.lines.add(
        LineWish(
            variant_id=sold.variant_id,
            quantity=operation.quantity or 1,
            price_minor=sold.price_minor or 0,
            personalisation=operation.personalisation,
            is_gift=operation.is_gift,
            note=operation.note,
            fulfilment_kind=kind,
            fulfilment_store_id=store_id,
        ),
        line_id=uuid7(at),
        mark=mark,
        pointer=f"{operation.pointer}/quantity",
    )


def _scanned_in(cart: WorkingCart, store: UUID | str) -> tuple[str, UUID]:
    place = find_place(cart, store)
    if place is None:
        raise StoreUnknown(pointer="/store")
    return FulfilmentKind.PICKUP if place["pickup_enabled"] else "", UUID(place["id"])


def _set(cart: WorkingCart, operation: Operation, sellables: Sellables, mark: Mark, at: datetime) -> None:
    line = cart.lines.get(_line_id(operation), f"{operation.pointer}/line_id")
    fields: dict[str, Any] = {}
    if operation.quantity is not None:
        fields["quantity"] = operation.quantity
    if operation.note is not None:
        fields["note"] = operation.note
    if operation.is_gift is not None:
        fields["is_gift"] = operation.is_gift
    if operation.fulfilment_kind is not None:
        kind, store_id = require_place(cart, operation.fulfilment_kind, operation.store, pointer=operation.pointer)
        fields |= {"fulfilment_kind": kind, "fulfilment_store_id": store_id}
    # Whoever changes a line has seen its price.
    sold = sellables.get(line.variant_id)
    if sold is not None and sold.price_minor is not None:
        fields["price_seen_minor"] = sold.price_minor
    cart.lines.change(line.id, mark=mark, pointer=f"{operation.pointer}/quantity", **fields)


def _sold(operation: Operation, sellables: Sellables) -> Sellable:
    """Raises UnknownItem, ItemUnavailable, CurrencyMismatch."""
    if operation.variant_id is not None:
        sold = sellables.get(operation.variant_id)
    else:
        sold = match_code(operation.code, sellables.values())
    if sold is None:
        raise UnknownItem(pointer=operation.pointer or "/sku", code_given=operation.code)
    if not sold.is_sellable:
        raise ItemUnavailable(pointer=operation.pointer or "/sku", sku=sold.sku)
    if sold.price_minor is None:
        raise CurrencyMismatch(pointer=operation.pointer or "/sku", sku=sold.sku, currency=sold.currency)
    return sold


def _line_id(operation: Operation) -> UUID:
    assert operation.line_id is not None, "the serializer requires it"
    return operation.line_id
