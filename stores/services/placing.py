"""Promising units to carts and orders: the hottest statement of the house, so it comes last in a transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Busy, RuleViolation
from omnichannel.kernel.ids import uuid7
from stores.errors import InsufficientStock, UnknownVariant
from stores.facts import LineOfStock, StockHeld
from stores.models import Hold
from stores.services.lapsing import take_lapsed
from stores.services.ledger import Place, circumstances, open_levels, turn_facts
from stores.states import HoldState

# Units are taken in the order of the holds; where two want the same level, the later one gets what the
# earlier ones left (`before_it`). Of a back-order variant what is not there is promised beyond stock.
# Counts are set from the locked row; `ledger` says why.
_PLACE = """
WITH wanted AS (
    SELECT * FROM unnest(%(hold_ids)s::uuid[], %(positions)s::int[], %(stores)s::uuid[], %(variants)s::uuid[], %(quantities)s::int[])
        AS w (hold_id, position, store_id, variant_id, quantity)
), level AS (
    SELECT l.id, l.store_id, l.variant_id, l.on_hand, l.reserved, l.backordered, l.safety_stock, l.reorder_point
      FROM stores_stocklevel l
     WHERE (l.store_id, l.variant_id) IN (SELECT w.store_id, w.variant_id FROM wanted w)
     ORDER BY l.store_id, l.variant_id
       FOR NO KEY UPDATE OF l
), measured AS (
    SELECT w.hold_id, w.store_id, w.variant_id, w.quantity, l.id AS level_id, l.reorder_point,
           -- Not joined: a plan made for any number of lines would read all variants, under the locks.
           (SELECT v.stock_policy FROM catalog_variant v WHERE v.id = w.variant_id) AS stock_policy,
           l.on_hand, l.reserved, l.backordered,
           greatest(coalesce(l.on_hand - l.reserved - l.safety_stock, 0), 0) AS available,
           coalesce(sum(w.quantity) OVER (
               PARTITION BY w.store_id, w.variant_id ORDER BY w.position
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::int AS before_it
      FROM wanted w
      LEFT JOIN level l ON l.store_id = w.store_id AND l.variant_id = w.variant_id
), taken AS (
    SELECT m.*, CASE WHEN stock_policy = 'untracked' THEN 0
                     ELSE least(quantity, greatest(available - before_it, 0)) END AS take
      FROM measured m
), judged AS (
    SELECT t.*, CASE WHEN stock_policy = 'backorder' THEN quantity - take ELSE 0 END AS beyond,
           coalesce(CASE stock_policy WHEN 'untracked' THEN true
                                      WHEN 'backorder' THEN level_id IS NOT NULL
                                      ELSE take = quantity END, false) AS is_ok
      FROM taken t
), verdict AS (
    SELECT j.*, bool_and(is_ok) OVER () AS all_ok FROM judged j
), moved AS (
    UPDATE stores_stocklevel l
       SET on_hand = c.on_hand, reserved = c.reserved + c.take, backordered = c.backordered + c.beyond,
           version = l.version + 1, updated_at = %(at)s
      FROM (SELECT level_id, min(on_hand) AS on_hand, min(reserved) AS reserved, min(backordered) AS backordered,
                   sum(take)::int AS take, sum(beyond)::int AS beyond
              FROM verdict WHERE all_ok AND take + beyond > 0 GROUP BY level_id) c
     WHERE l.id = c.level_id
), written AS (
    INSERT INTO stores_stockmovement (
        store_id, variant_id, kind, on_hand_delta, reserved_delta, backordered_delta, incoming_delta, damaged_delta,
        reason, reference_kind, reference_id, actor, channel, device_id, associate_id, at
    )
    SELECT t.store_id, t.variant_id, 'hold', 0, t.take, t.beyond, 0, 0,
           '', h.holder_kind, h.holder_id, %(actor)s, %(channel)s, %(device_id)s, %(associate_id)s, %(at)s
      FROM verdict t
      JOIN unnest(%(new_ids)s::uuid[], %(holder_kinds)s::text[], %(holder_ids)s::uuid[])
           AS h (hold_id, holder_kind, holder_id) ON h.hold_id = t.hold_id
     WHERE t.all_ok AND t.take + t.beyond > 0
     ORDER BY t.store_id, t.variant_id
), held AS (
    INSERT INTO stores_hold (id, store_id, holder_kind, holder_id, state, expires_at, created_at)
    SELECT h.id, h.store_id, h.holder_kind, h.holder_id, 'held', h.until, %(at)s
      FROM unnest(%(new_ids)s::uuid[], %(new_stores)s::uuid[], %(holder_kinds)s::text[], %(holder_ids)s::uuid[],
                  %(untils)s::timestamptz[]) AS h (id, store_id, holder_kind, holder_id, until)
     WHERE (SELECT coalesce(bool_and(is_ok), true) FROM judged)
), lined AS (
    INSERT INTO stores_holdline (hold_id, variant_id, quantity, backordered, broken)
    SELECT hold_id, variant_id, take, beyond, 0 FROM verdict WHERE all_ok AND take + beyond > 0
)
SELECT hold_id, store_id, variant_id, quantity, stock_policy, level_id, available, before_it, reorder_point,
       take, beyond, is_ok
  FROM verdict
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequest:
    """Units wanted of one store for one holder. `until` None: until taken or released.

    `hold_id` is the hold's id to be, for a caller that writes it down before the hold exists (stock comes last).
    """

    store_id: UUID
    wanted: Mapping[UUID, int]
    holder_kind: str
    holder_id: UUID
    until: datetime | None
    hold_id: UUID | None = None


def hold_stock(
    *,
    store_id: UUID,
    wanted: Mapping[UUID, int],
    holder_kind: str,
    holder_id: UUID,
    until: datetime | None,
    by: Context,
    at: datetime,
) -> Hold:
    """Hold units in one store for a cart or an order: all lines or none.

    wanted  units by variant, each > 0.
    until   the moment from which the units may be sold to others again.
    Locks   stock rows, in variant order; the hottest lock there is, so call it last.
    Emits   StockHeld; StockLow or StockOut of levels that crossed the line.
    Raises  InsufficientStock, naming every short variant and what is left of it; UnknownVariant.
    """
    request = HoldRequest(store_id=store_id, wanted=wanted, holder_kind=holder_kind, holder_id=holder_id, until=until)
    return place_holds(holds=[request], by=by, at=at)[0]


def foretell_holds(holds: Sequence[HoldRequest]) -> list[Fact]:
    """StockHeld of holds that are yet to be placed, to be recorded before the stock is locked.

    Only where it is certain: every variant tracked, so that all is held or the transaction ends, and every
    `hold_id` given.
    """
    return [
        _held(
            request,
            request.hold_id,
            [LineOfStock(variant_id=variant, quantity=units) for variant, units in request.wanted.items()],
        )
        for request in holds
        if request.hold_id is not None
    ]


def place_holds(*, holds: Sequence[HoldRequest], by: Context, at: datetime, foretold: bool = False) -> list[Hold]:
    """Hold units in any number of stores: all or none, in the order given. Two statements when there is enough.

    foretold  what `foretell_holds` said of these is recorded already: one statement, and no going on after a shortage.
    Locks   stock rows, in (store, variant) order; call it last.
    Emits   StockHeld for each hold; StockLow or StockOut of levels that crossed the line.
    Raises  InsufficientStock, UnknownVariant; Busy when a foretold variant has ceased to be tracked meanwhile.
    """
    require_positive(quantity for hold in holds for quantity in hold.wanted.values())
    made = [
        Hold(
            id=request.hold_id or uuid7(at),
            store_id=request.store_id,
            holder_kind=request.holder_kind,
            holder_id=request.holder_id,
            state=HoldState.HELD,
            expires_at=request.until,
            created_at=at,
        )
        for request in holds
    ]
    # No savepoint: two round trips less on the hottest path. Nothing is raised inside, so a caller that
    # catches a shortage may go on with its transaction.
    with transaction.atomic(savepoint=False):
        rows = _try_place(holds, made, by=by, at=at)
        if not all(row[-1] for row in rows):
            # Rare, and still under the stock locks: make the levels of first-time back-orders, take from
            # promises that have lapsed, and look once more.
            if unopened := {(row[1], row[2]) for row in rows if row[4] == "backorder" and row[5] is None}:
                open_levels(unopened)
            take_lapsed({(row[1], row[2]) for row in rows}, by=by, at=at)
            rows = _try_place(holds, made, by=by, at=at)
        if placed := all(row[-1] for row in rows):
            if foretold and any(quantity != take for _, _, _, quantity, _, _, _, _, _, take, _, _ in rows):
                raise Busy()
            held = [] if foretold else _held_facts(holds, made, rows)
            record(*held, *_turns(rows), by=by, at=at)
    if not placed:
        raise _shortage(rows)
    return made


def _try_place(
    holds: Sequence[HoldRequest], made: Sequence[Hold], *, by: Context, at: datetime
) -> list[tuple[Any, ...]]:
    lines = [
        (hold.id, position, hold.store_id, variant_id, quantity)
        for position, (hold, request) in enumerate(zip(made, holds, strict=True))
        for variant_id, quantity in request.wanted.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _PLACE,
            {
                "hold_ids": [line[0] for line in lines],
                "positions": [line[1] for line in lines],
                "stores": [line[2] for line in lines],
                "variants": [line[3] for line in lines],
                "quantities": [line[4] for line in lines],
                "new_ids": [hold.id for hold in made],
                "new_stores": [hold.store_id for hold in made],
                "holder_kinds": [hold.holder_kind for hold in made],
                "holder_ids": [hold.holder_id for hold in made],
                "untils": [hold.expires_at for hold in made],
                **circumstances(by=by, at=at),
            },
        )
        return cursor.fetchall()


def _held_facts(holds: Sequence[HoldRequest], made: Sequence[Hold], rows: Sequence[tuple[Any, ...]]) -> list[Fact]:
    lines: dict[UUID, list[LineOfStock]] = {hold.id: [] for hold in made}
    for hold_id, _, variant, _, _, _, _, _, _, take, beyond, _ in rows:
        if take + beyond:
            lines[hold_id].append(LineOfStock(variant_id=variant, quantity=take, backordered=beyond))
    return [_held(request, hold.id, lines[hold.id]) for hold, request in zip(made, holds, strict=True)]


def _held(request: HoldRequest, hold_id: UUID, lines: list[LineOfStock]) -> Fact:
    return StockHeld(
        hold_id=hold_id,
        store_id=request.store_id,
        holder_kind=request.holder_kind,
        holder_id=request.holder_id,
        until=request.until,
        lines=lines,
    )


def _turns(rows: Sequence[tuple[Any, ...]]) -> list[Fact]:
    falls: dict[Place, list[int]] = {}
    for _, store, variant, _, _, level, available, _, reorder_point, take, _, _ in rows:
        if level is not None and take:
            falls.setdefault((store, variant), [available, 0, reorder_point])[1] += take
    return [
        fact
        for (store, variant), (before, taken, reorder_point) in sorted(falls.items())
        for fact in turn_facts(
            store_id=store, variant_id=variant, before=before, after=before - taken, reorder_point=reorder_point
        )
    ]


def _shortage(rows: Sequence[tuple[Any, ...]]) -> Exception:
    if unknown := sorted({row[2] for row in rows if row[4] is None}):
        return UnknownVariant(variants=[str(variant) for variant in unknown])
    short = [row for row in rows if not row[-1]]
    stores = {row[1] for row in short}
    available: dict[UUID, int] = {}
    for row in short:
        available[row[2]] = min(row[6], available.get(row[2], row[6]))
    return InsufficientStock(store_id=stores.pop() if len(stores) == 1 else None, available=available)


def require_positive(quantities: Iterable[int]) -> None:
    if any(quantity <= 0 for quantity in quantities):
        raise RuleViolation("quantity_invalid", "A quantity is at least 1.")
