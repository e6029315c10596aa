"""One message to many people, once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from campaigns.messages.states import CampaignState, Purpose
from omnichannel.kernel.ids import uuid7


def email_first() -> list[str]:
    return ["email"]


class Campaign(models.Model):
    """Segments × template × time. Its recipients are written down when it starts, so that it is the same people whatever happens."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    template_key = models.SlugField(max_length=60)
    purpose = models.CharField(max_length=15, choices=Purpose.choices, default=Purpose.MARKETING)
    channels = ArrayField(models.CharField(max_length=10), default=email_first)
    segments = ArrayField(models.UUIDField(), default=list, help_text="Whoever is in any of them.")
    excluded = ArrayField(models.UUIDField(), default=list, blank=True)
    priority = models.PositiveSmallIntegerField(default=30)
    holdout_pct = models.PositiveSmallIntegerField(default=0)
    data = models.JSONField(default=dict, blank=True)
    utm_campaign = models.SlugField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT)
    send_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    audience_size = models.PositiveIntegerField(default=0)
    planned = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "id"], name="campaign_newest"),
            models.Index(
                fields=["send_at"],
                name="campaign_due",
                condition=models.Q(state__in=[CampaignState.SCHEDULED, CampaignState.RUNNING]),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(holdout_pct__lte=90), name="campaign_holdout"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignRecipient(models.Model):
    """Somebody a campaign is for, as of its start; gone from the queue once the gate has judged."""

    id = models.BigAutoField(primary_key=True)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="recipients")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    planned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "customer"], name="campaign_recipient_once"),
        ]
        indexes = [
            models.Index(
                fields=["campaign", "id"], name="campaign_recipient_open", condition=models.Q(planned_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.customer_id}"
