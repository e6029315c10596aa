"""What a person allowed us to send and to use, with proof, and the addresses nothing may go to."""

from django.db import models
from django.db.models.functions import Now

from customers.models.people import Customer
from customers.states import ConsentChannel, ConsentPurpose, ConsentState
from omnichannel.kernel.ids import uuid7


class Consent(models.Model):
    """One word of a customer about one channel and purpose. Append-only: the newest of a pair is what holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.CharField(max_length=10, choices=ConsentChannel.choices)
    purpose = models.CharField(max_length=15, choices=ConsentPurpose.choices)
    state = models.CharField(max_length=10, choices=ConsentState.choices)
    wording = models.CharField(max_length=80, blank=True, help_text="Version of the words the person agreed to.")
    source = models.CharField(max_length=80, help_text="Where it was said: checkout, newsletter, preferences, import …")
    proof = models.JSONField(default=dict, blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["customer", "channel", "purpose", "-at", "-id"], name="consent_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.purpose}: {self.state}"


class Suppression(models.Model):
    """An address that nothing may go to on a channel: bounced, complained or blocked by staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=10, choices=ConsentChannel.choices, default=ConsentChannel.EMAIL)
    address = models.CharField(max_length=254, help_text="Normalised: an email in lower case, a phone in E.164.")
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.address}"


class NewsletterRequest(models.Model):
    """Somebody asked for the newsletter; it begins when the owner of the address says so too (double opt-in)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    wording = models.CharField(max_length=80)
    channel = models.CharField(max_length=20)
    anonymous_id = models.CharField(max_length=200, blank=True)
    campaign = models.JSONField(default=dict, blank=True)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email", "-requested_at"], name="newsletter_of_email")]

    def __str__(self) -> str:
        return self.email
