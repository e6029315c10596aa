"""What came of a campaign. Every number is a count of rows that staff can open.

delivered: handed over and not bounced. opened, clicked: people, not scanners. ordered: orders of theirs confirmed
within `ORDER_WINDOW` of a click, counted for the message clicked last; revenue is the total of those orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.messages.models import Campaign, Decision, Message, MessageOrder
from campaigns.messages.states import MessageState

ORDER_WINDOW = timedelta(days=7)

_COUNTS = """
SELECT channel, count(*) FILTER (WHERE state = 'intended'), count(*) FILTER (WHERE state = 'sent'),
       count(*) FILTER (WHERE state = 'sent' AND bounced_at IS NULL), count(opened_at), count(clicked_at),
       count(bounced_at), count(unsubscribed_at), count(*) FILTER (WHERE state = 'failed')
  FROM campaign_messages_message WHERE campaign_id = %s GROUP BY channel ORDER BY channel
"""
_NAMES = ("waiting", "sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "failed")
# Hours since the start, those of the first three days.
_HOURS = """
SELECT floor(extract(epoch FROM at - %(start)s) / 3600)::int AS hour, count(*) FILTER (WHERE what = 'opened'),
       count(*) FILTER (WHERE what = 'clicked')
  FROM (SELECT opened_at AS at, 'opened' AS what FROM campaign_messages_message WHERE campaign_id = %(id)s AND opened_at IS NOT NULL
        UNION ALL
        SELECT clicked_at, 'clicked' FROM campaign_messages_message WHERE campaign_id = %(id)s AND clicked_at IS NOT NULL) x
 WHERE at >= %(start)s AND at < %(start)s + interval '72 hours'
 GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Results:
    totals: dict[str, int]
    by_channel: list[dict[str, Any]]
    refused: list[dict[str, Any]]
    held: int
    orders: int
    revenue: list[dict[str, Any]]
    hours: list[dict[str, int]]


def campaign_results(campaign: Campaign) -> Results:
    """A handful of statements, each over the campaign's own rows."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [campaign.pk])
        by_channel = [{"channel": row[0], **dict(zip(_NAMES, row[1:], strict=True))} for row in cursor.fetchall()]
        hours: Sequence[Any] = ()
        if campaign.started_at is not None:
            cursor.execute(_HOURS, {"id": campaign.pk, "start": campaign.started_at})
            hours = cursor.fetchall()
        cursor.execute(
            """SELECT code, min(reason), count(*) FROM campaign_messages_decision
                WHERE campaign_id = %s AND outcome = 'refused' GROUP BY code ORDER BY 3 DESC""",
            [campaign.pk],
        )
        refused = [{"code": code, "reason": reason, "count": count} for code, reason, count in cursor.fetchall()]
        cursor.execute(
            """SELECT currency, count(*), sum(amount_minor)::bigint FROM campaign_messages_messageorder
                WHERE campaign_id = %s GROUP BY currency ORDER BY 2 DESC""",
            [campaign.pk],
        )
        money = cursor.fetchall()
    return Results(
        totals={name: sum(row[name] for row in by_channel) for name in _NAMES},
        by_channel=by_channel,
        refused=refused,
        held=Decision.objects.filter(campaign=campaign, outcome="held").count(),
        orders=sum(row[1] for row in money),
        revenue=[{"amount_minor": int(amount), "currency": currency} for currency, _, amount in money],
        hours=[{"hour": hour, "opened": opened, "clicked": clicked} for hour, opened, clicked in hours],
    )


def find_clicked_message(customer_id: UUID, *, before: datetime) -> Message | None:
    """The message this customer clicked last, within the window before an order."""
    return (
        Message.objects.filter(
            customer_id=customer_id, clicked_at__lte=before, clicked_at__gt=before - ORDER_WINDOW,
            state=MessageState.SENT,
        )
        .order_by("-clicked_at")
        .first()
    )  # fmt: skip


def list_orders(campaign_id: UUID) -> Any:
    return MessageOrder.objects.filter(campaign_id=campaign_id)


__all__ = ["ORDER_WINDOW", "Results", "campaign_results", "find_clicked_message", "list_orders"]
