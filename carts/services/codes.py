"""Codes the customer types: asked of every resolver in fixed order, kept with the cart even while they do not apply."""

from datetime import datetime

from django.db import transaction

from carts.errors import CodeMissing, CodeRefused, CodeUnknown
from carts.facts import CartCodeAdded, CartCodeRemoved
from carts.models import CartCode
from carts.ports import CodeVerdict, SnapshotCode, code_resolvers
from carts.queries.access import CartRef
from carts.services.lines import find_sellables, require_cart_version
from carts.services.opening import Written
from carts.services.pricing import price_working_cart, take_snapshot
from carts.services.working import lock_cart, save_cart
from omnichannel.kernel.context import Context

MAX_CODES = 20


def add_code(*, ref: CartRef, code: str, by: Context, at: datetime, expected_version: int | None = None) -> Written:
    """Keep a code with the cart and price it in. Typing it again changes nothing.

    Locks   the cart.
    Emits   CartCodeAdded.
    Raises  CodeUnknown when no resolver knows it; CodeRefused beyond 20 codes; NoCart, CartClosed, Stale.
    """
    with transaction.atomic():
        cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        sellables = find_sellables(cart, at=at)
        snapshot = take_snapshot(cart, sellables, {}, at=at)
        found: tuple[str, CodeVerdict] | None = None
        for name in code_resolvers.names():
            verdict = code_resolvers.get(name).resolve(code, snapshot)
            if verdict is not None:
                found = name, verdict
                break
        if found is None:
            raise CodeUnknown(pointer="/code")
        resolver, verdict = found
        facts = []
        if all(entry.code != verdict.code for entry in cart.codes):
            if len(cart.codes) >= MAX_CODES:
                raise CodeRefused(pointer="/code", maximum=MAX_CODES)
            CartCode.objects.create(cart_id=cart.id, code=verdict.code, resolver=resolver, added_at=at)
            cart.codes.append(SnapshotCode(verdict.code, resolver))
            facts.append(
                CartCodeAdded(
                    cart_id=cart.id,
                    customer_id=cart.customer_id,
                    version=cart.version + 1,
                    code=verdict.code,
                    applied=verdict.applied,
                )
            )
        version, document = save_cart(cart, price_working_cart(cart, sellables, at=at), facts=facts, by=by, at=at)
        return Written(cart.id, version, document)


def remove_code(*, ref: CartRef, code: str, by: Context, at: datetime, expected_version: int | None = None) -> Written:
    """Take a code out again. Emits CartCodeRemoved. Raises CodeMissing, NoCart, CartClosed, Stale."""
    with transaction.atomic():
        cart = lock_cart(ref, by=by, at=at)
        require_cart_version(cart, expected_version)
        kept = next((entry for entry in cart.codes if entry.code.casefold() == code.casefold()), None)
        if kept is None:
            raise CodeMissing()
        CartCode.objects.filter(cart_id=cart.id, code=kept.code).delete()
        cart.codes.remove(kept)
        fact = CartCodeRemoved(cart_id=cart.id, customer_id=cart.customer_id, version=cart.version + 1, code=kept.code)
        sellables = find_sellables(cart, at=at)
        version, document = save_cart(cart, price_working_cart(cart, sellables, at=at), facts=[fact], by=by, at=at)
        return Written(cart.id, version, document)
