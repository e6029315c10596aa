"""A cart from one device to another: a QR and a short code, once, within two minutes, on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from carts.errors import HandoffExpired, HandoffUnknown, HandoffUsed, NoCart
from carts.facts import CartHandedOff, CartHandoffOffered
from carts.models import CartAccess, CartHandoff
from carts.queries.access import CartRef, internally
from carts.queries.documents import find_stored_cart
from carts.services.links import storefront_link
from carts.services.merging import Merged, merge_carts
from carts.services.opening import Written
from carts.services.working import WorkingCart, lock_cart
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import new_token, normalize_code, readable_code, token_hash, uuid7
from omnichannel.kernel.lazily import lazily

segno = lazily("segno")

LIFETIME = timedelta(minutes=2)
CODE_LENGTH = 8
ACCESS_LIFETIME = timedelta(hours=24)

# The row is won or not by this one statement, however many scan at once.
_USE = """
UPDATE carts_carthandoff
   SET used_at = %(at)s, used_by = %(by)s, used_channel = %(channel)s
 WHERE code_hash = %(hash)s AND used_at IS NULL AND expires_at > %(at)s
RETURNING id, cart_id, created_channel
"""


@dataclass(frozen=True, slots=True)
class Handoff:
    code: str
    url: str
    qr_svg: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`token` opens this one cart to a caller without a right of their own; `merge` when it went into theirs."""

    written: Written
    token: str | None = None
    merge: Merged | None = None
    own: bool = True


def create_handoff(*, ref: CartRef, by: Context, at: datetime) -> Handoff:
    """Make a code that opens the cart on another device, once, for two minutes.

    Emits   CartHandoffOffered.
    Raises  NoCart.
    """
    with transaction.atomic():
        stored = find_stored_cart(ref, at=at)
        if stored is None or stored.status != "open":
            raise NoCart()
        code = readable_code(CODE_LENGTH)
        made = CartHandoff.objects.create(
            id=uuid7(at), cart_id=stored.id, code_hash=token_hash(code), created_by=by.actor, created_channel=by.channel,
            created_at=at, expires_at=at + LIFETIME,
        )  # fmt: skip
        fact = CartHandoffOffered(
            cart_id=stored.id, customer_id=stored.customer_id, version=stored.version, handoff_id=made.id
        )
        record(fact, by=by, at=at)
    shown = f"{code[:4]}-{code[4:]}"
    url = storefront_link(handoff=shown)
    return Handoff(shown, url, draw_qr(url), made.expires_at)


def redeem_handoff(*, code: str, by: Context, at: datetime) -> Redeemed:
    """Open the cart behind a code. Of many who scan at once, one gets it.

    A device gets the right to the cart. A customer's own cart is simply shown; a cart of nobody goes into
    theirs by the merge rule. Anyone else gets a token for this cart alone.
    Locks   the hand-off, the cart.
    Emits   CartHandedOff.
    Raises  HandoffUnknown, HandoffUsed, HandoffExpired, CartClosed.
    """
    hashed = token_hash(normalize_code(code))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_USE, {"hash": hashed, "at": at, "by": by.actor[:80], "channel": by.channel})
            row = cursor.fetchone()
        if row is None:
            raise _why_not(hashed)
        handoff_id, cart_id, from_channel = row
        cart = lock_cart(internally(cart_id), by=by, at=at)
        fact = CartHandedOff(
            cart_id=cart.id, customer_id=cart.customer_id, version=cart.version, handoff_id=handoff_id,
            from_channel=from_channel, to_channel=by.channel,
        )  # fmt: skip
        record(fact, by=by, at=at)
        return _hand_over(cart, by, at)


def _hand_over(cart: WorkingCart, by: Context, at: datetime) -> Redeemed:
    if by.customer_id is not None and cart.customer_id is None:
        merged = merge_carts(source_id=cart.id, customer_id=by.customer_id, by=by, at=at)
        return Redeemed(merged.written, merge=merged)
    if by.device_id is not None:
        grant_access(cart.id, by=by, at=at, device_id=by.device_id, reason="handoff")
        return Redeemed(_stored(cart.id, at))
    if by.customer_id is not None and by.customer_id == cart.customer_id:
        return Redeemed(_stored(cart.id, at))
    token = new_token()
    grant_access(cart.id, by=by, at=at, token=token, reason="handoff")
    return Redeemed(_stored(cart.id, at), token=token, own=cart.customer_id is None)


def grant_access(
    cart_id: UUID, *, by: Context, at: datetime, reason: str, token: str | None = None, device_id: UUID | None = None
) -> CartAccess:
    return CartAccess.objects.create(
        id=uuid7(at), cart_id=cart_id, token_hash=token_hash(token) if token else None, device_id=device_id, reason=reason,
        expires_at=at + ACCESS_LIFETIME, created_at=at,
    )  # fmt: skip


def draw_qr(text: str) -> str:
    """An SVG to show as it is: its own colours, no script, scales to its box."""
    drawn: Any = segno.make(text, error="m", micro=False)
    return str(
        drawn.svg_inline(border=2, dark="#111827", light="#ffffff", omitsize=True, svgclass=None, lineclass=None)
    )


def _why_not(hashed: str) -> HandoffUnknown | HandoffUsed | HandoffExpired:
    found = CartHandoff.objects.filter(code_hash=hashed).values_list("used_at", flat=True).first()
    if found is not None:
        return HandoffUsed()
    exists = CartHandoff.objects.filter(code_hash=hashed).exists()
    return HandoffExpired() if exists else HandoffUnknown(pointer="/code")


def _stored(cart_id: UUID, at: datetime) -> Written:
    stored = find_stored_cart(internally(cart_id), at=at)
    assert stored is not None
    return Written(stored.id, stored.version, stored.document.encode())
