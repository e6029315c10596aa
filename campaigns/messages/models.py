"""What we say to customers: templates in the brand kit, and one row per message to one person."""

from django.db import models
from django.db.models.functions import Now

from campaigns.messages.states import MessageState, Purpose
from omnichannel.kernel.ids import uuid7


class Template(models.Model):
    """A message by its key (`order_confirmed`): MJML and plain text, both Liquid. A change makes a new version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    locale = models.CharField(max_length=10, default="en")
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=15, choices=Purpose.choices, default=Purpose.TRANSACTIONAL)
    subject = models.CharField(max_length=300)
    preheader = models.CharField(max_length=300, blank=True)
    mjml = models.TextField(help_text="The body between header and footer, which come from the brand kit.")
    text = models.TextField()
    html = models.TextField(
        editable=False, blank=True, help_text="MJML rendered when saved; Liquid is filled per message."
    )
    is_live = models.BooleanField(default=True)
    created_by = models.CharField(max_length=80, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "locale", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["key", "locale"], condition=models.Q(is_live=True), name="template_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Message(models.Model):
    """One message to one person. `dedup_key` makes it at most one, whatever is delivered twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dedup_key = models.CharField(max_length=120, unique=True)
    template_key = models.SlugField(max_length=60)
    template_version = models.PositiveIntegerField()
    purpose = models.CharField(max_length=15, choices=Purpose.choices)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    html = models.TextField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.INTENDED)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not sent, or not yet.")
    holds_secret = models.BooleanField(
        default=False, help_text="A link or code that acts for the recipient: its text is dropped when it is sent."
    )
    order_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="message_due", condition=models.Q(state=MessageState.INTENDED)),
            models.Index(fields=["customer", "-created_at"], name="message_of_customer"),
            models.Index(fields=["-created_at", "id"], name="message_newest"),
            models.Index(fields=["recipient"], name="message_recipient"),
            models.Index(fields=["order_id"], name="message_of_order", condition=models.Q(order_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.template_key} → {self.recipient}"


class Suppression(models.Model):
    """An address that must not be written to: bounced, complained or blocked by staff."""

    id = models.BigAutoField(primary_key=True)
    address = models.EmailField(unique=True)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.address
