"""Reading keys, endpoints and their log."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from omnichannel.integrations.errors import EndpointNotFound, MessageNotFound
from omnichannel.integrations.models import ApiKey, RefusedMessage, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.states import AttemptState, EndpointState, Scope
from omnichannel.kernel.secrets import decrypt
from omnichannel.rest.documenting import find_facts
from omnichannel.rest.views import declared_scopes


def list_scopes() -> list[str]:
    """Every scope a key may have: those known by name and those any endpoint declares."""
    return sorted({*Scope.values, *declared_scopes()})


def list_api_keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(revoked_at=None)


def list_endpoints() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.all()


def get_endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    """Raises EndpointNotFound."""
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise EndpointNotFound()
    return endpoint


def list_listening() -> Sequence[WebhookEndpoint]:
    """Endpoints for which messages are made; a paused one gets its messages when it goes on."""
    return list(WebhookEndpoint.objects.exclude(state=EndpointState.DISABLED).order_by("id"))


def list_messages(endpoint_id: UUID, state: str = "") -> QuerySet[WebhookMessage]:
    rows = WebhookMessage.objects.filter(endpoint_id=endpoint_id)
    return rows.filter(state=state) if state else rows


def get_message(endpoint_id: UUID, message_id: UUID) -> WebhookMessage:
    """Raises MessageNotFound."""
    message = WebhookMessage.objects.filter(endpoint_id=endpoint_id, pk=message_id).prefetch_related("log").first()
    if message is None:
        raise MessageNotFound()
    return message


def list_failing() -> QuerySet[WebhookMessage]:
    """Messages given up, and those that were tried and not taken yet; newest first."""
    tried = Q(state=AttemptState.WAITING, attempts__gt=0)
    rows = WebhookMessage.objects.filter(Q(state=AttemptState.FAILED) | tried).defer("body")
    return rows.select_related("endpoint").order_by("-id")


def list_refused() -> QuerySet[RefusedMessage]:
    """What others sent and we did not believe, by the hour; the latest first."""
    return RefusedMessage.objects.order_by("-last_at", "-id")


def secrets_of(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    """What to sign with at this moment: during a rotation the new secret and the one before."""
    secrets = [decrypt(endpoint.secret_encrypted)]
    if endpoint.previous_secret_encrypted and endpoint.previous_secret_until and endpoint.previous_secret_until > at:
        secrets.append(decrypt(endpoint.previous_secret_encrypted))
    return secrets


@cache
def fact_names() -> frozenset[str]:
    """The names of all facts there are."""
    return frozenset(fact.NAME for fact in find_facts())
