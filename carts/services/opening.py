"""Opening carts: one open cart a customer, whoever asks first; guests by a token that is shown once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection

from carts.errors import NoCart
from carts.facts import CartFact, CartOpened
from carts.models import CartAccess
from carts.queries.access import CartRef
from carts.rules.lines import Lines
from carts.services.pricing import price_working_cart
from carts.services.working import WorkingCart, find_and_lock_cart, save_cart
from carts.states import CartStatus
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import new_token, token_hash, uuid7

WALK_IN_HOURS = 24

# A customer's carts count their versions on from one to the next, so that `/cart` never shows the same ETag
# for two of them. The unique index lets one of many first writers through; the others find the winner's.
_OPEN = """
INSERT INTO carts_cart (
    id, customer_id, token_hash, status, currency, channel, store_id, email, fulfilment, ship_to, shipping_method, note,
    version, document, total_minor, item_count, last_activity_at, created_at
)
SELECT %(id)s, p.id, %(token_hash)s::text, 'open',
       coalesce(%(currency)s::text, nullif(p.currency, ''), (SELECT default_currency FROM brand_brandkit), 'USD'),
       %(channel)s, %(store)s::uuid, '', %(fulfilment)s::jsonb, '{}', '', '',
       coalesce((SELECT max(version) FROM carts_cart WHERE customer_id = p.id), 0), '{}', 0, 0, %(at)s, %(at)s
  FROM (VALUES (%(customer)s::uuid)) AS wanted (id)
  LEFT JOIN customers_customer p ON p.id = wanted.id
 WHERE wanted.id IS NULL OR p.id IS NOT NULL
ON CONFLICT (customer_id) WHERE status = 'open' DO NOTHING
RETURNING currency, version,
          (SELECT version FROM carts_ratetables),
          (SELECT name FROM stores_associate WHERE id = %(associate)s::uuid),
          (SELECT trim(concat_ws(' ', first_name, last_name)) FROM customers_customer WHERE id = %(customer)s::uuid)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A cart as it stands after a write. `document` is the public answer."""

    cart_id: UUID
    version: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` is shown this once, to a guest; None for a customer or a device."""

    written: Written
    token: str | None
    created: bool


def open_customer_cart(*, customer_id: UUID, by: Context, at: datetime, currency: str | None = None) -> Opened:
    """The customer's open cart; a new one when there is none.

    Locks   the cart.
    Emits   CartOpened when it is new.
    Raises  NoCart when there is no such customer.
    """
    cart, facts = lock_or_open_cart(CartRef(customer_id=customer_id), by=by, at=at, currency=currency)
    if not facts:
        return Opened(_as_it_stands(cart), None, created=False)
    return Opened(_save_empty(cart, facts, by, at), None, created=True)


def open_guest_cart(*, by: Context, at: datetime, currency: str | None = None) -> Opened:
    """A cart for whoever holds its token. Emits CartOpened."""
    token = new_token()
    cart = _insert(None, token, by, at, currency)
    assert cart is not None
    return Opened(_save_empty(cart, [_opened(cart)], by, at), token, created=True)


def open_walk_in_cart(*, by: Context, at: datetime, currency: str | None = None) -> Opened:
    """A cart of nobody yet, opened on a store's device and carried out there. Emits CartOpened."""
    cart = _insert(None, new_token(), by, at, currency, carry_out_from=by.store_id)
    assert cart is not None
    if by.device_id is not None:
        CartAccess.objects.create(
            cart_id=cart.id,
            device_id=by.device_id,
            reason="walk_in",
            expires_at=at + timedelta(hours=WALK_IN_HOURS),
            created_at=at,
        )
    return Opened(_save_empty(cart, [_opened(cart)], by, at), None, created=True)


def lock_or_open_cart(
    ref: CartRef, *, by: Context, at: datetime, currency: str | None = None
) -> tuple[WorkingCart, list[CartFact]]:
    """The cart of this reference, locked; a customer's own is opened when there is none (one statement more).

    A new one has not been written whole: save it in the same transaction, with the facts given.
    Raises  NoCart.
    """
    own = ref.customer_id is not None and ref.cart_id is None
    # Twice: between a look that found nothing and an insert that was beaten, the winner's cart may close again.
    for _ in range(3):
        cart = find_and_lock_cart(ref, by=by, at=at)
        if cart is not None:
            return cart, []
        if not own:
            break
        cart = _insert(ref.customer_id, None, by, at, currency)
        if cart is not None:
            return cart, [_opened(cart)]
    raise NoCart()


def _insert(
    customer_id: UUID | None,
    token: str | None,
    by: Context,
    at: datetime,
    currency: str | None,
    carry_out_from: UUID | None = None,
) -> WorkingCart | None:
    cart_id = uuid7(at)
    fulfilment = {"kind": "carry_out", "store_id": str(carry_out_from)} if carry_out_from else {}
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN,
            {
                "id": cart_id,
                "customer": customer_id,
                "token_hash": token_hash(token) if token else None,
                "currency": currency,
                "channel": by.channel,
                "store": by.store_id,
                "fulfilment": orjson.dumps(fulfilment).decode(),
                "associate": by.associate_id,
                "at": at,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return WorkingCart(
        id=cart_id, version=row[1], status=CartStatus.OPEN, currency=row[0], customer_id=customer_id,
        customer_name=row[4] or "", channel=by.channel, store_id=by.store_id, email="", fulfilment=fulfilment, ship_to={},
        shipping_method="", note="", abandoned_at=None, lines=Lines(()), rates_version=row[2], by_name=row[3] or "",
    )  # fmt: skip


def _opened(cart: WorkingCart) -> CartOpened:
    return CartOpened(cart_id=cart.id, customer_id=cart.customer_id, version=cart.version + 1, currency=cart.currency)


def _save_empty(cart: WorkingCart, facts: list[CartFact], by: Context, at: datetime) -> Written:
    version, document = save_cart(cart, price_working_cart(cart, {}, at=at), facts=facts, by=by, at=at)
    return Written(cart.id, version, document)


def _as_it_stands(cart: WorkingCart) -> Written:
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM carts_cart WHERE id = %s", [cart.id])
        return Written(cart.id, cart.version, cursor.fetchone()[0].encode())
