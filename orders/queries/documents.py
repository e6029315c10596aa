"""One order with everything that hangs on it, in one statement."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from omnichannel.kernel.secrets import decrypt
from orders.errors import OrderNotFound
from orders.rules.documents import OrderRows, render_order

_ROWS = """
SELECT to_jsonb(o),
       (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM orders_orderline l WHERE l.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM orders_orderadjustment a WHERE a.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.position) FROM orders_payment p WHERE p.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(r) ORDER BY r.created_at, p.position DESC)
          FROM orders_refund r JOIN orders_payment p ON p.id = r.payment_id WHERE r.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(f) ORDER BY f.id) FROM orders_fulfilment f WHERE f.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(fl) ORDER BY fl.id)
          FROM orders_fulfilmentline fl JOIN orders_fulfilment f ON f.id = fl.fulfilment_id WHERE f.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.id)
          FROM orders_fulfilmentchange h JOIN orders_fulfilment f ON f.id = h.fulfilment_id WHERE f.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM orders_orderchange c WHERE c.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(t) ORDER BY t.id) FROM orders_return t WHERE t.order_id = o.id),
       (SELECT jsonb_agg(to_jsonb(tl) ORDER BY tl.id)
          FROM orders_returnline tl JOIN orders_return t ON t.id = tl.return_record_id WHERE t.order_id = o.id)
  FROM orders_order o
 WHERE o.id = ANY(%s::uuid[])
"""


def find_order_rows(order_ids: Iterable[UUID], *, with_codes: bool = False) -> dict[UUID, OrderRows]:
    """Orders whole, by id; one statement. `with_codes`: the pickup codes too, for the eyes of the buyer alone."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(order_ids)])
        found = [OrderRows(*map(_read, row)) for row in cursor.fetchall()]
    rows: dict[UUID, OrderRows] = {}
    for whole in found:
        if with_codes:
            codes = {
                fulfilment["id"]: decrypt(fulfilment["pickup_code_encrypted"])
                for fulfilment in whole.fulfilments
                if fulfilment["pickup_code_encrypted"] and fulfilment["status"] == "ready"
            }
            whole = replace(whole, pickup_codes=codes)
        rows[UUID(whole.order["id"])] = whole
    return rows


def get_order_document(order_id: UUID, *, with_codes: bool = False) -> dict[str, Any]:
    """The public document of one order. Raises OrderNotFound."""
    rows = find_order_rows([order_id], with_codes=with_codes).get(order_id)
    if rows is None:
        raise OrderNotFound()
    return render_order(rows)


def _read(part: Any) -> Any:
    # Django leaves jsonb as text in raw cursors; no rows are NULL there.
    return [] if part is None else orjson.loads(part)
