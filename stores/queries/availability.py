"""Many variants over many stores, nearest first, with distance and pickup promise: one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from stores.rules.opening import OpeningHours, Openness, openness_at, promise_pickup

# `near` is the great circle on a sphere of 6,371 km (haversine; least() guards asin against rounding).
# Pop-ups are cut a day wide here and to the day in their own zone by the pure rule.
_AVAILABILITY = """
WITH wanted AS (
    SELECT v.id, v.sku, v.stock_policy FROM catalog_variant v WHERE v.id = ANY(%(variants)s::uuid[])
    UNION
    SELECT v.id, v.sku, v.stock_policy FROM catalog_variant v WHERE v.sku = ANY(%(skus)s::text[])
), lapsed AS (
    SELECT h.store_id, hl.variant_id, sum(hl.quantity)::int AS quantity
      FROM stores_hold h JOIN stores_holdline hl ON hl.hold_id = h.id
     WHERE h.state = 'held' AND h.expires_at <= %(at)s::timestamptz
     GROUP BY h.store_id, hl.variant_id
), place AS (
    SELECT s.*, CASE WHEN %(latitude)s::float8 IS NOT NULL THEN 12742 * asin(least(1, sqrt(
               power(sin(radians(s.latitude - %(latitude)s::float8) / 2), 2)
               + cos(radians(%(latitude)s::float8)) * cos(radians(s.latitude))
                 * power(sin(radians(s.longitude - %(longitude)s::float8) / 2), 2)))) END AS distance_km
      FROM stores_store s
     WHERE s.is_active
       AND (%(stores)s::uuid[] IS NULL OR s.id = ANY(%(stores)s::uuid[]))
       AND (%(codes)s::text[] IS NULL OR s.code = ANY(%(codes)s::text[]))
       AND (%(warehouses)s::bool OR s.kind <> 'warehouse')
       AND coalesce(s.opens_on <= (%(at)s::timestamptz + interval '1 day')::date, true)
       AND coalesce(s.closes_on >= (%(at)s::timestamptz - interval '1 day')::date, true)
       AND (NOT %(with_stock)s::bool OR EXISTS (
               SELECT FROM wanted w
                 JOIN stores_stocklevel l ON l.variant_id = w.id AND l.store_id = s.id
                 LEFT JOIN lapsed o ON o.store_id = l.store_id AND o.variant_id = l.variant_id
                WHERE l.on_hand - l.reserved - l.safety_stock + coalesce(o.quantity, 0) > 0))
     ORDER BY distance_km NULLS LAST, s.name, s.id
     LIMIT %(limit)s::int OFFSET %(offset)s::int
), line AS (
    SELECT p.id AS store_id, array_agg(w.id ORDER BY w.sku) AS variants, array_agg(w.sku ORDER BY w.sku) AS skus,
           array_agg(w.stock_policy ORDER BY w.sku) AS policies,
           array_agg(coalesce(l.on_hand, 0) ORDER BY w.sku) AS on_hand,
           array_agg(greatest(coalesce(l.on_hand - l.reserved - l.safety_stock, 0) + coalesce(o.quantity, 0), 0)
                     ORDER BY w.sku) AS available,
           array_agg(coalesce(l.incoming, 0) ORDER BY w.sku) AS incoming
      FROM place p
     CROSS JOIN wanted w
      -- OFFSET 0 keeps the planner to one index look-up a pair; joined freely it reads the whole table.
      LEFT JOIN LATERAL (
           SELECT * FROM stores_stocklevel l WHERE l.store_id = p.id AND l.variant_id = w.id OFFSET 0) l ON true
      LEFT JOIN lapsed o ON o.store_id = p.id AND o.variant_id = w.id
     GROUP BY p.id
)
SELECT p.id, p.code, p.name, p.kind, p.line1, p.line2, p.city, p.region, p.postal_code, p.country, p.phone,
       p.latitude, p.longitude, p.time_zone, p.opening_hours, p.opens_on, p.closes_on, p.pickup_enabled,
       p.pickup_lead_minutes, p.distance_km, n.variants, n.skus, n.policies, n.on_hand, n.available, n.incoming
  FROM place p
  LEFT JOIN line n ON n.store_id = p.id
 ORDER BY p.distance_km NULLS LAST, p.name, p.id
"""

_LINE_COLUMNS = ("variants", "skus", "policies", "on_hand", "available", "incoming")


@dataclass(frozen=True, slots=True)
class Availability:
    """`available` is what may be promised: on hand − reserved − safety stock, lapsed holds given back."""

    variant_id: UUID
    sku: str
    policy: str
    on_hand: int
    available: int
    incoming: int

    @property
    def is_sellable(self) -> bool:
        return self.available > 0 or self.policy != "tracked"

    @property
    def is_here_now(self) -> bool:
        return self.available > 0 or self.policy == "untracked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityQuery:
    """near (latitude, longitude); `with_stock`: only stores that have one of them; `at` decides opening and promise."""

    at: datetime
    variant_ids: Sequence[UUID] = ()
    skus: Sequence[str] = ()
    near: tuple[float, float] | None = None
    store_ids: Sequence[UUID] | None = None
    store_codes: Sequence[str] | None = None
    limit: int = 50
    offset: int = 0
    with_stock: bool = False
    with_warehouses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAvailability:
    """One store. `pickup_promise_at` is None unless everything asked for is there now and the store hands over."""

    store_id: UUID
    code: str
    name: str
    kind: str
    address: Mapping[str, str]
    phone: str
    opening_hours: Mapping[str, Any]
    opens_on: date | None
    closes_on: date | None
    latitude: float | None
    longitude: float | None
    time_zone: str
    distance_km: float | None
    openness: Openness
    pickup_enabled: bool
    pickup_lead_minutes: int
    pickup_promise_at: datetime | None
    lines: Mapping[UUID, Availability] = field(default_factory=dict)


def list_availability(
    variant_ids: Sequence[UUID],
    *,
    near: tuple[float, float] | None,
    at: datetime,
    store_ids: Sequence[UUID] | None = None,
    limit: int = 50,
) -> list[StoreAvailability]:
    """Every active shop with what it has of these variants, nearest first. One statement.

    Warehouses are among them only when `store_ids` names them.
    """
    return find_availability(
        AvailabilityQuery(
            variant_ids=variant_ids,
            near=near,
            at=at,
            store_ids=store_ids,
            limit=limit,
            with_warehouses=store_ids is not None,
        )
    )


def find_availability(query: AvailabilityQuery) -> list[StoreAvailability]:
    """What the query asks for. One statement."""
    return page_availability(query)[0]


def page_availability(query: AvailabilityQuery) -> tuple[list[StoreAvailability], bool]:
    """A page of what the query asks for, and whether there is more behind it. One statement."""
    latitude, longitude = query.near or (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            _AVAILABILITY,
            {
                "variants": list(query.variant_ids),
                "skus": list(query.skus),
                "at": query.at,
                "latitude": latitude,
                "longitude": longitude,
                "stores": None if query.store_ids is None else list(query.store_ids),
                "codes": None if query.store_codes is None else list(query.store_codes),
                "warehouses": query.with_warehouses,
                "with_stock": query.with_stock,
                "limit": query.limit + 1,
                "offset": query.offset,
            },
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    found = [_shown(row, query.at) for row in rows[: query.limit]]
    there = [entry for entry in found if not entry.openness.is_over and not entry.openness.is_ahead]
    return there, len(rows) > query.limit


@lru_cache(maxsize=4_096)
def read_hours(
    stored: str, time_zone: str, opens_on: date | None, closes_on: date | None
) -> tuple[Mapping[str, Any], OpeningHours]:
    """Opening hours are read with every answer and change a few times a year. Django leaves jsonb as text."""
    read = orjson.loads(stored)
    return read, OpeningHours.read(read, time_zone, opens_on=opens_on, closes_on=closes_on)


def _shown(row: Mapping[str, Any], at: datetime) -> StoreAvailability:
    stored, hours = read_hours(row["opening_hours"], row["time_zone"], row["opens_on"], row["closes_on"])
    lines = [Availability(*line) for line in zip(*(row[name] or () for name in _LINE_COLUMNS), strict=True)]
    promise = None
    if row["pickup_enabled"] and all(line.is_here_now for line in lines):
        promise = promise_pickup(hours, at=at, lead_minutes=row["pickup_lead_minutes"])
    return StoreAvailability(
        store_id=row["id"],
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        address={name: row[name] for name in ("line1", "line2", "city", "region", "postal_code", "country")},
        phone=row["phone"],
        opening_hours=stored,
        opens_on=row["opens_on"],
        closes_on=row["closes_on"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        time_zone=row["time_zone"],
        distance_km=None if row["distance_km"] is None else round(row["distance_km"], 2),
        openness=openness_at(hours, at=at),
        pickup_enabled=row["pickup_enabled"],
        pickup_lead_minutes=row["pickup_lead_minutes"],
        pickup_promise_at=promise,
        lines={line.variant_id: line for line in lines},
    )
