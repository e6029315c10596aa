"""The log over the wire."""

from typing import Any

from rest_framework import serializers

from omnichannel.events.models import Event
from omnichannel.events.queries import recorded
from omnichannel.events.sentences import sentence_of
from omnichannel.kernel.ids import uuid7_time
from omnichannel.rest.serializers import InputSerializer, StrictCharField

NAME = r"^[a-z0-9_]+(\.[a-z0-9_]+)*(\.?\*)?$"


class EventQuery(InputSerializer):
    subject = serializers.UUIDField(required=False, help_text="What the fact is about: a cart, an order, a product.")
    customer = serializers.UUIDField(required=False)
    name = StrictCharField(
        required=False, max_length=400, help_text="Names, comma-separated; `order.*` takes all of a kind."
    )
    after = serializers.UUIDField(required=False, help_text="Only what was recorded after this event, oldest first.")

    def validate_name(self, value: str) -> list[str]:
        return [name for name in (part.strip() for part in value.split(",")) if name]


class TimelineEntryOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    sentence = serializers.CharField(help_text="What happened, for a person.")
    occurred_at = serializers.DateTimeField()
    channel = serializers.CharField()
    store_id = serializers.UUIDField(allow_null=True)
    subject_id = serializers.UUIDField(allow_null=True)


class EventOut(TimelineEntryOut):
    kind = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    customer_id = serializers.UUIDField(allow_null=True)
    device_id = serializers.UUIDField(allow_null=True)
    associate_id = serializers.UUIDField(allow_null=True)
    actor = serializers.CharField()
    request_id = serializers.CharField()
    context = serializers.DictField(child=serializers.JSONField())
    data = serializers.DictField(child=serializers.JSONField())


class EventPage(serializers.Serializer[Any]):
    items = EventOut(many=True)
    next = serializers.CharField(allow_null=True)


def show_timeline_entry(event: Event) -> dict[str, Any]:
    """What a customer sees of a fact of their own: neither who handled it nor internal data."""
    return {
        "id": event.id,
        "name": event.name,
        "sentence": sentence_of(recorded(event)),
        "occurred_at": event.occurred_at,
        "channel": event.channel,
        "store_id": event.store_id,
        "subject_id": event.subject_id,
    }


def show_event(event: Event) -> dict[str, Any]:
    return show_timeline_entry(event) | {
        "kind": event.kind,
        "recorded_at": uuid7_time(event.id),
        "customer_id": event.identity_id,
        "device_id": event.device_id,
        "associate_id": event.associate_id,
        "actor": event.actor,
        "request_id": event.request_id,
        "context": event.context,
        "data": event.data,
    }
