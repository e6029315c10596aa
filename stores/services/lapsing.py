"""Holds past their moment.

They count as sellable at once: whoever finds too little takes their units first (`take_lapsed`), and
availability counts them in; the task `stores.expire_holds` ends them within seconds.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from stores.facts import LineOfStock, StockReleased
from stores.models import Hold, HoldLine
from stores.services.holds import END, release_units
from stores.services.ledger import Place
from stores.states import HoldState

_CLAIM_LAPSED = """
SELECT h.id FROM stores_hold h
 WHERE h.state = 'held' AND h.expires_at <= %s
 ORDER BY h.expires_at LIMIT %s
   FOR NO KEY UPDATE SKIP LOCKED
"""

_LOCK_LAPSED_OF_PLACES = """
SELECT h.id FROM stores_hold h
 WHERE h.state = 'held' AND h.expires_at <= %(at)s
   AND EXISTS (
       SELECT FROM stores_holdline hl
         JOIN unnest(%(stores)s::uuid[], %(variants)s::uuid[]) AS p (store_id, variant_id)
           ON p.variant_id = hl.variant_id AND p.store_id = h.store_id
        WHERE hl.hold_id = h.id AND hl.quantity > 0)
   FOR NO KEY UPDATE SKIP LOCKED
"""


def expire_holds(*, by: Context, at: datetime, limit: int = 200) -> int:
    """End up to `limit` holds whose moment has passed; answers how many. Safe to run in several workers at once.

    Locks   holds nobody else is working on, then their stock rows.
    Emits   StockReleased (reason `expired`) for each hold.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM_LAPSED, [at, limit])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        holds = Hold.objects.in_bulk(ids)
        lines = list(HoldLine.objects.filter(hold_id__in=ids))
        with connection.cursor() as cursor:
            cursor.execute(END, [HoldState.EXPIRED, at, ids])
        moved = [(holds[line.hold_id], line, line.quantity, line.backordered) for line in lines]
        facts = release_units(moved, reason="expired", by=by, at=at)
        record(
            *[
                StockReleased(
                    hold_id=hold.id,
                    store_id=hold.store_id,
                    holder_kind=hold.holder_kind,
                    holder_id=hold.holder_id,
                    reason="expired",
                    lines=[
                        LineOfStock(variant_id=line.variant_id, quantity=line.quantity, backordered=line.backordered)
                        for line in lines
                        if line.hold_id == hold.id
                    ],
                )
                for hold in holds.values()
            ],
            *facts,
            by=by,
            at=at,
        )
    return len(ids)


def take_lapsed(places: Iterable[Place], *, by: Context, at: datetime) -> bool:
    """Free the units that lapsed holds still keep of levels the caller has locked. True when there were any.

    Only those lines: the rest of such a hold may lie on levels we must not lock out of order. The holds are
    taken with SKIP LOCKED for the same reason: they come before stock. The sweep ends them.
    """
    wanted = set(places)
    ordered = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            _LOCK_LAPSED_OF_PLACES, {"at": at, "stores": [s for s, _ in ordered], "variants": [v for _, v in ordered]}
        )
        holds = Hold.objects.in_bulk([row[0] for row in cursor.fetchall()])
    if not holds:
        return False
    taken = [
        (holds[line.hold_id], line, line.quantity, 0)
        for line in HoldLine.objects.filter(hold_id__in=holds, quantity__gt=0)
        if (holds[line.hold_id].store_id, line.variant_id) in wanted
    ]
    for _, line, quantity, _ in taken:
        line.broken += quantity
        line.quantity = 0
    HoldLine.objects.bulk_update([line for _, line, _, _ in taken], ["quantity", "broken"])
    release_units(taken, reason="expired", by=by, at=at)
    return bool(taken)
