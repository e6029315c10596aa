"""The one way into stock: a level changes only together with the movements that say why.

Both happen in one statement over all lines, rows locked in ascending (store, variant). Everything here
runs inside the caller's transaction and takes the hottest locks there are: call it last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from omnichannel.events.facts import Fact
from omnichannel.kernel.context import Context
from stores.errors import UnknownVariant
from stores.facts import StockBack, StockLow, StockOut
from stores.rules.levels import Turn, turn_of
from stores.states import MovementKind

Place = tuple[UUID, UUID]  # store, variant

# `asked` is what is to happen, `level` the rows it happens to, locked; `judged` says of each level whether the
# change keeps the promises of the ledger. One line that does not stops all of them: the caller reads why.
# Every count is set from the locked row, not from `l`: PostgreSQL checks the constraints of the row as the
# statement's snapshot had it before it finds that a newer one exists, and would refuse what is right.
# An untracked variant has no count to change, unless an older promise of it ends.
_MOVE = """
WITH asked AS (
    SELECT * FROM unnest(
        %(stores)s::uuid[], %(variants)s::uuid[], %(kinds)s::text[], %(on_hand)s::int[], %(reserved)s::int[],
        %(backordered)s::int[], %(incoming)s::int[], %(damaged)s::int[],
        %(reasons)s::text[], %(reference_kinds)s::text[], %(reference_ids)s::uuid[]
    ) AS a (store_id, variant_id, kind, on_hand, reserved, backordered, incoming, damaged, reason, reference_kind, reference_id)
), change AS (
    SELECT store_id, variant_id, sum(on_hand)::int AS on_hand, sum(reserved)::int AS reserved,
           sum(backordered)::int AS backordered, sum(incoming)::int AS incoming, sum(damaged)::int AS damaged,
           -- Not joined: a plan made for any number of lines would read all variants, under the locks.
           (SELECT v.stock_policy FROM catalog_variant v WHERE v.id = asked.variant_id) AS stock_policy
      FROM asked GROUP BY store_id, variant_id
), level AS (
    SELECT l.id, l.store_id, l.variant_id, l.on_hand, l.reserved, l.backordered, l.incoming, l.damaged,
           l.safety_stock, l.reorder_point
      FROM stores_stocklevel l
     WHERE (l.store_id, l.variant_id) IN (SELECT c.store_id, c.variant_id FROM change c)
     ORDER BY l.store_id, l.variant_id
       FOR NO KEY UPDATE OF l
), judged AS (
    SELECT c.store_id, c.variant_id, c.stock_policy, l.id AS level_id,
           l.on_hand, l.reserved, l.backordered, l.incoming, l.damaged, l.safety_stock, l.reorder_point,
           c.on_hand AS d_on_hand, c.reserved AS d_reserved, c.backordered AS d_backordered,
           c.incoming AS d_incoming, c.damaged AS d_damaged,
           c.stock_policy = 'untracked' AND c.reserved = 0 AND c.backordered = 0 AS skipped,
           coalesce(
               c.stock_policy = 'untracked' AND c.reserved = 0 AND c.backordered = 0
               OR l.reserved + c.reserved BETWEEN 0 AND l.on_hand + c.on_hand
                  AND l.backordered + c.backordered >= 0
                  AND l.incoming + c.incoming >= 0
                  AND l.damaged + c.damaged >= 0,
               false
           ) AS is_ok
      FROM change c
      LEFT JOIN level l ON l.store_id = c.store_id AND l.variant_id = c.variant_id
), verdict AS (
    SELECT j.*, bool_and(is_ok) OVER () AS all_ok FROM judged j
), moved AS (
    UPDATE stores_stocklevel l
       SET on_hand = t.on_hand + t.d_on_hand, reserved = t.reserved + t.d_reserved,
           backordered = t.backordered + t.d_backordered, incoming = t.incoming + t.d_incoming,
           damaged = t.damaged + t.d_damaged, version = l.version + 1, updated_at = %(at)s
      FROM verdict t
     WHERE l.id = t.level_id AND t.all_ok AND NOT t.skipped
), written AS (
    INSERT INTO stores_stockmovement (
        store_id, variant_id, kind, on_hand_delta, reserved_delta, backordered_delta, incoming_delta, damaged_delta,
        reason, reference_kind, reference_id, actor, channel, device_id, associate_id, at
    )
    SELECT a.store_id, a.variant_id, a.kind, a.on_hand, a.reserved, a.backordered, a.incoming, a.damaged,
           a.reason, a.reference_kind, a.reference_id, %(actor)s, %(channel)s, %(device_id)s, %(associate_id)s, %(at)s
      FROM asked a JOIN verdict t ON t.store_id = a.store_id AND t.variant_id = a.variant_id
     WHERE t.all_ok AND NOT t.skipped
     ORDER BY a.store_id, a.variant_id
)
SELECT store_id, variant_id, stock_policy, level_id, is_ok, skipped,
       on_hand, reserved, safety_stock, reorder_point, d_on_hand, d_reserved
  FROM verdict ORDER BY store_id, variant_id
"""

_OPEN = """
INSERT INTO stores_stocklevel
       (store_id, variant_id, on_hand, reserved, backordered, safety_stock, reorder_point, incoming, damaged, location, version)
SELECT store_id, variant_id, 0, 0, 0, 0, 0, 0, 0, '', 0
  FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[]) AS p (store_id, variant_id)
 ORDER BY store_id, variant_id
    ON CONFLICT (store_id, variant_id) DO NOTHING
"""

_LOCK = """
SELECT l.store_id, l.variant_id, l.id, v.stock_policy, l.on_hand, l.reserved, l.backordered, l.safety_stock,
       l.incoming, l.damaged, l.version
  FROM stores_stocklevel l JOIN catalog_variant v ON v.id = l.variant_id
 WHERE (l.store_id, l.variant_id) IN (
           SELECT store_id, variant_id FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[]) AS p (store_id, variant_id))
 ORDER BY l.store_id, l.variant_id
   FOR NO KEY UPDATE OF l
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One line of the ledger to be written. Deltas are signed units; `reason` is in a person's words."""

    store_id: UUID
    variant_id: UUID
    kind: MovementKind
    on_hand: int = 0
    reserved: int = 0
    backordered: int = 0
    incoming: int = 0
    damaged: int = 0
    reason: str = ""
    reference_kind: str = ""
    reference_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LockedLevel:
    """A stock level under lock."""

    store_id: UUID
    variant_id: UUID
    level_id: int
    policy: str
    on_hand: int
    reserved: int
    backordered: int
    safety_stock: int
    incoming: int
    damaged: int
    version: int

    @property
    def free(self) -> int:
        """Units on the shelf that nobody was promised."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one level was and whether the whole change was made. `free` is what is on hand and unpromised."""

    store_id: UUID
    variant_id: UUID
    policy: str | None
    has_level: bool
    is_ok: bool
    skipped: bool
    free: int
    facts: tuple[Fact, ...]


def write_movements(movements: Sequence[Movement], *, by: Context, at: datetime) -> list[Outcome]:
    """Change levels by these movements, all or none. One statement, whatever their number.

    Locks   stock rows, in (store, variant) order.
    Returns one outcome a level; nothing was changed when any is not ok. The caller records `facts`.
    """
    if not movements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVE,
            {
                "stores": [m.store_id for m in movements],
                "variants": [m.variant_id for m in movements],
                "kinds": [str(m.kind) for m in movements],
                "on_hand": [m.on_hand for m in movements],
                "reserved": [m.reserved for m in movements],
                "backordered": [m.backordered for m in movements],
                "incoming": [m.incoming for m in movements],
                "damaged": [m.damaged for m in movements],
                "reasons": [m.reason for m in movements],
                "reference_kinds": [m.reference_kind for m in movements],
                "reference_ids": [m.reference_id for m in movements],
                **circumstances(by=by, at=at),
            },
        )
        rows = cursor.fetchall()
    if unknown := [variant for _, variant, policy, *_ in rows if policy is None]:
        raise UnknownVariant(variants=[str(variant) for variant in unknown])
    return [_outcome(row) for row in rows]


def open_levels(places: Iterable[Place]) -> None:
    """Make the rows that are missing, empty, so that a first movement has something to change."""
    stores, variants = _columns(places)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"stores": stores, "variants": variants})


def lock_levels(places: Iterable[Place]) -> dict[Place, LockedLevel]:
    """Lock levels, in (store, variant) order; missing ones are absent from the answer."""
    stores, variants = _columns(places)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"stores": stores, "variants": variants})
        return {(row[0], row[1]): LockedLevel(*row) for row in cursor.fetchall()}


def lock_or_open_levels(places: Iterable[Place]) -> dict[Place, LockedLevel]:
    """Lock levels, making the missing ones first. Raises UnknownVariant."""
    wanted = set(places)
    levels = lock_levels(wanted)
    if missing := wanted - levels.keys():
        require_variants(variant for _, variant in missing)
        open_levels(missing)
        levels = lock_levels(wanted)
    return levels


def require_variants(variants: Iterable[UUID]) -> None:
    wanted = sorted(set(variants))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalog_variant WHERE id = ANY(%s::uuid[])", [wanted])
        known = {row[0] for row in cursor.fetchall()}
    if unknown := [variant for variant in wanted if variant not in known]:
        raise UnknownVariant(variants=[str(variant) for variant in unknown])


def circumstances(*, by: Context, at: datetime) -> dict[str, str | UUID | datetime | None]:
    """Who, where and when, as the columns of a movement."""
    return {
        "actor": by.actor,
        "channel": by.channel,
        "device_id": by.device_id,
        "associate_id": by.associate_id,
        "at": at,
    }


def turn_facts(*, store_id: UUID, variant_id: UUID, before: int, after: int, reorder_point: int) -> tuple[Fact, ...]:
    """The fact that what is available to sell ran low, ran out or came back; none when it crossed no line."""
    match turn_of(before=before, after=after, reorder_point=reorder_point):
        case Turn.LOW:
            return (StockLow(store_id=store_id, variant_id=variant_id, available=after, reorder_point=reorder_point),)
        case Turn.OUT:
            return (StockOut(store_id=store_id, variant_id=variant_id),)
        case Turn.BACK:
            return (StockBack(store_id=store_id, variant_id=variant_id, available=after),)
    return ()


def _columns(places: Iterable[Place]) -> tuple[list[UUID], list[UUID]]:
    ordered = sorted(set(places))
    return [store for store, _ in ordered], [variant for _, variant in ordered]


def _outcome(row: tuple[Any, ...]) -> Outcome:
    # The columns as _MOVE lists them.
    store, variant, policy, level, is_ok, skipped, on_hand, reserved, safety, reorder_point, d_on_hand, d_reserved = row
    facts: tuple[Fact, ...] = ()
    if level is not None and is_ok and not skipped:
        before = on_hand - reserved - safety
        facts = turn_facts(
            store_id=store,
            variant_id=variant,
            before=before,
            after=before + d_on_hand - d_reserved,
            reorder_point=reorder_point,
        )
    return Outcome(
        store_id=store,
        variant_id=variant,
        policy=policy,
        has_level=level is not None,
        is_ok=is_ok,
        skipped=skipped,
        free=max(0, on_hand - reserved) if level is not None else 0,
        facts=facts,
    )
