"""The house rules of writing to people, and the verdict on every candidate."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from campaigns.messages.models.campaigns import Campaign
from campaigns.messages.models.sending import Message
from campaigns.messages.states import Outcome, Purpose
from omnichannel.kernel.ids import uuid7


def quiet_ways() -> list[str]:
    return ["sms"]


class SendingPolicy(models.Model):
    """How often and when we may write. There is exactly one (`sending_policy_single`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    per_day = models.PositiveSmallIntegerField(default=3, help_text="Marketing messages to one person in 24 hours.")
    per_week = models.PositiveSmallIntegerField(default=10, help_text="Marketing messages to one person in 7 days.")
    settle_seconds = models.PositiveSmallIntegerField(
        default=10, help_text="How long a message waits for one of higher priority that may want its place."
    )
    quiet_from = models.TimeField(default="21:00", help_text="In the customer's own time zone.")
    quiet_until = models.TimeField(default="08:00")
    quiet_channels = ArrayField(models.CharField(max_length=10), default=quiet_ways, blank=True)
    holdout_pct = models.PositiveSmallIntegerField(
        default=0, help_text="This share of customers gets no marketing at all, to compare with."
    )

    class Meta:
        verbose_name_plural = "sending policy"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="sending_policy_single"),
            models.CheckConstraint(condition=models.Q(holdout_pct__lte=50), name="sending_policy_holdout"),
        ]

    def __str__(self) -> str:
        return "How often and when we write"


class Decision(models.Model):
    """Why somebody got a message, or did not. One row for every candidate there ever was.

    A candidate that waits keeps what it needs to be judged again in `candidate`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dedup_key = models.CharField(max_length=160)
    source = models.CharField(max_length=120, blank=True)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    template_key = models.SlugField(max_length=60)
    purpose = models.CharField(max_length=15, choices=Purpose.choices)
    channel = models.CharField(max_length=10, blank=True)
    priority = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    checks = models.JSONField(default=list, help_text="Each gate passed or not, in its order, in words.")
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="decisions")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="decisions")
    due_at = models.DateTimeField(null=True)
    candidate = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dedup_key", "source"], name="decision_once"),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="decision_of_customer"),
            models.Index(fields=["-created_at", "id"], name="decision_newest"),
            models.Index(fields=["due_at"], name="decision_held", condition=models.Q(outcome=Outcome.HELD)),
            models.Index(fields=["campaign", "outcome", "code"], name="decision_of_campaign"),
            models.Index(fields=["message"], name="decision_of_message"),
        ]

    def __str__(self) -> str:
        return f"{self.template_key}: {self.outcome}"
