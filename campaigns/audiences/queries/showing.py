"""Audiences as the screens and the API show them: live sizes, days, destinations, items with names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from campaigns.audiences.errors import AudienceNotFound
from campaigns.audiences.models import Audience, AudienceItem, Destination, Member
from campaigns.audiences.ports import ad_platforms
from campaigns.audiences.rules.reading import Rule, read_rule, say_rule
from campaigns.audiences.states import NO_ITEM_LEFT
from catalog.models import ProductImage
from catalog.queries.naming import category_names
from catalog.queries.sellables import image_address


@dataclass(frozen=True, slots=True)
class Size:
    people: int
    items: int


#: What is counted of a platform's list, and whose rows are shown when the number is opened.
STANDING: dict[str, Q] = {
    "there": Q(is_there=True),
    "waiting": ~Q(is_wanted=F("is_there")),
    "withheld": Q(is_wanted=False) & ~Q(reason__in=("", NO_ITEM_LEFT)),
}
DAYS = """
SELECT day::date, coalesce(sum(added), 0)::int, coalesce(sum(removed), 0)::int
  FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS day
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE (added_at AT TIME ZONE %(zone)s)::date = day::date) AS added,
              count(*) FILTER (WHERE (removed_at AT TIME ZONE %(zone)s)::date = day::date) AS removed
         FROM campaign_audiences_audienceitem
        WHERE audience_id = %(audience)s
          AND (added_at BETWEEN day - interval '1 day' AND day + interval '2 days'
               OR removed_at BETWEEN day - interval '1 day' AND day + interval '2 days')
  ) AS moved ON TRUE
 GROUP BY day ORDER BY day
"""


def get_audience(ref: UUID | str) -> Audience:
    """By id or key. Raises AudienceNotFound."""
    rows = Audience.objects.prefetch_related("destinations")
    found = rows.filter(pk=ref).first() if isinstance(ref, UUID) else rows.filter(key=ref).first()
    if found is None:
        raise AudienceNotFound()
    return found


def list_sizes(audience_ids: Iterable[UUID]) -> dict[UUID, Size]:
    """Who is in now, counted. One statement."""
    rows = (
        AudienceItem.objects.filter(audience__in=list(audience_ids), removed_at=None)
        .values("audience_id")
        .annotate(people=Count("customer", distinct=True), things=Count("id"))
    )
    return {row["audience_id"]: Size(row["people"], row["things"]) for row in rows}


def list_days(audience_id: UUID, *, zone: str, at: datetime, days: int = 30) -> list[tuple[date, int, int]]:
    """Items that came in and went out by day of the brand's time, the oldest first."""
    today = at.astimezone(ZoneInfo(zone)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            DAYS, {"audience": audience_id, "zone": zone, "first": today - timedelta(days=days - 1), "last": today}
        )
        return [(day, added, removed) for day, added, removed in cursor.fetchall()]


def list_items(
    *,
    audience_id: UUID | None = None,
    customer_id: UUID | None = None,
    product_id: UUID | None = None,
    removed: str = "no",
    moved_on: date | None = None,
    zone: str = "UTC",
) -> QuerySet[AudienceItem]:
    """Items with their customer, product, variant and audience.

    removed   no, yes or all.
    moved_on  those that came in or went out on this day of `zone`, whatever became of them since.
    """
    rows = AudienceItem.objects.select_related("customer", "product", "variant", "audience")
    if audience_id is not None:
        rows = rows.filter(audience_id=audience_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    if moved_on is not None:
        begins = datetime.combine(moved_on, time.min, tzinfo=ZoneInfo(zone))
        ends = datetime.combine(moved_on + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone))
        return rows.filter(Q(added_at__gte=begins, added_at__lt=ends) | Q(removed_at__gte=begins, removed_at__lt=ends))
    if removed != "all":
        rows = rows.filter(removed_at__isnull=removed == "no")
    return rows


def list_members(audience_id: UUID, *, platform: str, standing: str, reason: str = "") -> QuerySet[Member]:
    """The people behind a destination's numbers, with their customer. `standing`: one of `STANDING`."""
    rows = Member.objects.select_related("customer").filter(
        STANDING[standing], destination__audience=audience_id, destination__platform=platform
    )
    return rows.filter(reason=reason) if reason else rows


def sentence_of(audience: Audience) -> str:
    """Its rule in words, with the names of what it names."""
    rule: Rule = read_rule(audience.rule)
    category = ""
    if rule.category:
        category = category_names().get(rule.category, "")
    return say_rule(rule, category=category)


def show_destinations(destinations: Sequence[Destination]) -> list[dict[str, Any]]:
    """What stands with each platform. Two statements for all."""
    counts = {
        row["destination_id"]: row
        for row in Member.objects.filter(destination__in=destinations)
        .values("destination_id")
        .annotate(
            there=Count("id", filter=STANDING["there"]),
            waiting=Count("id", filter=STANDING["waiting"]),
        )
    }
    withheld: dict[UUID, dict[str, int]] = {}
    rows = (
        Member.objects.filter(STANDING["withheld"], destination__in=destinations)
        .values("destination_id", "reason")
        .annotate(people=Count("id"))
    )
    for row in rows:
        withheld.setdefault(row["destination_id"], {})[row["reason"]] = row["people"]
    return [_destination(each, counts.get(each.pk, {}), withheld.get(each.pk, {})) for each in destinations]


def _destination(each: Destination, counts: Mapping[str, Any], withheld: Mapping[str, int]) -> dict[str, Any]:
    platform = ad_platforms.find(each.platform)
    return {
        "id": str(each.pk),
        "platform": each.platform,
        "title": platform.title if platform else each.platform,
        "remote_id": each.remote_id,
        "is_on": each.is_on,
        "is_connected": bool(platform and platform.is_connected),
        "missing": platform.missing if platform else "There is no such platform any more.",
        "people": counts.get("there", 0),
        "waiting": counts.get("waiting", 0),
        "withheld": dict(withheld),
        "last_sync_at": each.last_sync_at.isoformat() if each.last_sync_at else None,
        "last_error": each.last_error,
    }


def list_pictures(product_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The first picture of each product. One statement."""
    rows = (
        ProductImage.objects.filter(product__in=list(product_ids))
        .order_by("product_id", "position", "id")
        .distinct("product_id")
        .values_list("product_id", "file", "url")
    )
    return {product_id: image_address(file, url) for product_id, file, url in rows}
