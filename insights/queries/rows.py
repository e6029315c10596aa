"""The rows behind each figure of `figures`: the same conditions, so that their count and sum are the figure.

docs/metrics.md has the definitions; a change here is a change there and in `figures`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from customers.models import Customer
from insights.models import Path, Touch
from insights.queries.figures import SEEN, Period, Source
from insights.states import TouchKind
from loyalty.models.ledger import Account
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7_floor
from orders.models import Order
from orders.states import OrderStatus

_COUNTED = [status for status in OrderStatus.values if status != OrderStatus.CANCELLED]
IN_STORE = (Channel.TABLET, Channel.POS)
#: How far a person came, as a condition on what `_PEOPLE` saw of them.
STEPS = {
    "visited": "true", "viewed": "viewed OR carted OR ordered", "carted": "carted OR ordered", "ordered": "ordered",
}  # fmt: skip
_PEOPLE = f"""
SELECT person, customer_id, name, first_at, last_at, events
  FROM (SELECT coalesce(i.customer_id, e.identity_id) AS person, min(i.customer_id::text)::uuid AS customer_id,
               min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at, count(*) AS events, {SEEN}) seen
  LEFT JOIN LATERAL (SELECT coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.email, ''), c.number) AS name
                       FROM customers_customer c WHERE c.id = seen.customer_id) known ON true
 WHERE {{step}}
 ORDER BY last_at DESC, person
 LIMIT %(most)s OFFSET %(skip)s
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the funnel; a visitor nobody knows has no customer and no name."""

    person: UUID
    customer_id: UUID | None
    name: str | None
    first_at: datetime
    last_at: datetime
    events: int


def on_day(period: Period, day: date) -> Period:
    """One business day of the period's zone."""
    zone = ZoneInfo(period.zone)
    since = datetime.combine(day, time.min, zone)
    return Period(
        since=since,
        until=datetime.combine(day + timedelta(days=1), time.min, zone),
        currency=period.currency,
        zone=period.zone,
    )


def list_sold(period: Period, *, channels: tuple[str, ...] = (), store_id: UUID | None = None) -> QuerySet[Order]:
    """The orders that sales count: confirmed, not cancelled, by the moment they were placed."""
    rows = Order.objects.filter(_confirmed(), placed_at__gte=period.since, placed_at__lt=period.until)
    rows = rows.filter(currency=period.currency).exclude(status=OrderStatus.CANCELLED)
    if channels:
        rows = rows.filter(channel__in=channels)
    if store_id is not None:
        rows = rows.filter(store_id=store_id)
    return rows.select_related("customer", "store").order_by("-placed_at", "-pk")


def list_people(period: Period, *, step: str, most: int, skip: int) -> list[Person]:
    """Those who came at least as far as `step`, the latest first."""
    given: dict[str, Any] = {"floor": uuid7_floor(period.since), "most": most, "skip": skip, **period.parameters}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(step=STEPS[step]), given)
        return [Person(*row) for row in cursor.fetchall()]


def list_buyers(period: Period, *, repeating: bool) -> QuerySet[Customer]:
    """Who bought in the period, with `bought` orders and their `worth` until its end."""
    bought = Order.objects.filter(
        _confirmed(), customer_id=OuterRef("pk"), placed_at__gte=period.since, placed_at__lt=period.until
    ).exclude(status=OrderStatus.CANCELLED)
    # Named by what they are: a negation would leave out whoever ever cancelled anything.
    counted = _confirmed("orders__") & Q(
        orders__placed_at__lt=period.until, orders__currency=period.currency, orders__status__in=_COUNTED
    )
    rows = (
        Customer.objects.filter(Exists(bought))
        .filter(counted)
        .annotate(bought=Count("orders"), worth=Sum("orders__current_total_minor"), latest=Max("orders__placed_at"))
    )
    return (rows.filter(bought__gt=1) if repeating else rows).order_by("-latest", "-pk")


def list_crossed(period: Period, *, to_store: bool) -> QuerySet[Path]:
    """Orders met on one side of the shop's door and placed on the other."""
    met = Touch.objects.filter(path_id=OuterRef("pk"), at__lt=OuterRef("converted_at"))
    met = met.exclude(kind=TouchKind.STORE) if to_store else met.filter(kind=TouchKind.STORE)
    placed = Q(channel__in=IN_STORE)
    return _paths(period).filter(Exists(met), placed if to_store else ~placed).order_by("-converted_at", "-pk")


def list_touched(period: Period, *, kind: str, source: str, campaign: str) -> QuerySet[Path]:
    """Orders with at least one touch of this source."""
    touches = Touch.objects.filter(path_id=OuterRef("pk"), kind=kind, source=source, campaign=campaign)
    return _paths(period).filter(Exists(touches)).order_by("-converted_at", "-pk")


def list_credited(period: Period, *, model: str, beyond: list[Source] | None = None) -> QuerySet[Path]:
    """Orders with what one model gives (`amount`) to all their touches, or to those of none of the sources `beyond`."""
    credited = Q(credits__model=model)
    if beyond:
        named = Q()
        for row in beyond:
            named |= Q(kind=row.kind, source=row.source, campaign=row.campaign)
        credited &= Q(credits__touch__in=Touch.objects.exclude(named))
    return _credited(period, credited)


def list_credited_to(period: Period, *, model: str, kind: str, source: str, campaign: str) -> QuerySet[Path]:
    """Orders with what one model gives (`amount`) to this source, and when it first touched them (`touched_at`)."""
    return _credited(
        period,
        Q(credits__model=model, credits__touch__kind=kind, credits__touch__source=source, credits__touch__campaign=campaign),
    )  # fmt: skip


def list_owed(*, unit: str) -> QuerySet[Account]:
    """Accounts with anything of this unit, spendable or pending, the largest first."""
    return (
        Account.objects.filter(unit=unit)
        .filter(Q(balance__gt=0) | Q(pending__gt=0))
        .select_related("customer")
        .order_by("-balance", "-pending", "pk")
    )


def _credited(period: Period, credited: Q) -> QuerySet[Path]:
    return (
        _paths(period)
        .filter(credited)
        .annotate(amount=Sum("credits__amount_minor"), touched_at=Min("credits__touch__at"))
        .order_by("-converted_at", "-pk")
    )


def _paths(period: Period) -> QuerySet[Path]:
    return Path.objects.filter(
        converted_at__gte=period.since, converted_at__lt=period.until, currency=period.currency
    ).select_related("order__customer")


def _confirmed(prefix: str = "") -> Q:
    return Q(**{f"{prefix}confirmed_at__isnull": False})
