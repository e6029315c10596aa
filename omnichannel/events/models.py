"""The append-only log, its deduplication table and the deliveries of facts to handlers.

`Event` is partitioned by ranges of its UUIDv7 `id` (see the `partitions` migration); nothing has a
foreign key to or from it, and only erasure (`redact`) edits it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from omnichannel.events.states import DeliveryState, EventKind
from omnichannel.kernel.ids import uuid7


class Event(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=EventKind.choices, default=EventKind.DOMAIN)
    occurred_at = models.DateTimeField()
    identity_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=20)
    store_id = models.UUIDField(null=True)
    device_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=80)
    request_id = models.CharField(max_length=64)
    context = models.JSONField(default=dict)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["identity_id", "-occurred_at"], name="event_timeline"),
            models.Index(fields=["subject_id", "id"], name="event_subject"),
            models.Index(fields=["name", "id"], name="event_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class SeenMessage(models.Model):
    """Ids of tracked messages ever taken in: a message is stored once, for ever."""

    message_id = models.UUIDField(primary_key=True)

    class Meta:
        db_table = "events_seen"

    def __str__(self) -> str:
        return str(self.message_id)


class Delivery(models.Model):
    """A batch of events on its way to one handler: queue and receipt in one row, gone when applied."""

    id = models.BigAutoField(primary_key=True)
    handler = models.CharField(max_length=100)
    queue = models.CharField(max_length=20)
    event_ids = ArrayField(models.UUIDField())
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE, db_default=DeliveryState.DUE
    )
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    error = models.TextField(blank=True, default="", db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_due", condition=models.Q(state=DeliveryState.DUE)),
            models.Index(
                fields=["handler", "id"], name="delivery_parked", condition=models.Q(state=DeliveryState.PARKED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handler} × {len(self.event_ids)}"
