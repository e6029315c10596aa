"""What came of a campaign, a journey's step or a message. Every number is a count of rows that staff can open.

delivered: handed over and not bounced. opened, clicked: people, not scanners. ordered: orders of theirs confirmed
within `ORDER_WINDOW` of a click, counted for the message clicked last; revenue is what those orders come to now,
after returns and cancellations, as in every figure of sales.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from campaigns.messages.models import Campaign, Decision, Message, MessageOrder, Touch
from campaigns.messages.states import MessageState, Outcome, TouchKind
from orders.models import Order
from orders.states import OrderStatus

ORDER_WINDOW = timedelta(days=7)

#: What is counted of messages, and whose rows are shown when the number is opened.
COUNTED: dict[str, Q] = {
    "waiting": Q(state=MessageState.INTENDED),
    "sent": Q(state=MessageState.SENT),
    "delivered": Q(state=MessageState.SENT, bounced_at=None),
    "opened": Q(opened_at__isnull=False),
    "clicked": Q(clicked_at__isnull=False),
    "bounced": Q(bounced_at__isnull=False),
    "unsubscribed": Q(unsubscribed_at__isnull=False),
    "failed": Q(state=MessageState.FAILED),
}
#: Of these the campaign's chart counts by hour.
BY_HOUR = ("opened", "clicked")
HOURS = 72
_HOURS = """
SELECT floor(extract(epoch FROM at - %(start)s) / 3600)::int AS hour, count(*) FILTER (WHERE what = 'opened'),
       count(*) FILTER (WHERE what = 'clicked')
  FROM (SELECT opened_at AS at, 'opened' AS what FROM campaign_messages_message WHERE campaign_id = %(id)s AND opened_at IS NOT NULL
        UNION ALL
        SELECT clicked_at, 'clicked' FROM campaign_messages_message WHERE campaign_id = %(id)s AND clicked_at IS NOT NULL) x
 WHERE at >= %(start)s AND at < %(start)s + make_interval(hours => %(hours)s::int)
 GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which messages: of a campaign, of one source (`journey:<id>:<step>`), or of a template; since a moment."""

    campaign_id: UUID | None = None
    source: str = ""
    template_key: str = ""
    since: datetime | None = None

    def narrow(self, rows: QuerySet[Any], prefix: str = "") -> QuerySet[Any]:
        if self.campaign_id is not None:
            rows = rows.filter(**{f"{prefix}campaign_id": self.campaign_id})
        if self.source:
            rows = rows.filter(**{f"{prefix}source": self.source})
        if self.template_key:
            rows = rows.filter(**{f"{prefix}template_key": self.template_key})
        return rows if self.since is None else rows.filter(**{f"{prefix}created_at__gte": self.since})


@dataclass(frozen=True, slots=True)
class Results:
    """`revenue` what the orders come to now; `came_back` how much less that is than when they were placed."""

    totals: dict[str, int]
    by_channel: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    held: int
    orders: int
    revenue: list[dict[str, Any]]
    came_back: list[dict[str, Any]]


def results_of(scope: Scope) -> Results:
    """Four statements, each over the scope's own rows."""
    counts: dict[str, Any] = {name: Count("pk", filter=which) for name, which in COUNTED.items()}
    by_channel = list(scope.narrow(Message.objects.all()).values("channel").annotate(**counts).order_by("channel"))
    judged = scope.narrow(Decision.objects.all())
    refused = (
        judged.filter(outcome=Outcome.REFUSED)
        .values("code", "reason")
        .annotate(count=Count("pk"))
        .order_by("-count", "code", "reason")
    )
    money = list(
        list_orders(scope)
        .values("currency")
        .annotate(orders=Count("pk"), now=Sum("current_total_minor"), less=Sum(F("total_minor") - F("current_total_minor")))
        .order_by("-orders")
    )  # fmt: skip
    return Results(
        totals={name: sum(row[name] for row in by_channel) for name in COUNTED},
        by_channel=by_channel,
        refused=_by_code(refused),
        held=judged.filter(outcome=Outcome.HELD).count(),
        orders=sum(row["orders"] for row in money),
        revenue=[{"amount_minor": int(row["now"]), "currency": row["currency"]} for row in money],
        came_back=[{"amount_minor": int(row["less"]), "currency": row["currency"]} for row in money if row["less"]],
    )


def _by_code(rows: Any) -> list[dict[str, Any]]:
    """A code may be told in several wordings (until when somebody had enough): the most frequent speaks for it."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["code"], {"code": row["code"], "reason": row["reason"], "count": 0})
        kept["count"] += row["count"]
    return sorted(found.values(), key=lambda row: -row["count"])


def hours_of(campaign: Campaign) -> list[dict[str, int]]:
    """When people opened and clicked, by hour since it began, over the first three days."""
    rows: Sequence[Any] = ()
    if campaign.started_at is not None:
        with connection.cursor() as cursor:
            cursor.execute(_HOURS, {"id": campaign.pk, "start": campaign.started_at, "hours": HOURS})
            rows = cursor.fetchall()
    return [{"hour": hour, "opened": opened, "clicked": clicked} for hour, opened, clicked in rows]


def list_messages(scope: Scope, *, what: str, channel: str = "", hour: int | None = None) -> QuerySet[Message]:
    """The messages behind one of the `COUNTED`; `hour`: those opened or clicked in that hour since the campaign began."""
    rows = scope.narrow(Message.objects.select_related("customer")).filter(COUNTED[what])
    if hour is not None and what in BY_HOUR:
        begins = F("campaign__started_at") + timedelta(hours=hour)
        rows = rows.filter(**{f"{what}_at__gte": begins, f"{what}_at__lt": begins + timedelta(hours=1)})
    return rows.filter(channel=channel) if channel else rows


def list_orders(scope: Scope) -> QuerySet[Order]:
    """The orders behind the revenue; one that was cancelled since is none."""
    counted = scope.narrow(MessageOrder.objects.all(), "message__").values("order_id")
    return Order.objects.filter(pk__in=counted).exclude(status=OrderStatus.CANCELLED)


def find_clicked_message(customer_id: UUID, *, before: datetime) -> Message | None:
    """The message this customer clicked last, within the window before an order; `clicked_at` is only the first click."""
    clicks = Touch.objects.filter(message=OuterRef("pk"), kind=TouchKind.CLICKED, counted=True, at__lte=before)
    return (
        Message.objects.filter(customer_id=customer_id, clicked_at__lte=before, state=MessageState.SENT)
        .annotate(last_click=Coalesce(Subquery(clicks.order_by("-at").values("at")[:1]), "clicked_at"))
        .filter(last_click__gt=before - ORDER_WINDOW)
        .order_by("-last_click")
        .first()
    )
