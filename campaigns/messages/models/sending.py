"""One row per message to one person, and what came of it."""

from django.db import models
from django.db.models.functions import Now

from campaigns.messages.models.campaigns import Campaign
from campaigns.messages.rules.catalogue import title_of
from campaigns.messages.states import MessageState, Purpose, TouchKind, Way
from omnichannel.kernel.ids import uuid7


class Message(models.Model):
    """One message to one person. `dedup_key` makes it at most one, whatever is delivered twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dedup_key = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=10, choices=Way.choices, default=Way.EMAIL, db_default=Way.EMAIL)
    template_key = models.SlugField(max_length=60)
    template_version = models.PositiveIntegerField()
    blocks = models.JSONField(default=dict, db_default={}, help_text="Content blocks used: key → version.")
    purpose = models.CharField(max_length=15, choices=Purpose.choices)
    priority = models.PositiveSmallIntegerField(default=0, db_default=0)
    source = models.CharField(max_length=120, blank=True, default="", db_default="")
    campaign = models.ForeignKey(Campaign, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages")
    utm = models.JSONField(default=dict, db_default={})
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recipient = models.CharField(max_length=254, help_text="Email address or phone number; empty for the inbox.")
    subject = models.CharField(max_length=300)
    html = models.TextField()
    text = models.TextField()
    data = models.JSONField(
        default=dict, db_default={}, help_text="What the sender added: the inbox fills its template when it is opened."
    )
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.INTENDED)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was not sent, or not yet.")
    holds_secret = models.BooleanField(
        default=False, help_text="A link or code that acts for the recipient: its text is dropped when it is sent."
    )
    order_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="First time by a person, not by a scanner.")
    clicked_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="message_due", condition=models.Q(state=MessageState.INTENDED)),
            models.Index(fields=["customer", "-created_at"], name="message_of_customer"),
            models.Index(fields=["-created_at", "id"], name="message_newest"),
            models.Index(fields=["recipient"], name="message_recipient"),
            models.Index(fields=["source", "-created_at"], name="message_of_source", condition=~models.Q(source="")),
            models.Index(fields=["order_id"], name="message_of_order", condition=models.Q(order_id__isnull=False)),
            models.Index(
                fields=["customer", "channel", "-id"],
                name="message_to_look_at",
                condition=models.Q(channel__in=[Way.INBOX, Way.TABLET]),
            ),
        ]
        constraints = [
            # A campaign writes once to an address, also where several customers carry it.
            models.UniqueConstraint(
                fields=["campaign", "channel", "recipient"],
                condition=models.Q(campaign__isnull=False) & ~models.Q(recipient=""),
                name="message_campaign_recipient_once",
            )
        ]

    def __str__(self) -> str:
        return f"{title_of(self.template_key)}, to {self.recipient or self.customer_id}"


class Touch(models.Model):
    """An open, click or unsubscribe as it came in; `counted` is false for scanners and prefetches, with the reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="touches")
    kind = models.CharField(max_length=12, choices=TouchKind.choices)
    url = models.CharField(max_length=1000, blank=True)
    counted = models.BooleanField()
    reason = models.CharField(max_length=120, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "touches"
        indexes = [models.Index(fields=["message", "kind", "-at"], name="touch_of_message")]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class MessageOrder(models.Model):
    """An order that followed a click within the window; each order counts for one message, the one clicked last."""

    order_id = models.UUIDField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="orders")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="orders")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(help_text="When it was confirmed; results read the order as it is now.")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.order_id)


class Print(models.Model):
    """A piece of paper made for one person: a PDF in private storage."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dedup_key = models.CharField(max_length=160, unique=True)
    template_key = models.SlugField(max_length=60)
    template_version = models.PositiveIntegerField()
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    order_id = models.UUIDField(null=True, blank=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="prints")
    file = models.CharField(max_length=200)
    words = models.JSONField(default=dict, help_text="What is printed: title, body, code, items.")
    printed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "id"], name="print_newest"),
            models.Index(fields=["order_id"], name="print_of_order", condition=models.Q(order_id__isnull=False)),
            models.Index(fields=["customer"], name="print_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.template_key} {self.pk}"
