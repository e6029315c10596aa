"""Pricing a cart again because time went by, not because somebody changed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from carts.ports import Mark
from carts.queries.access import CartRef
from carts.rules.document import Frame, render_document
from carts.services.lines import find_sellables
from carts.services.opening import Written
from carts.services.pricing import price_working_cart
from carts.services.working import lock_cart
from omnichannel.events.live import publish_version
from omnichannel.kernel.context import SYSTEM

_STORE = """
UPDATE carts_cart SET version = %(version)s, document = %(document)s, priced_until = %(priced_until)s, total_minor = %(total)s
 WHERE id = %(cart)s
"""

# Ordered, and never waiting: a cart that is being written is priced by its writer.
_EXPIRE = """
UPDATE carts_cart SET priced_until = %(at)s
 WHERE id IN (
    SELECT c.id FROM carts_cart c
     WHERE c.status = 'open' AND (c.priced_until IS NULL OR c.priced_until > %(at)s)
       AND c.id IN (SELECT l.cart_id FROM carts_cartline l WHERE l.variant_id = ANY(%(variants)s::uuid[]))
     ORDER BY c.id
       FOR NO KEY UPDATE SKIP LOCKED)
"""

# Bulk of carts, touched or not: those being written are priced by their writer.
_EXPIRE_ALL = """
UPDATE carts_cart SET priced_until = %(at)s
 WHERE id IN (
    SELECT c.id FROM carts_cart c
     WHERE c.status = 'open' AND c.item_count > 0 AND (c.priced_until IS NULL OR c.priced_until > %(at)s)
       AND (%(codes)s::text[] IS NULL OR EXISTS (
            SELECT 1 FROM carts_cartcode k WHERE k.cart_id = c.id AND k.code = ANY(%(codes)s::text[])))
     ORDER BY c.id
       FOR NO KEY UPDATE SKIP LOCKED)
"""


def reprice_cart(*, ref: CartRef, at: datetime) -> Written:
    """Price an open cart at this moment. Its version moves on only when the customer would see a difference.

    Resting is not interrupted: nobody did anything.
    Locks   the cart.
    Raises  NoCart, CartClosed.
    """
    with transaction.atomic():
        cart = lock_cart(ref, by=SYSTEM, at=at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT document FROM carts_cart WHERE id = %s", [cart.id])
            stored = cursor.fetchone()[0]
        before = orjson.loads(stored)
        updated = _mark(before.get("updated") or {})
        priced = price_working_cart(cart, find_sellables(cart, at=at), at=at)
        frame = Frame(cart.status, cart.customer_id, cart.customer_name, updated)
        document = render_document(priced, frame, version=cart.version)
        version = cart.version
        if _shown(orjson.loads(document)) != _shown(before):
            version += 1
            document = render_document(priced, frame, version=version)
            topic = cart.topic
            transaction.on_commit(lambda: publish_version(topic, version), robust=True)
        with connection.cursor() as cursor:
            cursor.execute(
                _STORE,
                {
                    "cart": cart.id,
                    "version": version,
                    "document": document.decode(),
                    "priced_until": priced.priced_until,
                    "total": priced.totals.total,
                },
            )
        return Written(cart.id, version, document)


def expire_prices(*, variant_ids: Sequence[UUID], at: datetime) -> int:
    """Let every open cart with one of these be priced again when it is next read. Returns how many. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, {"variants": list(variant_ids), "at": at})
        return int(cursor.rowcount)


def expire_cart_prices(*, at: datetime, codes: Sequence[str] | None = None) -> int:
    """Let every open cart (of those with one of these codes) be priced again when it is next read. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE_ALL, {"codes": list(codes) if codes is not None else None, "at": at})
        return int(cursor.rowcount)


def _mark(shown: Mapping[str, Any]) -> Mark:
    """Who wrote last, as the document says: repricing is nobody's doing."""
    ids: dict[str, Any] = {name: shown.get(name) for name in ("store_id", "device_id", "associate_id")}
    return Mark(channel=shown.get("channel", ""), by_name=shown.get("by_name", ""), at=shown.get("at", ""), **ids)


def _shown(document: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name not in ("version", "priced_until")}
