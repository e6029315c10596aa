"""Remote providers (a tax engine, a carrier): asked outside any transaction, kept with the cart's version."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from carts.errors import QuoteStale
from carts.models import CartQuote
from carts.ports import remote_quotes, shipping_providers, tax_providers
from carts.queries.access import CartRef
from carts.rules.pricing import PricedCart, list_taxables
from carts.services.lines import find_sellables
from carts.services.pricing import price_working_cart, take_snapshot
from carts.services.working import lock_cart
from omnichannel.kernel.context import SYSTEM


def quote_cart(*, ref: CartRef, at: datetime) -> PricedCart:
    """The price to check out with, stock looked at. Call outside any transaction: remote providers are asked in here.

    Their answers are stored for this version of the cart; `lock_and_price` uses them until they expire.
    Locks   the cart, before and after, never while somebody remote is asked.
    Raises  NoCart, CartClosed; QuoteStale when the cart changed meanwhile: ask again.
    """
    remote = _remote_names()
    with transaction.atomic(durable=True):
        cart = lock_cart(ref, by=SYSTEM, at=at)
        sellables = find_sellables(cart, at=at)
        if not remote:
            return price_working_cart(cart, sellables, at=at)
        snapshot = take_snapshot(cart, sellables, {}, at=at)
    answers = {name: remote_quotes.get(name).fetch(snapshot, list_taxables(snapshot, (), ()), at=at) for name in remote}
    with transaction.atomic(durable=True):
        cart = lock_cart(ref, by=SYSTEM, at=at)
        if cart.version != snapshot.version:
            raise QuoteStale(version=cart.version)
        for name, (answer, expires_at) in answers.items():
            CartQuote.objects.update_or_create(
                cart_id=cart.id,
                provider=name,
                defaults={"cart_version": cart.version, "answer": answer, "expires_at": expires_at},
            )
        cart.quotes = {name: answer for name, (answer, _) in answers.items()}
        return price_working_cart(cart, find_sellables(cart, at=at), at=at)


def _remote_names() -> list[str]:
    """The chosen providers that are remote, by their names in `remote_quotes`."""
    chosen = (
        (settings.CART_TAX_PROVIDER, tax_providers.get(settings.CART_TAX_PROVIDER)),
        (settings.CART_SHIPPING_PROVIDER, shipping_providers.get(settings.CART_SHIPPING_PROVIDER)),
    )
    return [name for name, provider in chosen if provider.remote]
