"""What the programme owes, what lapsed, and how old it is: sums of entries and lots, to the point and the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

# One row a month: what customers hold at its end, and what moved in it. Programme books are negative for what was given.
_MONTHS = """
WITH months AS (
    SELECT generate_series(date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s) - interval '11 months',
                           date_trunc('month', %(at)s::timestamptz AT TIME ZONE %(zone)s), interval '1 month') AS month),
moved AS (
    SELECT greatest(date_trunc('month', e.at AT TIME ZONE %(zone)s), (SELECT min(month) - interval '1 month' FROM months)) AS month,
           e.book, j.kind, sum(e.amount)::bigint AS amount
      FROM loyalty_entry e JOIN loyalty_journal j ON j.id = e.journal_id
     WHERE e.unit = %(unit)s AND e.at <= %(at)s
     GROUP BY 1, 2, 3)
SELECT m.month::date,
       coalesce(-sum(v.amount) FILTER (WHERE v.month = m.month AND v.book = 'issued' AND v.kind <> 'reverse'), 0),
       coalesce(sum(v.amount) FILTER (WHERE v.month = m.month AND v.book = 'issued' AND v.kind = 'reverse'), 0),
       coalesce(sum(v.amount) FILTER (WHERE v.month = m.month AND v.book = 'redeemed'), 0),
       coalesce(sum(v.amount) FILTER (WHERE v.month = m.month AND v.book = 'expired'), 0),
       coalesce(-sum(v.amount) FILTER (WHERE v.month = m.month AND v.book = 'adjusted'), 0),
       coalesce(sum(v.amount) FILTER (WHERE v.book IN ('active', 'pending')), 0),
       coalesce(-sum(v.amount) FILTER (WHERE v.book = 'debt'), 0)
  FROM months m LEFT JOIN moved v ON v.month <= m.month
 GROUP BY m.month ORDER BY m.month
"""
# Where a lot stands as of `asked.at`: the report's bars and the accounts behind each are told by the same words.
_AGE = """
       CASE WHEN l.created_at > asked.at - interval '3 months' THEN 0
            WHEN l.created_at > asked.at - interval '6 months' THEN 1
            WHEN l.created_at > asked.at - interval '12 months' THEN 2 ELSE 3 END"""
_LAPSE = """
       CASE WHEN l.expires_at IS NULL THEN 4
            WHEN l.expires_at <= asked.at + interval '30 days' THEN 0
            WHEN l.expires_at <= asked.at + interval '90 days' THEN 1
            WHEN l.expires_at <= asked.at + interval '180 days' THEN 2 ELSE 3 END"""
_BUCKETS = """
SELECT {place}, sum(l.remaining)::bigint, count(DISTINCT l.account_id)
  FROM loyalty_lot l JOIN loyalty_account a ON a.id = l.account_id CROSS JOIN (SELECT %(at)s::timestamptz AS at) asked
 WHERE a.unit = %(unit)s AND l.remaining > 0 GROUP BY 1
"""
_ACCOUNTS = """
SELECT l.account_id FROM loyalty_lot l CROSS JOIN (SELECT %s::timestamptz AS at) asked
 WHERE l.remaining > 0 AND {place} = %s
"""
AGES = ("Under 3 months", "3 to 6 months", "6 to 12 months", "Over a year")
LAPSING = ("Within 30 days", "In 31 to 90 days", "In 91 to 180 days", "Later", "Never")


@dataclass(frozen=True, slots=True)
class Month:
    """`month` is its first day. What customers hold, and owe, is as of the month's end."""

    month: Any
    issued: int
    taken_back: int
    redeemed: int
    expired: int
    adjusted: int
    held: int
    owed: int


@dataclass(frozen=True, slots=True)
class Bucket:
    label: str
    amount: int
    customers: int


@dataclass(frozen=True, slots=True)
class Report:
    unit: str
    months: Sequence[Month]
    ages: Sequence[Bucket]
    lapsing: Sequence[Bucket]

    @property
    def liability(self) -> int:
        return self.months[-1].held

    @property
    def breakage_pct(self) -> float:
        """Of what was given and stayed given in the twelve months, the part that lapsed."""
        given = sum(month.issued - month.taken_back for month in self.months)
        return 100 * sum(month.expired for month in self.months) / given if given else 0.0

    @property
    def redeemed_pct(self) -> float:
        given = sum(month.issued - month.taken_back for month in self.months)
        return 100 * sum(month.redeemed for month in self.months) / given if given else 0.0


def find_report(unit: str, *, at: datetime, zone: str) -> Report:
    """Three statements. `zone`: whose months."""
    given: dict[str, Any] = {"unit": unit, "at": at, "zone": zone}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, given)
        months = [Month(row[0], *(int(value) for value in row[1:])) for row in cursor.fetchall()]
        cursor.execute(_BUCKETS.format(place=_AGE), given)
        ages = {row[0]: (int(row[1]), row[2]) for row in cursor.fetchall()}
        cursor.execute(_BUCKETS.format(place=_LAPSE), given)
        lapsing = {row[0]: (int(row[1]), row[2]) for row in cursor.fetchall()}
    return Report(unit, months, _buckets(AGES, ages), _buckets(LAPSING, lapsing))


def list_accounts_by_age(place: int, *, at: datetime) -> RawSQL:
    """The accounts behind a bar of `AGES`, as a subquery."""
    return RawSQL(_ACCOUNTS.format(place=_AGE), [at, place])


def list_accounts_by_lapse(place: int, *, at: datetime) -> RawSQL:
    """The accounts behind a bar of `LAPSING`, as a subquery."""
    return RawSQL(_ACCOUNTS.format(place=_LAPSE), [at, place])


def list_units() -> list[str]:
    """Points first, then credit by currency: every unit that anybody ever had."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT unit FROM loyalty_account ORDER BY unit")
        found = {row[0] for row in cursor.fetchall()}
    return ["points", *sorted(found - {"points"})]


def _buckets(labels: Sequence[str], found: dict[int, tuple[int, int]]) -> list[Bucket]:
    return [Bucket(label, *found.get(place, (0, 0))) for place, label in enumerate(labels)]
