"""The ledger is the truth: levels that disagree with it, or with the open holds, are found, told and repaired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from stores.facts import StockDriftFound
from stores.services.ledger import Place, circumstances, lock_or_open_levels

COUNTS = ("on_hand", "reserved", "backordered", "incoming", "damaged")

# Level minus ledger for each count, and ledger minus open holds for what is promised. One statement, so one
# snapshot: every movement commits together with its level and its hold.
_DRIFT = """
WITH ledger AS (
    SELECT store_id, variant_id, sum(on_hand_delta)::int AS on_hand, sum(reserved_delta)::int AS reserved,
           sum(backordered_delta)::int AS backordered, sum(incoming_delta)::int AS incoming, sum(damaged_delta)::int AS damaged
      FROM stores_stockmovement
     WHERE %(stores)s::uuid[] IS NULL OR (store_id, variant_id) IN (
               SELECT * FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[]))
     GROUP BY store_id, variant_id
), promised AS (
    SELECT h.store_id, hl.variant_id, sum(hl.quantity)::int AS reserved, sum(hl.backordered)::int AS backordered
      FROM stores_hold h JOIN stores_holdline hl ON hl.hold_id = h.id
     WHERE h.state = 'held'
       AND (%(stores)s::uuid[] IS NULL OR (h.store_id, hl.variant_id) IN (
               SELECT * FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[])))
     GROUP BY h.store_id, hl.variant_id
), level AS (
    SELECT * FROM stores_stocklevel
     WHERE %(stores)s::uuid[] IS NULL OR (store_id, variant_id) IN (
               SELECT * FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[]))
), compared AS (
    SELECT store_id, variant_id,
           coalesce(l.on_hand, 0) - coalesce(g.on_hand, 0) AS on_hand,
           coalesce(l.reserved, 0) - coalesce(g.reserved, 0) AS reserved,
           coalesce(l.backordered, 0) - coalesce(g.backordered, 0) AS backordered,
           coalesce(l.incoming, 0) - coalesce(g.incoming, 0) AS incoming,
           coalesce(l.damaged, 0) - coalesce(g.damaged, 0) AS damaged,
           coalesce(g.reserved, 0) - coalesce(p.reserved, 0) AS unheld_reserved,
           coalesce(g.backordered, 0) - coalesce(p.backordered, 0) AS unheld_backordered
      FROM level l
      FULL JOIN ledger g USING (store_id, variant_id)
      FULL JOIN promised p USING (store_id, variant_id)
)
SELECT store_id, variant_id, on_hand, reserved, backordered, incoming, damaged, unheld_reserved, unheld_backordered
  FROM compared
 WHERE (on_hand, reserved, backordered, incoming, damaged, unheld_reserved, unheld_backordered) <> (0, 0, 0, 0, 0, 0, 0)
 ORDER BY store_id, variant_id
"""

# The level becomes what the ledger sums to; promises nobody holds are taken back by a movement of their own.
_REPAIR_LEVEL = """
UPDATE stores_stocklevel
   SET on_hand = on_hand - %(on_hand)s::int, reserved = reserved - %(reserved)s::int - %(unheld_reserved)s::int,
       backordered = backordered - %(backordered)s::int - %(unheld_backordered)s::int,
       incoming = incoming - %(incoming)s::int, damaged = damaged - %(damaged)s::int,
       version = version + 1, updated_at = %(at)s
 WHERE store_id = %(store_id)s AND variant_id = %(variant_id)s
"""
_REPAIR_LEDGER = """
INSERT INTO stores_stockmovement (
    store_id, variant_id, kind, on_hand_delta, reserved_delta, backordered_delta, incoming_delta, damaged_delta,
    reason, reference_kind, actor, channel, device_id, associate_id, at)
VALUES (%(store_id)s, %(variant_id)s, 'release', 0, %(reserved)s, %(backordered)s, 0, 0,
        'Reconciled: no open hold promises these', 'reconcile', %(actor)s, %(channel)s, %(device_id)s, %(associate_id)s, %(at)s)
"""


@dataclass(frozen=True, slots=True)
class Drift:
    """One level that disagrees: level minus ledger by count, and `unheld_*`: ledger minus open holds."""

    store_id: UUID
    variant_id: UUID
    counts: dict[str, int]


def reconcile_stock(*, repair: bool, by: Context, at: datetime) -> list[Drift]:
    """Compare ledger, levels and open holds; repair on request. Answers what disagreed.

    Locks   when repairing, the levels that disagree, in (store, variant) order; they are compared again under lock.
    Emits   StockDriftFound for each.
    """
    with transaction.atomic():
        found = _compare(None)
        if found and repair:
            places = [(drift.store_id, drift.variant_id) for drift in found]
            lock_or_open_levels(places)
            found = _compare(places)
            for drift in found:
                _repair(drift, by=by, at=at)
        record(
            *[
                StockDriftFound(
                    variant_id=drift.variant_id, store_id=drift.store_id, drift=drift.counts, repaired=repair
                )
                for drift in found
            ],
            by=by,
            at=at,
        )
    return found


def _compare(places: Sequence[Place] | None) -> list[Drift]:
    names = (*COUNTS, "unheld_reserved", "unheld_backordered")
    with connection.cursor() as cursor:
        cursor.execute(
            _DRIFT,
            {
                "stores": None if places is None else [store for store, _ in places],
                "variants": [] if places is None else [variant for _, variant in places],
            },
        )
        return [
            Drift(row[0], row[1], {name: value for name, value in zip(names, row[2:], strict=True) if value})
            for row in cursor.fetchall()
        ]


def _repair(drift: Drift, *, by: Context, at: datetime) -> None:
    counts = {name: drift.counts.get(name, 0) for name in (*COUNTS, "unheld_reserved", "unheld_backordered")}
    place = {"store_id": drift.store_id, "variant_id": drift.variant_id}
    with connection.cursor() as cursor:
        cursor.execute(_REPAIR_LEVEL, {**counts, **place, "at": at})
        if counts["unheld_reserved"] or counts["unheld_backordered"]:
            cursor.execute(
                _REPAIR_LEDGER,
                {
                    **place,
                    "reserved": -counts["unheld_reserved"],
                    "backordered": -counts["unheld_backordered"],
                    **circumstances(by=by, at=at),
                },
            )
