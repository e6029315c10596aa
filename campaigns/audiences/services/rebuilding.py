"""Whole audiences at once: a new rule, a window that closes by the clock, goods that sold out."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from campaigns.audiences.models import Audience, AudienceItem, Member, PlatformCall
from campaigns.audiences.queries.stock import list_products_in_stock
from campaigns.audiences.rules.reading import CARTED, INTEREST, RELATED, SEGMENT, Rule, read_rule
from campaigns.audiences.services.keeping import TOGETHER, Changes, refresh_customers
from omnichannel.kernel.ids import uuid7_floor

KEEP_CALLS = timedelta(days=30)
#: Out of stock for a moment is put back by the next sweep; looked for this far back.
RETURNING = timedelta(days=30)

_CANDIDATES: dict[str, str] = {
    INTEREST: """
        SELECT DISTINCT identity.customer_id
          FROM events_event AS event
          JOIN customers_identity AS identity ON identity.id = event.identity_id
         WHERE event.name = ANY(%(names)s::text[]) AND event.id >= %(floor)s AND identity.customer_id IS NOT NULL
    """,
    RELATED: """
        SELECT DISTINCT customer_id FROM orders_order
         WHERE placed_at > %(since)s AND status IN ('confirmed', 'completed') AND customer_id IS NOT NULL
    """,
    SEGMENT: """
        SELECT DISTINCT customer_id FROM customers_label
         WHERE kind = 'segment' AND key = %(segment)s AND valid_until IS NULL
    """,
}


def rebuild_audience(*, audience_id: UUID, at: datetime) -> Changes:
    """Ask the rule of everybody it could mean, and of everybody who is in. For a new rule; the handlers keep it after."""
    audience = Audience.objects.filter(pk=audience_id).first()
    total = Changes()
    if audience is None or not audience.is_live:
        return total
    rule = read_rule(audience.rule)
    people = set(_candidates(rule, at=at)) | set(
        AudienceItem.objects.filter(audience=audience, removed_at=None).values_list("customer_id", flat=True)
    )
    # A destination may have been switched off, or another list taken.
    people |= set(
        Member.objects.filter(destination__audience=audience, customer__isnull=False).values_list(
            "customer_id", flat=True
        )
    )
    ordered = sorted(people)
    for start in range(0, len(ordered), TOGETHER):
        done = refresh_customers(customer_ids=ordered[start : start + TOGETHER], only=[audience_id], at=at)
        total.added, total.removed = total.added + done.added, total.removed + done.removed
    return total


def close_windows(*, at: datetime) -> Changes:
    """Let out whose window closed: time alone does that, no fact tells of it."""
    people = set(
        AudienceItem.objects.filter(removed_at=None, expires_at__lte=at, audience__is_live=True).values_list(
            "customer_id", flat=True
        )[: TOGETHER * 5]
    )
    return refresh_customers(customer_ids=people, at=at)


def follow_stock(*, at: datetime) -> Changes:
    """Take what sold out off the audiences that want goods in stock, and bring it back when it is there again."""
    mine = list(Audience.objects.filter(is_live=True, rule__kind=RELATED).values_list("pk", flat=True))
    if not mine:
        return Changes()
    items = AudienceItem.objects.filter(audience__in=mine)
    shown = set(items.filter(removed_at=None, product__isnull=False).values_list("product_id", flat=True).distinct())
    missed = set(
        items.filter(removed_reason="sold out", removed_at__gt=at - RETURNING)
        .values_list("product_id", flat=True)
        .distinct()
    )
    there = list_products_in_stock(shown | missed, at=at)
    people = set(
        items.filter(removed_at=None, product__in=shown - there).values_list("customer_id", flat=True)
    ) | _waiting(mine, missed & there, at=at)
    return refresh_customers(customer_ids=people, only=mine, at=at)


def purge_calls(*, at: datetime) -> int:
    """Forget what was said to platforms longer ago than a month; what came of it stays with each conversion."""
    with transaction.atomic():
        return PlatformCall.objects.filter(at__lt=at - KEEP_CALLS).delete()[0]


def _candidates(rule: Rule, *, at: datetime) -> Iterable[UUID]:
    statement = _CANDIDATES.get(rule.kind)
    if statement is None:
        return []
    since = at - timedelta(days=rule.within_days)
    names = ["cart.line_added"] if rule.did == (CARTED,) else ["Product Viewed", "cart.line_added"]
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"names": names, "since": since, "floor": uuid7_floor(since), "segment": rule.segment}
        )
        return [row[0] for row in cursor.fetchall()]


def _waiting(audiences: Collection[UUID], back: Collection[UUID], *, at: datetime) -> set[UUID]:
    """Whose item went only because it sold out, and is to be had again."""
    rows = AudienceItem.objects.filter(
        audience__in=audiences, product__in=back, removed_reason="sold out", removed_at__gt=at - RETURNING
    )
    open_now = set(
        AudienceItem.objects.filter(audience__in=audiences, product__in=back, removed_at=None).values_list(
            "customer_id", "product_id"
        )
    )
    return {
        customer
        for customer, product in rows.values_list("customer_id", "product_id")
        if (customer, product) not in open_now
    }
