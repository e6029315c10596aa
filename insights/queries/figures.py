"""The figures of a period. Each function is one statement over an index; docs/metrics.md has one definition each.

Sales are confirmed orders by the moment they were placed, less what came back since, tax included.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from insights.states import AttributionModel
from omnichannel.kernel.ids import uuid7_floor

_SALES = """
SELECT {by} AS key, count(*) FILTER (WHERE now) AS orders,
       coalesce(sum(o.current_total_minor) FILTER (WHERE now), 0)::bigint AS sales,
       count(*) FILTER (WHERE NOT now) AS orders_before,
       coalesce(sum(o.current_total_minor) FILTER (WHERE NOT now), 0)::bigint AS sales_before
  FROM (SELECT *, placed_at >= %(since)s AS now FROM orders_order
         WHERE placed_at >= %(before)s AND placed_at < %(until)s AND currency = %(currency)s
           AND confirmed_at IS NOT NULL AND status <> 'cancelled') o
 GROUP BY 1 ORDER BY 3 DESC
"""
_SALES_BY_DAY = """
SELECT (placed_at AT TIME ZONE %(zone)s)::date AS day, channel, sum(current_total_minor)::bigint AS sales
  FROM orders_order
 WHERE placed_at >= %(since)s AND placed_at < %(until)s AND currency = %(currency)s
   AND confirmed_at IS NOT NULL AND status <> 'cancelled'
 GROUP BY 1, 2 ORDER BY 1
"""
# People, not clicks: a visitor who became known is the customer, an unknown one is their identity. What was seen of each in
# the period, for the figure and for the rows behind it; `person` is what is selected first.
SEEN = """
           bool_or(e.name = 'Product Viewed') AS viewed, bool_or(e.name = 'cart.line_added') AS carted,
           bool_or(e.name = 'order.placed') AS ordered
      FROM events_event e LEFT JOIN customers_identity i ON i.id = e.identity_id
     WHERE e.id >= %(floor)s AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s AND e.identity_id IS NOT NULL
       -- An order of nobody stands for itself: who bought was not seen before and is not known since.
       AND (i.id IS NOT NULL OR e.identity_id IS DISTINCT FROM e.subject_id)
       AND (e.kind = 'tracked' AND e.name IN ('page', 'screen', 'Product Viewed')
            OR e.kind = 'domain' AND e.name IN ('cart.line_added', 'order.placed'))
     GROUP BY 1
"""
_FUNNEL = f"""
WITH seen AS (
    SELECT coalesce(i.customer_id, e.identity_id) AS person, {SEEN}
)
SELECT count(*), count(*) FILTER (WHERE viewed OR carted OR ordered), count(*) FILTER (WHERE carted OR ordered),
       count(*) FILTER (WHERE ordered)
  FROM seen
"""
_REPEAT = """
WITH bought AS (
    SELECT DISTINCT customer_id FROM orders_order
     WHERE placed_at >= %(since)s AND placed_at < %(until)s AND customer_id IS NOT NULL
       AND confirmed_at IS NOT NULL AND status <> 'cancelled'
)
SELECT count(*), count(*) FILTER (WHERE orders > 1), coalesce(sum(worth), 0)::bigint
  FROM (SELECT b.customer_id, count(o.id) AS orders, sum(o.current_total_minor) AS worth
          FROM bought b JOIN orders_order o ON o.customer_id = b.customer_id
         WHERE o.placed_at < %(until)s AND o.confirmed_at IS NOT NULL AND o.status <> 'cancelled' AND o.currency = %(currency)s
         GROUP BY 1) each
"""
_ATTRIBUTION = """
SELECT t.kind, t.source, t.campaign, c.model, coalesce(sum(c.amount_minor), 0)::bigint AS amount, count(DISTINCT t.path_id) AS orders
  FROM insights_path p
  JOIN insights_touch t ON t.path_id = p.order_id
  LEFT JOIN insights_credit c ON c.touch_id = t.id
 WHERE p.converted_at >= %(since)s AND p.converted_at < %(until)s AND p.currency = %(currency)s
 GROUP BY GROUPING SETS ((1, 2, 3, 4), (1, 2, 3))
"""
# A path crosses from store to screen when a touch in a store stands before one on a screen, the order itself included.
_CROSSINGS = """
WITH paths AS (
    SELECT p.order_id, p.channel IN ('tablet', 'pos') AS in_store,
           bool_or(t.kind = 'store' AND t.at < p.converted_at) AS met_in_store,
           bool_or(t.kind <> 'store' AND t.at < p.converted_at) AS met_online, p.net_minor
      FROM insights_path p JOIN insights_touch t ON t.path_id = p.order_id
     WHERE p.converted_at >= %(since)s AND p.converted_at < %(until)s AND p.currency = %(currency)s
     GROUP BY p.order_id
)
SELECT count(*) FILTER (WHERE NOT in_store AND met_in_store), coalesce(sum(net_minor) FILTER (WHERE NOT in_store AND met_in_store), 0)::bigint,
       count(*) FILTER (WHERE in_store AND met_online), coalesce(sum(net_minor) FILTER (WHERE in_store AND met_online), 0)::bigint,
       count(*)
  FROM paths
"""
_KEYS = {"channel": "o.channel", "store": "o.store_id::text", "first_order": "''"}


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: `since` ≤ moment < `until`; compared with the stretch of the same length before it."""

    since: datetime
    until: datetime
    currency: str
    zone: str = "UTC"

    @property
    def before(self) -> datetime:
        return self.since - (self.until - self.since)

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "since": self.since,
            "until": self.until,
            "before": self.before,
            "currency": self.currency,
            "zone": self.zone,
        }


@dataclass(frozen=True, slots=True)
class Sales:
    """`key` is a channel or a store's id ('' for none). Minor units."""

    key: str
    orders: int
    sales_minor: int
    orders_before: int
    sales_before_minor: int

    @property
    def average_minor(self) -> int | None:
        return average_order(self.sales_minor, self.orders)


@dataclass(frozen=True, slots=True)
class Funnel:
    """People in the period; each step counts those who came at least that far."""

    visited: int
    viewed: int
    carted: int
    ordered: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """Customers who bought in the period, those of them with more than one order until its end, and what all are worth."""

    customers: int
    repeating: int
    worth_minor: int


@dataclass(frozen=True, slots=True)
class Crossings:
    """Orders that crossed between store and screen, and their worth in minor units, of `paths` in all."""

    store_to_online: int
    store_to_online_minor: int
    online_to_store: int
    online_to_store_minor: int
    paths: int


@dataclass(frozen=True, slots=True)
class Source:
    """What a source is credited with under each model, and how many orders it touched."""

    kind: str
    source: str
    campaign: str
    amounts: dict[str, int]
    orders: int


def average_order(sales_minor: int, orders: int) -> int | None:
    """Whole minor units, rounded down; None without orders."""
    return sales_minor // orders if orders else None


def list_sales(period: Period, *, by: str) -> list[Sales]:
    """Sales by `channel` or `store`, the largest first."""
    return [Sales(str(row[0] or ""), *row[1:]) for row in _rows(_SALES.format(by=_KEYS[by]), **period.parameters)]


def list_sales_by_day(period: Period) -> dict[date, dict[str, int]]:
    """Sales by channel of each business day that had any."""
    days: dict[date, dict[str, int]] = {}
    for day, channel, sales in _rows(_SALES_BY_DAY, **period.parameters):
        days.setdefault(day, {})[channel] = sales
    return days


def get_funnel(period: Period) -> Funnel:
    return Funnel(*_rows(_FUNNEL, floor=uuid7_floor(period.since), **period.parameters)[0])


def get_repeat(period: Period) -> Repeat:
    return Repeat(*_rows(_REPEAT, **period.parameters)[0])


def get_crossings(period: Period) -> Crossings:
    return Crossings(*_rows(_CROSSINGS, **period.parameters)[0])


def list_attribution(period: Period) -> list[Source]:
    """Sources with their credits under every model, the largest of the last-touch model first."""
    found: dict[tuple[str, str, str], Source] = {}
    for kind, source, campaign, model, amount, orders in _rows(_ATTRIBUTION, **period.parameters):
        row = found.setdefault(
            (kind, source, campaign), Source(kind, source, campaign, dict.fromkeys(AttributionModel.values, 0), 0)
        )
        if model is not None:
            row.amounts[model] = amount
        # Without a model: the source's own row, which counts orders that a return left nothing of as well.
        elif orders > row.orders:
            found[kind, source, campaign] = Source(kind, source, campaign, row.amounts, orders)
    return sorted(found.values(), key=lambda row: (-row.amounts[AttributionModel.LAST], row.kind, row.source))


def name_stores(store_ids: set[str]) -> dict[str, str]:
    """Names of stores by id as text; what is no store's id is left out."""
    ids = []
    for each in store_ids:
        try:
            ids.append(UUID(each))
        except ValueError:
            continue
    return {str(row[0]): row[1] for row in _rows("SELECT id, name FROM stores_store WHERE id = ANY(%(ids)s)", ids=ids)}


def _rows(sql: str, **parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
