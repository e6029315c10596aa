"""One-off sends: drafted, scheduled, planned batch by batch, paused and taken up again where they were."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from campaigns.messages.errors import CampaignIncomplete, CampaignNotFound, CampaignStateWrong
from campaigns.messages.facts import CampaignDone, CampaignStarted
from campaigns.messages.models import Campaign, CampaignRecipient, Message
from campaigns.messages.rules.catalogue import ALL_KEYS
from campaigns.messages.rules.gate import Candidate
from campaigns.messages.services.proposing import propose
from campaigns.messages.states import CAMPAIGN_TRANSITIONS, CampaignState, MessageState
from campaigns.segments.queries.members import find_segment
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM, Context

#: So many candidates are judged in one transaction.
BATCH = 200
# Paused messages wait; taking up again makes them due.
_FAR = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDraft:
    name: str
    template_key: str
    channels: list[str] = field(default_factory=lambda: ["email"])
    segments: list[UUID] = field(default_factory=list)
    excluded: list[UUID] = field(default_factory=list)
    priority: int = 30
    holdout_pct: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    utm_campaign: str = ""


def create_campaign(*, draft: CampaignDraft, by: Context, at: datetime) -> Campaign:
    return Campaign.objects.create(**asdict(draft), created_by=by.actor, created_at=at)


def change_campaign(*, campaign_id: UUID, changes: dict[str, Any], by: Context, at: datetime) -> Campaign:
    """Only what has not begun can be changed.

    Locks   the campaign.
    Raises  CampaignNotFound, CampaignStateWrong.
    """
    with transaction.atomic():
        campaign = _lock(campaign_id)
        if campaign.started_at is not None or campaign.state not in (CampaignState.DRAFT, CampaignState.SCHEDULED):
            raise CampaignStateWrong(title="What has begun to be sent cannot be changed any more.")
        for name, value in changes.items():
            setattr(campaign, name, value)
        campaign.version += 1
        campaign.save()
    return campaign


def schedule_campaign(*, campaign_id: UUID, send_at: datetime | None, by: Context, at: datetime) -> Campaign:
    """Send it at a time, or as soon as the sweep comes by.

    Locks   the campaign.
    Raises  CampaignNotFound, CampaignStateWrong, CampaignIncomplete.
    """
    with transaction.atomic():
        campaign = _lock(campaign_id)
        if missing := missing_of(campaign):
            raise CampaignIncomplete(missing=missing, title=f"It lacks: {', '.join(missing)}.")
        campaign.send_at = max(send_at, at) if send_at is not None else at
        _move(campaign, CampaignState.SCHEDULED)
        campaign.save(update_fields=["send_at", "state", "version"])
    return campaign


def pause_campaign(*, campaign_id: UUID, by: Context, at: datetime) -> Campaign:
    """Nothing more leaves the house; what is on its way in this moment does.

    Locks   the campaign. Raises CampaignNotFound, CampaignStateWrong.
    """
    with transaction.atomic():
        campaign = _lock(campaign_id)
        _move(campaign, CampaignState.PAUSED)
        campaign.save(update_fields=["state", "version"])
        _waiting(campaign).update(due_at=at + _FAR)
    return campaign


def resume_campaign(*, campaign_id: UUID, by: Context, at: datetime) -> Campaign:
    """Go on where it stopped. Locks the campaign. Raises CampaignNotFound, CampaignStateWrong."""
    with transaction.atomic():
        campaign = _lock(campaign_id)
        if campaign.state != CampaignState.PAUSED:
            raise CampaignStateWrong()
        _move(campaign, CampaignState.SCHEDULED)
        campaign.save(update_fields=["state", "version"])
        _waiting(campaign).update(due_at=at)
    return campaign


def cancel_campaign(*, campaign_id: UUID, by: Context, at: datetime) -> Campaign:
    """End it; what is not sent is not sent. Locks the campaign. Raises CampaignNotFound, CampaignStateWrong."""
    with transaction.atomic():
        campaign = _lock(campaign_id)
        _move(campaign, CampaignState.CANCELLED)
        campaign.done_at = at
        campaign.save(update_fields=["state", "version", "done_at"])
        _waiting(campaign).update(state=MessageState.WITHDRAWN, reason="the campaign was cancelled")
    return campaign


def missing_of(campaign: Campaign) -> list[str]:
    """What it lacks before it can be sent, in words."""
    missing = []
    if campaign.template_key not in ALL_KEYS:
        missing.append("a message")
    if not campaign.segments or any(find_segment(each) is None for each in campaign.segments):
        missing.append("an audience")
    if not campaign.channels:
        missing.append("a channel")
    return missing


_RECIPIENTS = """
INSERT INTO campaign_messages_campaignrecipient (campaign_id, customer_id)
SELECT DISTINCT %(campaign)s::uuid, coalesce(c.merged_into_id, c.id)
  FROM customers_label l
  JOIN customers_customer c ON c.id = l.customer_id
 WHERE l.kind = 'segment' AND l.key = ANY(%(keys)s) AND l.valid_until IS NULL
   AND NOT EXISTS (SELECT 1 FROM customers_label x
                    WHERE x.customer_id = l.customer_id AND x.kind = 'segment' AND x.key = ANY(%(without)s)
                      AND x.valid_until IS NULL)
    ON CONFLICT DO NOTHING
"""


def start_due(*, at: datetime) -> int:
    """Begin campaigns whose time has come: their recipients are written down as of now. Returns how many began.

    Emits  CampaignStarted the first time.
    """
    begun = 0
    for campaign_id in Campaign.objects.filter(state=CampaignState.SCHEDULED, send_at__lte=at).values_list(
        "pk", flat=True
    ):
        with transaction.atomic():
            campaign = _lock(campaign_id)
            if campaign.state != CampaignState.SCHEDULED:
                continue
            _move(campaign, CampaignState.RUNNING)
            if campaign.started_at is None:
                campaign.started_at = at
                campaign.audience_size = _write_recipients(campaign)
                fact = CampaignStarted(campaign_id=campaign.pk, name=campaign.name, audience=campaign.audience_size)
                record(fact, by=SYSTEM, at=at)
            campaign.save(update_fields=["state", "version", "started_at", "audience_size"])
            begun += 1
    return begun


def plan_batch(*, campaign_id: UUID, at: datetime) -> int:
    """Judge the next recipients of a running campaign, in one transaction with their messages; returns how many.

    Locks  the recipients with SKIP LOCKED, then the customers.
    Emits  CampaignDone when everybody has a verdict.
    """
    with transaction.atomic():
        campaign = Campaign.objects.filter(pk=campaign_id, state=CampaignState.RUNNING).first()
        if campaign is None:
            return 0
        rows = list(
            CampaignRecipient.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(campaign_id=campaign_id, planned_at=None)
            .order_by("id")[:BATCH]
        )
        propose(candidates=[_candidate(campaign, row.customer_id) for row in rows], at=at)
        CampaignRecipient.objects.filter(pk__in=[row.pk for row in rows]).update(planned_at=at)
        if rows:
            Campaign.objects.filter(pk=campaign_id).update(planned=F("planned") + len(rows))
        elif not CampaignRecipient.objects.filter(campaign_id=campaign_id, planned_at=None).exists():
            _finish(campaign_id, at=at)
    return len(rows)


def _candidate(campaign: Campaign, customer_id: UUID) -> Candidate:
    name = campaign.utm_campaign or campaign.template_key
    return Candidate(
        template_key=campaign.template_key, customer_id=customer_id, channels=tuple(campaign.channels),
        dedup_key=f"campaign:{campaign.pk}:{customer_id}", source=f"campaign:{campaign.pk}", purpose=campaign.purpose,
        priority=campaign.priority, data=campaign.data, campaign_id=campaign.pk, holdout_pct=campaign.holdout_pct,
        utm={"utm_source": "omnichannel", "utm_medium": campaign.channels[0], "utm_campaign": name},
    )  # fmt: skip


def _write_recipients(campaign: Campaign) -> int:
    keys = [found.key for each in campaign.segments if (found := find_segment(each)) is not None]
    without = [found.key for each in campaign.excluded if (found := find_segment(each)) is not None]
    with connection.cursor() as cursor:
        cursor.execute(_RECIPIENTS, {"campaign": campaign.pk, "keys": keys, "without": without})
        return int(cursor.rowcount)


def _finish(campaign_id: UUID, *, at: datetime) -> None:
    campaign = _lock(campaign_id)
    if campaign.state == CampaignState.RUNNING:
        _move(campaign, CampaignState.DONE)
        campaign.done_at = at
        campaign.save(update_fields=["state", "version", "done_at"])
        record(CampaignDone(campaign_id=campaign.pk, name=campaign.name), by=SYSTEM, at=at)


def _lock(campaign_id: UUID) -> Campaign:
    campaign = Campaign.objects.select_for_update(no_key=True).filter(pk=campaign_id).first()
    if campaign is None:
        raise CampaignNotFound()
    return campaign


def _move(campaign: Campaign, to: CampaignState) -> None:
    if to not in CAMPAIGN_TRANSITIONS[CampaignState(campaign.state)]:
        raise CampaignStateWrong(state=campaign.state)
    campaign.state = to
    campaign.version += 1


def _waiting(campaign: Campaign) -> Any:
    return Message.objects.filter(campaign=campaign, state=MessageState.INTENDED, attempts=0)
