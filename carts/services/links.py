"""Links in mails and ads that restore a cart, and open nothing but that cart."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction

from carts.errors import LinkUnknown, NoCart
from carts.facts import CartLinkMade, CartRecovered, CartRestored
from carts.models import Cart, CartAccess
from carts.queries.access import CartRef, internally
from carts.queries.documents import find_stored_cart
from carts.rules.document import moment
from carts.services.opening import Written
from carts.services.repricing import reprice_cart
from carts.services.working import lock_cart
from omnichannel.brand.queries import get_brand
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import new_token, token_hash, uuid7

ACCESS_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class CartLink:
    """`url` leads to the storefront, with the token and the page it is to open."""

    token: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """`token` is a credential for this cart alone; None for its own customer, who needs none."""

    written: Written
    token: str | None


def create_cart_link(
    *,
    ref: CartRef,
    by: Context,
    at: datetime,
    days: int = 14,
    product_slug: str = "",
    campaign: dict[str, str] | None = None,
) -> CartLink:
    """Make a link that restores the cart, as often as it is followed until it expires.

    campaign  fields the link carries on (`utm_source` …).
    Emits     CartLinkMade.
    Raises    NoCart.
    """
    with transaction.atomic():
        stored = find_stored_cart(ref, at=at)
        if stored is None or stored.status != "open":
            raise NoCart()
        token = new_token()
        made = CartAccess.objects.create(
            id=uuid7(at),
            cart_id=stored.id,
            token_hash=token_hash(token),
            reason="link",
            expires_at=at + timedelta(days=days),
            created_at=at,
        )
        fact = CartLinkMade(
            cart_id=stored.id, customer_id=stored.customer_id, version=stored.version, access_id=made.id
        )
        record(fact, by=by, at=at)
    extra = {"product": product_slug} if product_slug else {}
    return CartLink(token, storefront_link(cart=token, **extra, **(campaign or {})), made.expires_at)


def restore_by_link(*, token: str, by: Context, at: datetime) -> Restored:
    """Follow a link: the cart priced as of now, and a token for it unless the caller is its customer.

    The token may change this cart and check it out; names, addresses and lists of its customer stay hidden.
    Locks   the cart.
    Emits   CartRestored; CartRecovered when the cart had been given up.
    Raises  LinkUnknown, CartClosed when it has become an order.
    """
    with transaction.atomic():
        link = CartAccess.objects.filter(token_hash=token_hash(token), reason="link", expires_at__gt=at).first()
        if link is None:
            raise LinkUnknown(pointer="/token")
        cart = lock_cart(internally(link.cart_id), by=by, at=at)
        common: dict[str, Any] = {"cart_id": cart.id, "customer_id": cart.customer_id, "version": cart.version}
        facts: list[CartRestored | CartRecovered] = [CartRestored(**common, access_id=link.id)]
        if cart.abandoned_at is not None:
            facts.append(CartRecovered(**common, abandoned_at=moment(cart.abandoned_at)))
        record(*facts, by=by, at=at)
        # Coming back ends the rest, though nothing was changed.
        Cart.objects.filter(pk=cart.id).update(abandoned_at=None, last_activity_at=at)
        written = reprice_cart(ref=internally(cart.id), at=at)
        own = by.customer_id is not None and by.customer_id == cart.customer_id
        return Restored(written, None if own else _token(cart.id, at))


def storefront_link(**parameters: str) -> str:
    """An address of the storefront, for people to follow or scan."""
    base = get_brand().storefront_url
    return f"{base}{'&' if '?' in base else '?'}{urlencode(parameters)}"


def _token(cart_id: UUID, at: datetime) -> str:
    token = new_token()
    CartAccess.objects.create(
        id=uuid7(at),
        cart_id=cart_id,
        token_hash=token_hash(token),
        reason="restored",
        expires_at=at + ACCESS_LIFETIME,
        created_at=at,
    )
    return token
