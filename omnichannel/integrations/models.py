"""Keys for other systems, and webhooks out (Standard Webhooks)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from omnichannel.integrations.states import AttemptState, EndpointState
from omnichannel.kernel.ids import uuid7


class ApiKey(models.Model):
    """A key of another system. Only its hash is kept; `prefix` is what people recognise it by."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    previous_hash = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="Good until `previous_until`, after a rotation."
    )
    previous_until = models.DateTimeField(null=True, blank=True)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class WebhookEndpoint(models.Model):
    """Where to tell another system of facts. The signing secret is encrypted, because we sign with it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    url = models.URLField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    facts = ArrayField(
        models.CharField(max_length=80), default=list, help_text="Names of facts, or `order.*`; empty means all."
    )
    secret_encrypted = models.TextField()
    previous_secret_encrypted = models.TextField(
        blank=True, help_text="Still signed with until `previous_secret_until`."
    )
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=EndpointState.choices, default=EndpointState.ACTIVE)
    failing_since = models.DateTimeField(null=True, blank=True)
    # A replay under way: facts of the log after the one, up to the other, are still to be told.
    replay_after = models.UUIDField(null=True, blank=True, editable=False)
    replay_until = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.url


class WebhookMessage(models.Model):
    """One fact on its way to one endpoint, with its log.

    `sequence` counts per resource (`subject_id`) in the order of the log; 0 is a fact older than one told already.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="messages")
    event_id = models.UUIDField()
    name = models.CharField(max_length=80)
    subject_id = models.UUIDField(null=True)
    sequence = models.PositiveBigIntegerField()
    body = models.TextField()
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    last_status = models.PositiveSmallIntegerField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_message_once")]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at", "event_id"],
                name="webhook_due",
                condition=models.Q(state=AttemptState.WAITING),
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
            models.Index(
                fields=["-id"],
                name="webhook_open",
                condition=models.Q(state__in=[AttemptState.WAITING, AttemptState.FAILED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.endpoint_id}"


class WebhookAttempt(models.Model):
    """One try, as the endpoint's log shows it."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    duration_ms = models.PositiveIntegerField()
    response = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.at} {self.status}"


class WebhookSequence(models.Model):
    """The last sequence number given to a resource, for all endpoints."""

    subject_id = models.UUIDField(primary_key=True)
    last = models.PositiveBigIntegerField(default=0)
    last_event_id = models.UUIDField(help_text="Facts up to this one are numbered.")

    def __str__(self) -> str:
        return f"{self.subject_id} {self.last}"


class RefusedMessage(models.Model):
    """What came in from another system in one hour and was refused for one reason: counted, for anybody may send it."""

    id = models.BigAutoField(primary_key=True)
    door = models.CharField(max_length=60, help_text="Where it came in: `gateway stripe`, `mail postmark`.")
    code = models.CharField(max_length=60)
    reason = models.CharField(max_length=300)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["door", "code", "hour"], name="refused_message_once")]
        indexes = [models.Index(fields=["-last_at"], name="refused_message_latest")]

    def __str__(self) -> str:
        return f"{self.door}: {self.reason}"
