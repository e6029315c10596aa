"""A locked cart in memory: loaded in one statement, changed, priced, and written back in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from carts.errors import CartClosed, NoCart
from carts.facts import CartFact, CartRecovered
from carts.ports import Mark, SnapshotCode
from carts.queries.access import CartRef
from carts.rules.document import Frame, moment, render_document
from carts.rules.lines import Line, Lines
from carts.rules.pricing import PricedCart
from carts.states import CartStatus
from omnichannel.events.live import publish_version
from omnichannel.events.services import record
from omnichannel.kernel.context import Context

# Lines and codes are read by the snapshot of the statement's beginning, the locked row as it stands after the
# wait. `seen` is the snapshot's version of the cart: when it differs from the row's, somebody wrote while we
# waited and the lines are old, so the statement is run again (the lock is ours by then).
_LOAD = """
SELECT c.id, c.version, c.status, c.currency, c.customer_id, c.channel, c.store_id, c.email,
       c.fulfilment::text, c.ship_to::text, c.shipping_method, c.note, c.abandoned_at,
       (SELECT seen.version FROM carts_cart seen WHERE seen.id = c.id),
       (SELECT json_agg(json_build_array(
                   l.id, l.variant_id, l.quantity, l.personalisation, l.personalisation_key, l.is_gift, l.note,
                   l.fulfilment_kind, l.fulfilment_store_id, l.price_seen_minor,
                   l.added_channel, l.added_store_id, l.added_device_id, l.added_associate_id, l.added_by_name, l.added_at,
                   l.changed_channel, l.changed_store_id, l.changed_device_id, l.changed_associate_id,
                   l.changed_by_name, l.changed_at) ORDER BY l.added_at, l.id)::text
          FROM carts_cartline l WHERE l.cart_id = c.id),
       (SELECT json_agg(json_build_array(k.code, k.resolver) ORDER BY k.id)::text FROM carts_cartcode k WHERE k.cart_id = c.id),
       (SELECT json_object_agg(q.provider, q.answer)::text
          FROM carts_cartquote q WHERE q.cart_id = c.id AND q.cart_version = c.version AND q.expires_at > %(at)s),
       (SELECT version FROM carts_ratetables),
       (SELECT a.name FROM stores_associate a WHERE a.id = %(associate)s::uuid),
       (SELECT trim(concat_ws(' ', p.first_name, p.last_name)) FROM customers_customer p WHERE p.id = c.customer_id)
  FROM carts_cart c
 WHERE {where}
   FOR NO KEY UPDATE OF c
"""

_SAVE = """
WITH gone AS (
    DELETE FROM carts_cartline WHERE id = ANY(%(gone)s::uuid[])
), put AS (
    INSERT INTO carts_cartline (
        id, cart_id, variant_id, personalisation, personalisation_key, quantity, is_gift, note,
        fulfilment_kind, fulfilment_store_id, price_seen_minor,
        added_channel, added_store_id, added_device_id, added_associate_id, added_by_name, added_at,
        changed_channel, changed_store_id, changed_device_id, changed_associate_id, changed_by_name, changed_at
    )
    SELECT l.id, %(cart)s, l.variant_id, l.personalisation, l.personalisation_key, l.quantity, l.is_gift, l.note,
           l.fulfilment_kind, l.fulfilment_store_id, l.price_seen_minor,
           l.added_channel, l.added_store_id, l.added_device_id, l.added_associate_id, l.added_by_name, l.added_at,
           l.changed_channel, l.changed_store_id, l.changed_device_id, l.changed_associate_id, l.changed_by_name, l.changed_at
      FROM json_to_recordset(%(lines)s::json) AS l(
           id uuid, variant_id uuid, personalisation jsonb, personalisation_key text, quantity int, is_gift bool, note text,
           fulfilment_kind text, fulfilment_store_id uuid, price_seen_minor bigint,
           added_channel text, added_store_id uuid, added_device_id uuid, added_associate_id uuid, added_by_name text,
           added_at timestamptz, changed_channel text, changed_store_id uuid, changed_device_id uuid,
           changed_associate_id uuid, changed_by_name text, changed_at timestamptz)
    ON CONFLICT (id) DO UPDATE SET
        quantity = EXCLUDED.quantity, is_gift = EXCLUDED.is_gift, note = EXCLUDED.note,
        fulfilment_kind = EXCLUDED.fulfilment_kind, fulfilment_store_id = EXCLUDED.fulfilment_store_id,
        price_seen_minor = EXCLUDED.price_seen_minor, changed_channel = EXCLUDED.changed_channel,
        changed_store_id = EXCLUDED.changed_store_id, changed_device_id = EXCLUDED.changed_device_id,
        changed_associate_id = EXCLUDED.changed_associate_id, changed_by_name = EXCLUDED.changed_by_name,
        changed_at = EXCLUDED.changed_at
)
UPDATE carts_cart
   SET version = %(version)s, document = %(document)s, priced_until = %(priced_until)s, total_minor = %(total)s,
       item_count = %(item_count)s, last_activity_at = %(at)s, abandoned_at = NULL, email = %(email)s,
       fulfilment = %(fulfilment)s::jsonb, ship_to = %(ship_to)s::jsonb, shipping_method = %(shipping_method)s,
       note = %(note)s
 WHERE id = %(cart)s
"""


_MOMENT_LENGTH = len("2026-01-01T00:00:00.000000+00:00")


@dataclass(slots=True)
class WorkingCart:
    """A locked cart. Services change it and hand it to `save_cart`; `version` is the one that was loaded."""

    id: UUID
    version: int
    status: str
    currency: str
    customer_id: UUID | None
    customer_name: str
    channel: str
    store_id: UUID | None
    email: str
    fulfilment: dict[str, Any]
    ship_to: dict[str, Any]
    shipping_method: str
    note: str
    abandoned_at: datetime | None
    lines: Lines
    codes: list[SnapshotCode] = field(default_factory=list)
    quotes: Mapping[str, Any] = field(default_factory=dict)
    rates_version: UUID | None = None
    by_name: str = ""

    @property
    def topic(self) -> str:
        return live_topic(self.id, self.customer_id)


def live_topic(cart_id: UUID, customer_id: UUID | None) -> str:
    """A customer's stream goes on from one cart to the next; a guest's is of the one cart."""
    return f"cart:{customer_id or cart_id}"


def lock_cart(ref: CartRef, *, by: Context, at: datetime, closed_too: bool = False) -> WorkingCart:
    """Lock and load a cart. One statement; two when another writer held the lock.

    Raises NoCart, also for one that is not the caller's; CartClosed for one that is no longer open.
    """
    cart = find_and_lock_cart(ref, by=by, at=at)
    if cart is None:
        raise NoCart()
    if cart.status != CartStatus.OPEN and not closed_too:
        raise CartClosed(status=cart.status)
    return cart


def find_and_lock_cart(ref: CartRef, *, by: Context, at: datetime) -> WorkingCart | None:
    statement = _LOAD.format(where=ref.where)
    parameters = {**ref.parameters, "at": at, "associate": by.associate_id}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
        if row is not None and row[1] != row[13]:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
    if row is None:
        return None
    return WorkingCart(
        id=row[0], version=row[1], status=row[2], currency=row[3], customer_id=row[4], channel=row[5], store_id=row[6],
        email=row[7], fulfilment=orjson.loads(row[8]), ship_to=orjson.loads(row[9]), shipping_method=row[10],
        note=row[11], abandoned_at=row[12],
        lines=Lines(_line(values) for values in orjson.loads(row[14])) if row[14] else Lines(()),
        codes=[SnapshotCode(*values) for values in orjson.loads(row[15])] if row[15] else [],
        quotes=orjson.loads(row[16]) if row[16] else {},
        rates_version=row[17], by_name=row[18] or "", customer_name=row[19] or "",
    )  # fmt: skip


def save_cart(
    cart: WorkingCart, priced: PricedCart, *, facts: Sequence[CartFact], by: Context, at: datetime
) -> tuple[int, bytes]:
    """Write lines, price and document under the next version, record what happened, tell who watches.

    Two statements. Emits the facts given, and CartRecovered when the cart had been given up.
    """
    version = cart.version + 1
    document = render_document(
        priced, Frame(cart.status, cart.customer_id, cart.customer_name, mark_of(by, at, cart.by_name)), version=version
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _SAVE,
            {
                "cart": cart.id,
                "gone": cart.lines.gone,
                "lines": orjson.dumps([_columns(line) for line in cart.lines.written]).decode(),
                "version": version,
                "document": document.decode(),
                "priced_until": priced.priced_until,
                "total": priced.totals.total,
                "item_count": sum(line.quantity for line in cart.lines),
                "at": at,
                "email": cart.email,
                "fulfilment": orjson.dumps(cart.fulfilment).decode(),
                "ship_to": orjson.dumps(cart.ship_to).decode(),
                "shipping_method": cart.shipping_method,
                "note": cart.note,
            },
        )
    if cart.abandoned_at is not None:
        recovered = CartRecovered(
            cart_id=cart.id, customer_id=cart.customer_id, version=version, abandoned_at=moment(cart.abandoned_at)
        )
        facts = (*facts, recovered)
    record(*facts, by=by, at=at)
    topic = cart.topic
    transaction.on_commit(lambda: publish_version(topic, version), robust=True)
    return version, document


def mark_of(by: Context, at: datetime, by_name: str = "") -> Mark:
    return Mark(by.channel, by.store_id, by.device_id, by.associate_id, by_name, moment(at))


def _line(values: list[Any]) -> Line:
    return Line(
        id=UUID(values[0]), variant_id=UUID(values[1]), quantity=values[2], personalisation=values[3],
        personalisation_key=values[4], is_gift=values[5], note=values[6], fulfilment_kind=values[7],
        fulfilment_store_id=_uuid(values[8]), price_seen_minor=values[9],
        added=_mark(values[10:16]), changed=_mark(values[16:22]),
    )  # fmt: skip


def _mark(values: list[Any]) -> Mark:
    at: str = values[5]
    if len(at) != _MOMENT_LENGTH:  # PostgreSQL's JSON leaves out zeros at the end
        at = moment(datetime.fromisoformat(at))
    return Mark(values[0], _uuid(values[1]), _uuid(values[2]), _uuid(values[3]), values[4], at)


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _columns(line: Line) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": line.id, "variant_id": line.variant_id, "personalisation": line.personalisation,
        "personalisation_key": line.personalisation_key, "quantity": line.quantity, "is_gift": line.is_gift,
        "note": line.note, "fulfilment_kind": line.fulfilment_kind, "fulfilment_store_id": line.fulfilment_store_id,
        "price_seen_minor": line.price_seen_minor,
    }  # fmt: skip
    for name, mark in (("added", line.added), ("changed", line.changed)):
        row |= {
            f"{name}_channel": mark.channel, f"{name}_store_id": mark.store_id, f"{name}_device_id": mark.device_id,
            f"{name}_associate_id": mark.associate_id, f"{name}_by_name": mark.by_name, f"{name}_at": mark.at,
        }  # fmt: skip
    return row
