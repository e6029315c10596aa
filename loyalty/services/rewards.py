"""Points for something done: a sign-up, a postcard scanned, an account followed, a photo approved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Sum

from customers.queries import get_customer
from loyalty.models import EventReward
from loyalty.queries.programmes import find_programme, list_rules
from loyalty.rules.expiry import expires_at
from loyalty.services.posting import grant_points
from loyalty.states.ledger import ExpiryPolicy
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7

# Whichever of the two unique keys speaks first: told twice, or given once already.
_KEEP = """
INSERT INTO loyalty_eventreward (id, customer_id, trigger, reference, points, once, at)
VALUES (%(id)s, %(customer)s, %(trigger)s, %(reference)s, %(points)s, %(once)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Rewarded:
    """`points` given now; 0 with the reason when none were: `no_rule`, `given_before`, `cap_reached`."""

    points: int
    reason: str


def reward(*, customer_id: UUID, trigger: str, reference: str, by: Context, at: datetime) -> Rewarded:
    """Give what the rules in force give for `trigger`, once for each customer and reference, however often it is told.

    trigger    sign_up, enrol_postcard, social_follow, photo_approved, newsletter, review, or a name of one's own.
    reference  the one thing that was done: the account followed, the post, the review. Another customer may have
               the same.

    Locks   the customer's account of points.
    Emits   PointsEarned.
    Raises  CustomerNotFound.
    """
    rule = next(iter(list_rules(at, trigger=trigger)), None)
    if rule is None or rule.points == 0:
        return Rewarded(0, "no_rule")
    with transaction.atomic():
        customer_id = get_customer(customer_id).pk
        points = rule.points
        if rule.cap_points is not None:
            points = min(points, rule.cap_points - _given(customer_id, trigger, rule.cap_days, at=at))
            if points <= 0:
                return Rewarded(0, "cap_reached")
        row: dict[str, Any] = {
            "id": uuid7(at), "customer": customer_id, "trigger": trigger[:40], "reference": reference[:160],
            "points": points, "once": rule.once_per_customer, "at": at,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, row)
            if cursor.fetchone() is None:
                return Rewarded(0, "given_before")
        grant_points(
            customer_id=customer_id,
            points=points,
            reason=rule.name,
            reference=f"event:{row['id']}",
            active_from=at,
            expires_at=_expiry(at),
            rule_version=rule.pk,
            by=by,
            at=at,
        )
    return Rewarded(points, "given")


def _given(customer_id: UUID, trigger: str, days: int | None, *, at: datetime) -> int:
    """What this trigger gave the customer so far, in the cap's days. Locked, so that two at once count each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"event_reward:{customer_id}:{trigger}"]
        )
    rows = EventReward.objects.filter(customer_id=customer_id, trigger=trigger)
    if days is not None:
        rows = rows.filter(at__gt=at - timedelta(days=days))
    return rows.aggregate(total=Sum("points"))["total"] or 0


def _expiry(at: datetime) -> datetime | None:
    """As points for an order expire."""
    programme = find_programme(at)
    rolling = programme is not None and programme.expiry == ExpiryPolicy.ROLLING
    return expires_at(at, programme.expiry_months if programme and rolling else None, get_brand().time_zone)
