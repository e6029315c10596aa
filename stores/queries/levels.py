"""What may be sold, by variant: the units of lapsed holds count in, for whoever needs them takes them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

# Units that holds past their moment still keep. The partial index on open holds makes this nearly free: the
# sweep leaves none older than a few seconds.
LAPSED = """
lapsed AS (
    SELECT h.store_id, hl.variant_id, sum(hl.quantity)::int AS quantity
      FROM stores_hold h JOIN stores_holdline hl ON hl.hold_id = h.id
     WHERE h.state = 'held' AND h.expires_at <= coalesce(%(at)s::timestamptz, statement_timestamp())
       AND hl.variant_id = ANY(%(variants)s::uuid[])
     GROUP BY h.store_id, hl.variant_id
)"""

_TO_SELL = f"""
WITH {LAPSED}
SELECT l.variant_id,
       sum(greatest(l.on_hand - l.reserved - l.safety_stock + coalesce(p.quantity, 0), 0))::int
  FROM stores_stocklevel l
  JOIN stores_store s ON s.id = l.store_id
  LEFT JOIN lapsed p ON p.store_id = l.store_id AND p.variant_id = l.variant_id
 WHERE l.variant_id = ANY(%(variants)s::uuid[])
   AND CASE WHEN %(store_id)s::uuid IS NULL THEN s.ships AND s.is_active ELSE s.id = %(store_id)s::uuid END
 GROUP BY l.variant_id
"""

_SHIPPING = f"""
WITH {LAPSED}
SELECT s.id, l.variant_id, greatest(l.on_hand - l.reserved - l.safety_stock + coalesce(p.quantity, 0), 0)
  FROM stores_store s
  LEFT JOIN stores_stocklevel l ON l.store_id = s.id AND l.variant_id = ANY(%(variants)s::uuid[])
  LEFT JOIN lapsed p ON p.store_id = l.store_id AND p.variant_id = l.variant_id
 WHERE s.ships AND s.is_active
 ORDER BY s.shipping_priority, s.id
"""


def list_available_to_sell(
    variant_ids: Sequence[UUID], store_id: UUID | None, *, at: datetime | None = None
) -> dict[UUID, int]:
    """Units that may be promised, by variant: in one store, or summed over those that ship. One statement.

    A variant nobody has is 0. Stock policy is not looked at: back-order and untracked variants sell beyond this.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TO_SELL, {"variants": list(variant_ids), "store_id": store_id, "at": at})
        found = dict(cursor.fetchall())
    return {variant_id: found.get(variant_id, 0) for variant_id in variant_ids}


def list_shipping_stock(variant_ids: Sequence[UUID], *, at: datetime | None = None) -> dict[UUID, dict[UUID, int]]:
    """Stores that ship, by their priority, with what each may promise of each variant. One statement."""
    stores: dict[UUID, dict[UUID, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHIPPING, {"variants": list(variant_ids), "at": at})
        for store_id, variant_id, available in cursor.fetchall():
            lines = stores.setdefault(store_id, dict.fromkeys(variant_ids, 0))
            if variant_id is not None:
                lines[variant_id] = available
    return stores
