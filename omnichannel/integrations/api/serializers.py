"""Keys, endpoints and their log over the wire. Secrets appear in the answer that makes them, and never again."""

from typing import Any

from rest_framework import serializers

from omnichannel.integrations.errors import ReplayUnclear
from omnichannel.integrations.models import ApiKey, WebhookAttempt, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.states import AttemptState, EndpointState
from omnichannel.rest.serializers import InputSerializer, StrictCharField, StrictUUIDField


class EndpointIn(InputSerializer):
    url = StrictCharField(max_length=500)
    description = StrictCharField(max_length=200, required=False, allow_blank=True)
    facts = serializers.ListField(
        child=StrictCharField(max_length=80),
        required=False,
        max_length=100,
        help_text="Names of facts, or `order.*`; none means all.",
    )


class EndpointChange(EndpointIn):
    url = StrictCharField(max_length=500, required=False)
    state = serializers.ChoiceField([EndpointState.ACTIVE.value, EndpointState.PAUSED.value], required=False)


class ReplayIn(InputSerializer):
    """One of the three."""

    message_id = StrictUUIDField(required=False, help_text="This message alone.")
    after = StrictUUIDField(required=False, help_text="Everything recorded after this event.")
    since = serializers.DateTimeField(required=False, help_text="Everything recorded since this moment.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise ReplayUnclear()
        return attrs


class MessageQuery(InputSerializer):
    state = serializers.ChoiceField(AttemptState.choices, required=False)


class EmptyQuery(InputSerializer):
    """Only `cursor` and `limit`."""


class EmptyIn(InputSerializer):
    """No fields."""


class EndpointOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    url = serializers.CharField()
    description = serializers.CharField()
    facts = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(EndpointState.choices)
    failing_since = serializers.DateTimeField(allow_null=True)
    replaying = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class EndpointSecretOut(EndpointOut):
    secret = serializers.CharField(help_text="Shown this once. Verify messages with it (Standard Webhooks).")


class AttemptOut(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    duration_ms = serializers.IntegerField()
    response = serializers.CharField()


class MessageOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The `webhook-id`.")
    type = serializers.CharField()
    event_id = serializers.UUIDField()
    resource_id = serializers.UUIDField(allow_null=True)
    sequence = serializers.IntegerField()
    state = serializers.ChoiceField(AttemptState.choices)
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class MessageDetailOut(MessageOut):
    body = serializers.CharField()
    log = AttemptOut(many=True)


class EndpointPage(serializers.Serializer[Any]):
    items = EndpointOut(many=True)
    next = serializers.CharField(allow_null=True)


class MessagePage(serializers.Serializer[Any]):
    items = MessageOut(many=True)
    next = serializers.CharField(allow_null=True)


class ApiKeyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_on = serializers.DateField(allow_null=True)
    previous_until = serializers.DateTimeField(allow_null=True)


class ApiKeySecretOut(ApiKeyOut):
    secret = serializers.CharField(help_text="Shown this once.")


class ApiKeyPage(serializers.Serializer[Any]):
    items = ApiKeyOut(many=True)
    next = serializers.CharField(allow_null=True)


def show_endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "facts": endpoint.facts,
        "state": endpoint.state,
        "failing_since": endpoint.failing_since,
        "replaying": endpoint.replay_after is not None,
        "created_at": endpoint.created_at,
    }


def show_message(message: WebhookMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "type": message.name,
        "event_id": message.event_id,
        "resource_id": message.subject_id,
        "sequence": message.sequence,
        "state": message.state,
        "attempts": message.attempts,
        "due_at": message.due_at if message.state == AttemptState.WAITING else None,
        "last_status": message.last_status,
        "last_error": message.last_error,
        "delivered_at": message.delivered_at,
        "created_at": message.created_at,
    }


def show_message_detail(message: WebhookMessage) -> dict[str, Any]:
    log = sorted(message.log.all(), key=lambda attempt: attempt.pk)
    return show_message(message) | {"body": message.body, "log": [_show_attempt(attempt) for attempt in log]}


def _show_attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    return {
        "at": attempt.at,
        "status": attempt.status,
        "error": attempt.error,
        "duration_ms": attempt.duration_ms,
        "response": attempt.response,
    }


def show_api_key(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": key.scopes,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_on": key.last_used_on,
        "previous_until": key.previous_until,
    }
