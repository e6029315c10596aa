"""What became of people in a journey: step by step, way by way, with reasons."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from campaigns.journeys.errors import JourneyNotFound
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion, StepRun
from campaigns.journeys.states import EnrolmentState, VersionState

REASONS_SHOWN = 6

_WAYS = """
SELECT step, outcome, count(*), count(DISTINCT enrolment_id) FROM campaign_journeys_steprun
 WHERE journey_id = %(journey)s AND (%(since)s::timestamptz IS NULL OR left_at >= %(since)s)
   AND (%(version)s::int IS NULL OR version_number = %(version)s)
 GROUP BY step, outcome
"""
_REASONS = """
SELECT step, outcome, reason, count(*) AS n FROM campaign_journeys_steprun
 WHERE journey_id = %(journey)s AND (%(since)s::timestamptz IS NULL OR left_at >= %(since)s)
   AND (%(version)s::int IS NULL OR version_number = %(version)s) AND reason <> ''
 GROUP BY step, outcome, reason ORDER BY n DESC, reason LIMIT 400
"""
_STANDING = """
SELECT e.step, e.state, count(*), count(*) FILTER (WHERE e.wait <> '{}'::jsonb)
  FROM campaign_journeys_enrolment e JOIN campaign_journeys_journeyversion v ON v.id = e.version_id
 WHERE e.journey_id = %(journey)s AND e.state IN ('active', 'failed')
   AND (%(version)s::int IS NULL OR v.number = %(version)s)
 GROUP BY e.step, e.state
"""
_ENDS = """
SELECT e.state, count(*) FROM campaign_journeys_enrolment e
  JOIN campaign_journeys_journeyversion v ON v.id = e.version_id
 WHERE e.journey_id = %(journey)s AND (%(since)s::timestamptz IS NULL OR e.entered_at >= %(since)s)
   AND (%(version)s::int IS NULL OR v.number = %(version)s)
 GROUP BY e.state
"""
# Orders as they are now: what came back is no revenue.
_MESSAGES = """
SELECT m.source, count(*), count(*) FILTER (WHERE m.state = 'sent'), count(m.opened_at), count(m.clicked_at),
       COALESCE(sum(bought.orders), 0)::bigint, COALESCE(sum(bought.amount), 0)::bigint, min(bought.currency)
  FROM campaign_messages_message m
  CROSS JOIN LATERAL (SELECT count(*) AS orders, sum(o.current_total_minor) AS amount, min(o.currency) AS currency
                        FROM campaign_messages_messageorder b JOIN orders_order o ON o.id = b.order_id AND o.status <> 'cancelled'
                       WHERE b.message_id = m.id) AS bought
 WHERE m.source = ANY(%(sources)s) AND (%(since)s::timestamptz IS NULL OR m.created_at >= %(since)s)
 GROUP BY m.source
"""


@dataclass(slots=True)
class StepCounts:
    """came     how often somebody stood here, loops included; here of them now, `waiting` for something, `failed` by an error.
    ways     by way out: how many took it. reasons: the most frequent, per way.
    message  of a send: sent, opened, clicked, orders and what they come to after returns.
    """

    step: str
    here: int = 0
    waiting: int = 0
    failed: int = 0
    ways: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    message: dict[str, Any] = field(default_factory=dict)

    @property
    def came(self) -> int:
        return sum(self.ways.values()) + self.here + self.failed


def get_journey(journey_id: UUID) -> Journey:
    """Raises JourneyNotFound."""
    journey = Journey.objects.filter(pk=journey_id).first()
    if journey is None:
        raise JourneyNotFound()
    return journey


def find_version(journey: Journey, number: int | None = None) -> JourneyVersion | None:
    """That version; without a number the draft, else the live one, else the last."""
    rows = JourneyVersion.objects.filter(journey=journey)
    if number is not None:
        return rows.filter(number=number).first()
    return (
        rows.filter(state=VersionState.DRAFT).first()
        or rows.filter(state=VersionState.LIVE).first()
        or rows.order_by("-number").first()
    )


def count_steps(
    *, journey_id: UUID, since: datetime | None = None, version: int | None = None
) -> dict[str, StepCounts]:
    """Counts by step id. Five statements, however many steps."""
    asked = {"journey": journey_id, "since": since, "version": version}
    found: dict[str, StepCounts] = {}

    def at(step: str) -> StepCounts:
        return found.setdefault(step, StepCounts(step))

    with connection.cursor() as cursor:
        cursor.execute(_WAYS, asked)
        for step, way, runs, _ in cursor.fetchall():
            at(step).ways[way] = runs
        cursor.execute(_REASONS, asked)
        for step, way, reason, number in cursor.fetchall():
            if len(at(step).reasons[way]) < REASONS_SHOWN:
                at(step).reasons[way].append((reason, number))
        cursor.execute(_STANDING, asked)
        for step, state, number, waiting in cursor.fetchall():
            if state == EnrolmentState.FAILED:
                at(step).failed = number
            else:
                at(step).here, at(step).waiting = number, waiting
        cursor.execute(_MESSAGES, {"sources": [f"journey:{journey_id}:{step}" for step in found], "since": since})
        for source, intended, sent, opened, clicked, bought, amount, currency in cursor.fetchall():
            at(source.rpartition(":")[2]).message = {
                "intended": intended, "sent": sent, "opened": opened, "clicked": clicked, "bought": bought,
                "amount_minor": amount, "currency": currency or "",
            }  # fmt: skip
    return found


def count_ends(*, journey_id: UUID, since: datetime | None = None, version: int | None = None) -> dict[str, int]:
    """People by how they stand: active, done, goal, exited, failed."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, {"journey": journey_id, "since": since, "version": version})
        told = dict(cursor.fetchall())
    return {str(state): told.get(state, 0) for state in EnrolmentState.values}


def list_runs(
    *, journey_id: UUID, step: str, way: str = "", reason: str = "", since: datetime | None = None
) -> QuerySet[StepRun]:
    """Who left this step, with the way they took and why."""
    rows = StepRun.objects.filter(journey_id=journey_id, step=step).select_related("enrolment__customer")
    if since is not None:
        rows = rows.filter(left_at__gte=since)
    if way:
        rows = rows.filter(outcome=way)
    return rows.filter(reason=reason) if reason else rows


def list_standing(*, journey_id: UUID, step: str) -> QuerySet[Enrolment]:
    """Who stands at this step, stopped ones among them."""
    return Enrolment.objects.filter(
        journey_id=journey_id, step=step, state__in=(EnrolmentState.ACTIVE, EnrolmentState.FAILED)
    ).select_related("customer", "version")


def list_enrolments(
    *, journey_id: UUID, state: str = "", customer_id: UUID | None = None, since: datetime | None = None
) -> QuerySet[Enrolment]:
    """Who came in, by how they stand; `since`: only who came in from then on."""
    rows = Enrolment.objects.filter(journey_id=journey_id).select_related("customer", "version")
    if since is not None:
        rows = rows.filter(entered_at__gte=since)
    if state:
        rows = rows.filter(state=state)
    return rows.filter(customer_id=customer_id) if customer_id else rows


def get_enrolment(journey_id: UUID, enrolment_id: UUID) -> Enrolment:
    """Raises JourneyNotFound."""
    found = list_enrolments(journey_id=journey_id).filter(pk=enrolment_id).prefetch_related("runs").first()
    if found is None:
        raise JourneyNotFound()
    return found


def list_journeys() -> QuerySet[Journey]:
    """With how many came in, are inside, reached the goal."""
    return Journey.objects.annotate(
        entered=Count("enrolments"),
        inside=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.ACTIVE)),
        goals=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.GOAL)),
        stopped=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.FAILED)),
    )


def journeys_of(customer_id: UUID) -> list[Enrolment]:
    """The journeys somebody is in, then those they were in lately."""
    return list(
        Enrolment.objects.filter(customer_id=customer_id)
        .select_related("journey", "version")
        .order_by(F("ended_at").desc(nulls_first=True), "-entered_at")[:20]
    )
