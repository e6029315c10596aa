"""When a store could hand over what is wanted of it: what placing an order asks, by keys alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from stores.queries.availability import read_hours
from stores.rules.opening import openness_at, promise_pickup

# Per line: is any of it here, or does nobody count it. Units of lapsed promises are looked for only where the
# shelf has none left.
_PROMISES = """
SELECT s.id, s.pickup_enabled, s.pickup_lead_minutes, s.opening_hours, s.time_zone, s.opens_on, s.closes_on,
       bool_and(coalesce(
           (SELECT v.stock_policy = 'untracked' FROM catalog_variant v WHERE v.id = w.variant_id)
           OR (SELECT CASE WHEN l.on_hand - l.reserved - l.safety_stock > 0 THEN true
                           ELSE l.on_hand - l.reserved - l.safety_stock + coalesce((
                                    SELECT sum(hl.quantity)
                                      FROM stores_hold h JOIN stores_holdline hl ON hl.hold_id = h.id
                                     WHERE h.state = 'held' AND h.expires_at <= %(at)s
                                       AND h.store_id = w.store_id AND hl.variant_id = w.variant_id), 0) > 0 END
                 FROM stores_stocklevel l WHERE l.store_id = w.store_id AND l.variant_id = w.variant_id),
           false))
  FROM unnest(%(stores)s::uuid[], %(variants)s::uuid[]) AS w (store_id, variant_id)
  JOIN stores_store s ON s.id = w.store_id
 WHERE s.is_active
 GROUP BY s.id
"""


@dataclass(frozen=True, slots=True)
class PickupPromise:
    """`ready_at` is None unless everything wanted of the store is there now."""

    pickup_enabled: bool
    ready_at: datetime | None


def list_pickup_promises(wanted: Mapping[UUID, Iterable[UUID]], *, at: datetime) -> dict[UUID, PickupPromise]:
    """By store: does it hand over, and from when these variants. Closed stores are absent. One statement."""
    pairs = [(store_id, variant_id) for store_id, variants in wanted.items() for variant_id in variants]
    with connection.cursor() as cursor:
        cursor.execute(
            _PROMISES,
            {"stores": [store for store, _ in pairs], "variants": [variant for _, variant in pairs], "at": at},
        )
        rows = cursor.fetchall()
    promises: dict[UUID, PickupPromise] = {}
    for store_id, enabled, lead_minutes, stored, zone, opens_on, closes_on, is_here in rows:
        _, hours = read_hours(stored, zone, opens_on, closes_on)
        openness = openness_at(hours, at=at)
        if openness.is_over or openness.is_ahead:
            continue
        ready_at = promise_pickup(hours, at=at, lead_minutes=lead_minutes) if enabled and is_here else None
        promises[store_id] = PickupPromise(enabled, ready_at)
    return promises
