"""What placing an order asks of a cart. Called inside the order's transaction, the cart locked first."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from carts.errors import CartClosed, QuoteStale
from carts.facts import CartClosed as CartClosedFact
from carts.queries.access import CartRef
from carts.rules.pricing import PricedCart
from carts.services.pricing import price_working_cart
from carts.services.working import live_topic, lock_cart
from carts.states import CartStatus
from catalog.queries import list_sellables
from omnichannel.events.live import publish_version
from omnichannel.kernel.context import SYSTEM

# The document keeps what was last shown; `queries.documents` shows it under the status the cart now has. Writing it
# anew took half of this statement's time.
_CLOSE = """
UPDATE carts_cart
   SET status = 'placed', closed_at = %(at)s, version = version + 1, priced_until = NULL, abandoned_at = NULL
 WHERE id = %(cart)s AND status = 'open'
RETURNING version, customer_id, total_minor, currency
"""


def lock_and_price(*, ref: CartRef, at: datetime, need_quote: bool = True) -> PricedCart:
    """Lock an open cart and price it afresh. Two statements, and those of the providers.

    ref          the cart as its caller may reach it: a foreign cart is a missing one.
    need_quote   False to look without placing: a remote provider's answer may be missing.
    Locks   the cart.
    Raises  NoCart, CartClosed; QuoteStale when a remote provider has not answered for this version.
    """
    cart = lock_cart(ref, by=SYSTEM, at=at)
    sellables = list_sellables([line.variant_id for line in cart.lines], cart.currency, at)
    priced = price_working_cart(cart, sellables, at=at, check_stock=False)  # the holds judge
    if need_quote and "quote" in priced.needed:
        raise QuoteStale(version=cart.version)
    return priced


def close_cart(*, cart_id: UUID, at: datetime) -> CartClosedFact:
    """The cart has become an order. Call with the cart locked, and record the fact that is returned.

    One statement; the fact is recorded in one with those of the order.
    Raises  CartClosed (the error) when it is not open any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLOSE, {"cart": cart_id, "at": at})
        row = cursor.fetchone()
    if row is None:
        raise CartClosed(status=CartStatus.PLACED)
    version, customer_id, total, currency = row
    topic = live_topic(cart_id, customer_id)
    transaction.on_commit(lambda: publish_version(topic, version), robust=True)
    return CartClosedFact(
        cart_id=cart_id, customer_id=customer_id, version=version, total_minor=total, currency=currency
    )
