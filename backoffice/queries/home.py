"""The figures of the home page. Each function is one statement, bounded by an index whatever the size of the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from backoffice.rules.findings import group_of
from omnichannel.kernel.ids import uuid7_floor

USUAL_WEEKS = 8
MANY = 100_000

# Sales as docs/metrics.md defines them, so that the rows behind these figures are those of the insights.
SALES_BY_HOUR = """
SELECT d.n, extract(hour FROM o.placed_at AT TIME ZONE %(zone)s)::int AS hour, o.channel,
       sum(o.current_total_minor)::bigint AS sales, count(*) AS orders
  FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS d (start, until, n)
  JOIN orders_order o ON o.placed_at >= d.start AND o.placed_at < d.until
 WHERE o.currency = %(currency)s AND o.confirmed_at IS NOT NULL AND o.status <> 'cancelled'
 GROUP BY 1, 2, 3
"""

SALES_BY_DAY = """
SELECT (placed_at AT TIME ZONE %(zone)s)::date AS day, channel, sum(current_total_minor)::bigint AS sales
  FROM orders_order
 WHERE placed_at >= %(since)s AND currency = %(currency)s AND confirmed_at IS NOT NULL AND status <> 'cancelled'
 GROUP BY 1, 2
"""

OPEN_CARTS = """
WITH open_carts AS (
    SELECT id, customer_id, channel, total_minor, item_count, last_activity_at
      FROM carts_cart
     WHERE status = 'open' AND last_activity_at >= %(since)s AND item_count > 0 AND currency = %(currency)s
)
SELECT (SELECT count(*) FROM open_carts), (SELECT coalesce(sum(total_minor), 0)::bigint FROM open_carts),
       (SELECT count(*) FROM open_carts WHERE last_activity_at >= %(recent)s),
       (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT c.id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), 'A guest') AS name,
                   c.channel, c.total_minor, c.item_count, c.last_activity_at
              FROM open_carts c LEFT JOIN customers_customer u ON u.id = c.customer_id
             ORDER BY c.total_minor DESC, c.id LIMIT %(most)s OFFSET %(skip)s) t)
"""

MARKETING = """
SELECT (SELECT count(*) FROM campaign_journeys_journey WHERE status = 'live'),
       (SELECT count(*) FROM (SELECT 1 FROM campaign_journeys_enrolment WHERE state = 'active' LIMIT %(most)s) e),
       (SELECT count(*) FROM (SELECT 1 FROM campaign_messages_message
                               WHERE id >= %(week_id)s AND created_at >= %(week)s AND state = 'sent' LIMIT %(most)s) m),
       (SELECT count(*) FROM loyalty_referraluse WHERE state = 'flagged'),
       (SELECT count(*) FROM campaign_social_post WHERE state = 'pending')
"""

PICKUPS = """
WITH waiting AS (
    SELECT f.id, f.order_id, f.status, f.promised_at, f.store_id
      FROM orders_fulfilment f JOIN orders_order o ON o.id = f.order_id AND o.status <> 'placed'
     WHERE f.kind = 'pickup' AND f.status IN ('placed', 'accepted', 'picking')
)
SELECT (SELECT count(*) FROM waiting), (SELECT count(*) FROM waiting WHERE promised_at < %(now)s),
       (SELECT count(*) FROM orders_fulfilment WHERE kind = 'pickup' AND status = 'ready'),
       (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT w.id, w.order_id, o.number, s.name AS store, w.status, w.promised_at, s.time_zone,
                   coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), o.number) AS name
              FROM waiting w
              JOIN orders_order o ON o.id = w.order_id
              LEFT JOIN stores_store s ON s.id = w.store_id
              LEFT JOIN customers_customer u ON u.id = o.customer_id
             ORDER BY w.promised_at NULLS LAST LIMIT 3) t)
"""

# Only levels that are already low are looked at, the lowest first; the sales rate comes from the ledger.
LOW_STOCK = """
WITH low AS (
    SELECT l.id, l.store_id, l.variant_id, l.on_hand - l.reserved - l.safety_stock AS available, l.incoming
      FROM stores_stocklevel l
     WHERE l.on_hand - l.reserved - l.safety_stock BETWEEN 0 AND 12
     ORDER BY l.on_hand - l.reserved - l.safety_stock
     LIMIT 1000
), rate AS (
    SELECT low.*, m.sold / 28.0 AS a_day
      FROM low
      CROSS JOIN LATERAL (SELECT coalesce(-sum(on_hand_delta), 0) AS sold FROM stores_stockmovement
                           WHERE store_id = low.store_id AND variant_id = low.variant_id AND kind = 'sale' AND at >= %(since)s) m
     WHERE m.sold > 0
)
SELECT (SELECT count(*) FROM rate JOIN catalog_variant v ON v.id = rate.variant_id AND v.stock_policy = 'tracked' AND v.is_active
         WHERE available <= 3 * a_day),
       (SELECT coalesce(json_agg(t), '[]') FROM (
            SELECT rate.id, p.name, v.name AS variant, v.sku, s.name AS store, rate.available, rate.a_day, rate.incoming,
                   i.file, i.url AS picture
              FROM rate
              JOIN catalog_variant v ON v.id = rate.variant_id AND v.stock_policy = 'tracked' AND v.is_active
              JOIN catalog_product p ON p.id = v.product_id
              JOIN stores_store s ON s.id = rate.store_id
              LEFT JOIN LATERAL (SELECT file, url FROM catalog_productimage
                                  WHERE product_id = p.id AND v.options @> variant_options
                                  ORDER BY variant_options <> '{}' DESC, position, id LIMIT 1) i ON true
             ORDER BY rate.available / rate.a_day, p.name, rate.id LIMIT %(most)s OFFSET %(skip)s) t)
"""

# Ids rise with time: of the payments only those of the last day, and of the open questions those of a month, are read.
HEALTH = """
SELECT (SELECT count(*) FROM integrations_webhookmessage WHERE state = 'waiting' AND attempts > 0),
       (SELECT count(*) FROM integrations_webhookmessage WHERE state = 'failed' AND created_at >= %(week)s),
       (SELECT coalesce(sum(count), 0) FROM integrations_refusedmessage WHERE last_at >= %(day)s),
       (SELECT count(*) FROM events_delivery WHERE state = 'parked'),
       (SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM events_delivery WHERE state = 'due' AND attempts = 0),
       (SELECT count(*) FILTER (WHERE state = 'captured') FROM orders_payment WHERE id >= %(day_id)s AND created_at >= %(day)s),
       (SELECT count(*) FILTER (WHERE state = 'failed') FROM orders_payment WHERE id >= %(day_id)s AND created_at >= %(day)s),
       (SELECT count(*) FROM orders_payment WHERE id >= %(month_id)s AND state = 'unknown')
"""


@dataclass(frozen=True, slots=True)
class SalesToday:
    """Minor units. `hours` and `usual_hours` are cumulative from `first_hour` on, the latter the median of past weeks."""

    orders: int
    total: int
    usual_so_far: int
    first_hour: int
    hours: list[int]
    usual_hours: list[int]
    by_group: dict[str, tuple[int, int]]


def get_sales_today(*, at: datetime, zone: str, currency: str) -> SalesToday:
    """Today's sales by hour and channel group, beside the median of the same weekday of the last eight weeks."""
    tz = ZoneInfo(zone)
    local = at.astimezone(tz)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [midnight - timedelta(weeks=week) for week in range(USUAL_WEEKS + 1)]
    ends = [start + timedelta(days=1) for start in starts]
    rows = _rows(
        SALES_BY_HOUR,
        zone=zone,
        currency=currency,
        starts=[start.astimezone(UTC) for start in starts],
        ends=[end.astimezone(UTC) for end in ends],
    )
    grid: dict[int, dict[str, list[int]]] = {week: {} for week in range(USUAL_WEEKS + 1)}
    orders = 0
    for n, hour, channel, sales, count in rows:
        grid[n - 1].setdefault(group_of(channel), [0] * 24)[hour] += sales
        orders += count if n == 1 else 0
    weeks_with_trade = [week for week in range(1, USUAL_WEEKS + 1) if grid[week]]
    totals = {week: [sum(hours[h] for hours in grid[week].values()) for h in range(24)] for week in grid}
    cumulative = {week: _cumulative(totals[week]) for week in totals}
    usual = [_median([cumulative[week][h] for week in weeks_with_trade]) for h in range(24)]
    # The hours before trade begins say nothing: a fiftieth of the day's sales is a beginning.
    begun = [h for day in (usual, cumulative[0]) for h in range(24) if day[h] * 50 > day[-1]]
    first = min(local.hour, max(min(begun, default=9) - 1, 0))
    groups = {group for week in grid.values() for group in week}
    so_far = {
        group: (
            sum(grid[0].get(group, [0])[: local.hour + 1]),
            _median([_until(grid[week].get(group, [0] * 24), local) for week in weeks_with_trade]),
        )
        for group in groups
    }
    return SalesToday(
        orders=orders,
        total=sum(totals[0]),
        usual_so_far=_median([_until(totals[week], local) for week in weeks_with_trade]),
        first_hour=first,
        hours=cumulative[0][first : local.hour + 1] or [0],
        usual_hours=usual[first:] or [0],
        by_group=so_far,
    )


def list_sales_by_day(*, at: datetime, zone: str, currency: str, days: int = 30) -> list[tuple[Any, dict[str, int]]]:
    """Date and sales by channel group, oldest first, days without trade included."""
    tz = ZoneInfo(zone)
    today = at.astimezone(tz).date()
    since = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), tz)
    by_day: dict[Any, dict[str, int]] = {today - timedelta(days=back): {} for back in range(days - 1, -1, -1)}
    for day, channel, sales in _rows(SALES_BY_DAY, zone=zone, currency=currency, since=since):
        if day in by_day:
            group = group_of(channel)
            by_day[day][group] = by_day[day].get(group, 0) + sales
    return list(by_day.items())


def get_open_carts(
    *, at: datetime, currency: str, most: int = 4, skip: int = 0
) -> tuple[int, int, int, list[dict[str, Any]]]:
    """Count, worth in minor units, touched within the hour, and those worth most; of the last 30 days."""
    since, recent = at - timedelta(days=30), at - timedelta(hours=1)
    row = _rows(OPEN_CARTS, since=since, recent=recent, currency=currency, most=most, skip=skip)[0]
    return row[0], row[1], row[2], row[3]


def get_pickups(*, at: datetime) -> tuple[int, int, int, list[dict[str, Any]]]:
    """Waiting, late, ready on the shelf, and the next three."""
    row = _rows(PICKUPS, now=at)[0]
    return row[0], row[1], row[2], row[3]


def get_low_stock(*, at: datetime, most: int = 3, skip: int = 0) -> tuple[int, list[dict[str, Any]]]:
    """How many items sell out within three days at the rate of the last 28, and those that do soonest."""
    row = _rows(LOW_STOCK, since=at - timedelta(days=28), most=most, skip=skip)[0]
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Health:
    webhooks_retrying: int
    webhooks_failed: int
    webhooks_refused: int
    deliveries_parked: int
    relay_lag_seconds: float
    payments_captured: int
    payments_failed: int
    payments_unknown: int


def get_health(*, at: datetime) -> Health:
    day, month = at - timedelta(days=1), at - timedelta(days=31)
    row = _rows(HEALTH, day=day, day_id=uuid7_floor(day), month_id=uuid7_floor(month), week=at - timedelta(days=7))[0]
    return Health(row[0], row[1], row[2], row[3], float(row[4]), row[5], row[6], row[7])


@dataclass(frozen=True, slots=True)
class Marketing:
    """Counts stop at MANY: a home page need not know how far beyond."""

    journeys: int
    inside: int
    sent: int
    referrals: int
    posts: int


def get_marketing(*, week: datetime) -> Marketing:
    """Journeys that run and who is in them, what was sent since `week`, and what waits for a person."""
    return Marketing(*_rows(MARKETING, week_id=uuid7_floor(week), week=week, most=MANY + 1)[0])


def _until(hours: Sequence[int], local: datetime) -> int:
    """Sales up to this minute of the day, the current hour by its share."""
    return sum(hours[: local.hour]) + (hours[local.hour] * local.minute // 60 if len(hours) > local.hour else 0)


def _median(values: Sequence[int]) -> int:
    return round(median(values)) if values else 0


def _cumulative(values: Sequence[int]) -> list[int]:
    total, sums = 0, []
    for value in values:
        total += value
        sums.append(total)
    return sums


def _rows(sql: str, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
