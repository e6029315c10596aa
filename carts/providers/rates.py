"""The tax and shipping tables, kept in the process under their version: nothing to expire, nothing to invalidate.

Version and content are read by one statement, and the version changes by trigger in the transaction that
changes the content; a cart is loaded with the version it stands under.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carts.rules.shipping import Band, Zone
from carts.rules.tax import Rate

_LOAD = """
SELECT (SELECT version FROM carts_ratetables),
       (SELECT json_agg(json_build_array(id, name, country, region, category_id, rate_pct::text, included,
                                         applies_to_shipping, valid_from, valid_until) ORDER BY id)::text
          FROM carts_taxrate),
       (SELECT json_agg(json_build_array(z.name, z.countries, z.regions, (
                   SELECT json_agg(json_build_array(m.code, m.name, m.currency, m.min_weight_grams, m.max_weight_grams,
                                                    m.amount_minor, m.free_from_minor, m.min_days, m.max_days) ORDER BY m.id)
                     FROM carts_shippingmethod m WHERE m.zone_id = z.id AND m.is_active)) ORDER BY z.position, z.id)::text
          FROM carts_shippingzone z)
"""


@dataclass(frozen=True, slots=True)
class RateTables:
    rates: tuple[Rate, ...]
    zones: tuple[Zone, ...]


_kept: dict[UUID, RateTables] = {}


def find_rate_tables(version: UUID | None) -> RateTables:
    """The tables under this version: from the process's copy, else in one statement."""
    tables = _kept.get(version) if version else None
    if tables is not None:
        return tables
    with connection.cursor() as cursor:
        cursor.execute(_LOAD)
        stands, rates, zones = cursor.fetchone()
    tables = RateTables(
        rates=tuple(_rate(row) for row in _rows(rates)),
        zones=tuple(
            Zone(row[0], frozenset(row[1]), frozenset(row[2]), tuple(Band(*band) for band in row[3] or ()))
            for row in _rows(zones)
        ),
    )
    if stands is not None:
        _kept.clear()
        _kept[stands] = tables
    return tables


def _rate(row: list[Any]) -> Rate:
    number, name, country, region, category, pct, included, on_shipping, begins, ends = row
    return Rate(
        number, name, country, region, category, Decimal(pct), included, on_shipping, _moment(begins), _moment(ends)
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _rows(text: str | None) -> Iterable[list[Any]]:
    return orjson.loads(text) if text else ()
