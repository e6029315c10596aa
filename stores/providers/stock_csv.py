"""Stock as CSV: one row a store and SKU, saying what is there now. The same file again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.transfer.ports import Applied, Batch, Column, Export, Row, RowRefused
from stores.services.adjusting import MAX_UNITS, Adjustment, adjust_stock
from stores.services.ledger import Movement, lock_or_open_levels, write_movements
from stores.states import MovementKind

REASON = "Import"

_FIND = """
SELECT s.row, st.id, v.id, v.stock_policy
  FROM {table} s
  LEFT JOIN LATERAL (
       SELECT id FROM stores_store WHERE code = s.store OR external_id = s.store
        ORDER BY (code = s.store) DESC LIMIT 1) st ON true
  LEFT JOIN catalog_variant v ON v.sku = s.sku
 WHERE {where}
"""
_THRESHOLDS = """
UPDATE stores_stocklevel l
   SET safety_stock = coalesce(t.safety, l.safety_stock), reorder_point = coalesce(t.reorder, l.reorder_point),
       location = coalesce(t.location, l.location), version = l.version + 1, updated_at = %(at)s
  FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[], %(safety)s::int[], %(reorder)s::int[], %(locations)s::text[])
       AS t (store_id, variant_id, safety, reorder, location)
 WHERE l.store_id = t.store_id AND l.variant_id = t.variant_id
   AND (l.safety_stock, l.reorder_point, l.location)
       IS DISTINCT FROM (coalesce(t.safety, l.safety_stock), coalesce(t.reorder, l.reorder_point), coalesce(t.location, l.location))
RETURNING l.store_id, l.variant_id
"""


@dataclass(frozen=True, slots=True)
class _Wanted:
    on_hand: int | None
    incoming: int | None
    damaged: int | None
    safety_stock: int | None
    reorder_point: int | None
    location: str | None


class StockImporter:
    kind, title = "stock", "Stock levels by store and SKU, as counted now"
    columns: Sequence[Column] = (
        Column("store", required=True, aliases=("store_code", "store_id", "location_id")),
        Column("sku", required=True),
        *(Column(name) for name in ("on_hand", "incoming", "damaged", "safety_stock", "reorder_point", "location")),
    )
    batch_rows = 2_000
    group_by = ""
    ignore_unknown = False

    def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied:
        places = _places(batch)
        wanted: dict[tuple[UUID, UUID], _Wanted] = {}
        for row in batch.rows():
            try:
                # Of two rows for one level the later one stands.
                wanted[_place(row, places)] = _read(row)
            except RowRefused as refusal:
                batch.refuse(row.number, refusal.code, refusal.title, refusal.column)
        return _apply(wanted, by=by, at=at) if wanted else Applied()


def _places(batch: Batch) -> dict[int, tuple[UUID | None, UUID | None, str | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(table=batch.table, where=batch.where))
        return {row: (store, variant, policy) for row, store, variant, policy in cursor.fetchall()}


def _place(row: Row, places: dict[int, tuple[UUID | None, UUID | None, str | None]]) -> tuple[UUID, UUID]:
    row.text("store", required=True)
    row.text("sku", required=True)
    store, variant, policy = places[row.number]
    if store is None:
        raise RowRefused("store_unknown", "There is no store with this code or external id.", "store")
    if variant is None:
        raise RowRefused("sku_unknown", "There is no product with this SKU.", "sku")
    if policy == "untracked":
        raise RowRefused("variant_untracked", "The stock of this variant is not tracked.", "sku")
    return store, variant


def _read(row: Row) -> _Wanted:
    def count(name: str) -> int | None:
        return row.integer(name, lowest=0, highest=MAX_UNITS)

    return _Wanted(
        on_hand=count("on_hand"),
        incoming=count("incoming"),
        damaged=count("damaged"),
        safety_stock=count("safety_stock"),
        reorder_point=count("reorder_point"),
        location=row.text("location", longest=40) or None,
    )


def _apply(wanted: dict[tuple[UUID, UUID], _Wanted], *, by: Context, at: datetime) -> Applied:
    known = _existing(wanted)
    broken = [place for place in wanted if _falls_below(wanted[place].on_hand, known.get(place))]
    for store_id, variant_id in broken:
        # Fewer than are promised: each takes locks on holds, so these few go first, one by one.
        adjust_stock(
            adjustment=Adjustment(
                store_id=store_id,
                variant_id=variant_id,
                reason=REASON,
                kind=MovementKind.IMPORT,
                set_on_hand=wanted[store_id, variant_id].on_hand,
            ),
            by=by,
            at=at,
        )
    levels = lock_or_open_levels(wanted)
    movements = []
    for place, level in levels.items():
        now_there = wanted[place]
        change = Movement(
            store_id=level.store_id,
            variant_id=level.variant_id,
            kind=MovementKind.IMPORT,
            on_hand=0 if now_there.on_hand is None else max(now_there.on_hand, level.reserved) - level.on_hand,
            incoming=0 if now_there.incoming is None else now_there.incoming - level.incoming,
            damaged=0 if now_there.damaged is None else now_there.damaged - level.damaged,
            reason=REASON,
            reference_kind="import",
        )
        if change.on_hand or change.incoming or change.damaged:
            movements.append(change)
    outcomes = write_movements(movements, by=by, at=at)
    if not all(outcome.is_ok for outcome in outcomes):
        raise RuntimeError("A change worked out under lock was refused; the ledger and its levels disagree.")
    # A level's first stock is no news of something that came back.
    facts: list[Fact] = [
        fact for outcome in outcomes if (outcome.store_id, outcome.variant_id) in known for fact in outcome.facts
    ]
    record(*facts, by=by, at=at)
    touched = {(change.store_id, change.variant_id) for change in movements} | set(broken) | _set_thresholds(wanted, at)
    created = len(wanted.keys() - known.keys())
    updated = len(touched & known.keys())
    return Applied(created, updated, len(wanted) - created - updated)


def _existing(wanted: dict[tuple[UUID, UUID], _Wanted]) -> dict[tuple[UUID, UUID], tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT store_id, variant_id, on_hand, reserved FROM stores_stocklevel
                WHERE (store_id, variant_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))""",
            [[store for store, _ in wanted], [variant for _, variant in wanted]],
        )
        return {(store, variant): (on_hand, reserved) for store, variant, on_hand, reserved in cursor.fetchall()}


def _falls_below(on_hand: int | None, known: tuple[int, int] | None) -> bool:
    return on_hand is not None and known is not None and on_hand < known[1]


def _set_thresholds(wanted: dict[tuple[UUID, UUID], _Wanted], at: datetime) -> set[tuple[UUID, UUID]]:
    places = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            _THRESHOLDS,
            {
                "stores": [store for store, _ in places],
                "variants": [variant for _, variant in places],
                "safety": [wanted[place].safety_stock for place in places],
                "reorder": [wanted[place].reorder_point for place in places],
                "locations": [wanted[place].location for place in places],
                "at": at,
            },
        )
        return {(store, variant) for store, variant in cursor.fetchall()}


STOCK = Export(
    "stock",
    "Stock levels",
    """
    SELECT coalesce(s.external_id, s.code) AS store, v.sku, l.on_hand, l.incoming, l.damaged, l.safety_stock,
           l.reorder_point, l.location
      FROM stores_stocklevel l JOIN stores_store s ON s.id = l.store_id JOIN catalog_variant v ON v.id = l.variant_id
     ORDER BY 1, 2
    """,
)
MOVEMENTS = Export(
    "stock_movements",
    "The stock ledger",
    """
    SELECT m.id, m.at, s.code AS store, v.sku, m.kind, m.on_hand_delta, m.reserved_delta, m.backordered_delta,
           m.incoming_delta, m.damaged_delta, m.reason, m.reference_kind, m.reference_id, m.actor, m.channel
      FROM stores_stockmovement m JOIN stores_store s ON s.id = m.store_id JOIN catalog_variant v ON v.id = m.variant_id
     ORDER BY m.id
    """,
)
