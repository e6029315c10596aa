"""Webhook endpoints: where other systems are told of facts."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from omnichannel.events.services import record
from omnichannel.integrations.errors import AddressRefused, EndpointNotFound, FactUnknown
from omnichannel.integrations.facts import WebhookEndpointDisabled
from omnichannel.integrations.models import WebhookEndpoint, WebhookMessage
from omnichannel.integrations.queries import fact_names
from omnichannel.integrations.rules import SECRET_PREFIX, is_public_address, wants
from omnichannel.integrations.services.waking import wake_sender
from omnichannel.integrations.states import AttemptState, EndpointState
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows
from omnichannel.kernel.secrets import encrypt

OVERLAP = timedelta(hours=24)
PING = "webhook.ping"


def create_endpoint(
    *, url: str, facts: Sequence[str], at: datetime, description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; the second part of the answer is its signing secret, shown once.

    facts   names of facts, or `order.*`; none means all.
    Raises  AddressRefused, FactUnknown.
    """
    check_url(url=url)
    check_facts(facts=facts)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        url=url, description=description, facts=sorted(set(facts)), secret_encrypted=encrypt(secret), created_at=at
    )
    return endpoint, secret


def update_endpoint(
    *,
    endpoint_id: UUID,
    at: datetime,
    url: str | None = None,
    facts: Sequence[str] | None = None,
    description: str | None = None,
    state: str | None = None,
) -> WebhookEndpoint:
    """Change an endpoint; what is None stays. Made active again, it forgets that it was failing.

    Locks   the endpoint.
    Raises  EndpointNotFound, AddressRefused, FactUnknown.
    """
    with transaction.atomic():
        endpoint = lock_endpoint(endpoint_id=endpoint_id)
        if url is not None:
            check_url(url=url)
            endpoint.url = url
        if facts is not None:
            check_facts(facts=facts)
            endpoint.facts = sorted(set(facts))
        if description is not None:
            endpoint.description = description
        if state is not None and state != endpoint.state:
            endpoint.state = EndpointState(state)
            endpoint.failing_since = None
            wake_sender()
        endpoint.save()
    return endpoint


def delete_endpoint(*, endpoint_id: UUID) -> None:
    """Forget an endpoint with its messages and their log. Raises EndpointNotFound."""
    with transaction.atomic():
        lock_endpoint(endpoint_id=endpoint_id).delete()


def rotate_secret(*, endpoint_id: UUID, at: datetime, overlap: timedelta = OVERLAP) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret. For `overlap` messages are signed with both, so no receiver misses one.

    Locks   the endpoint.
    Raises  EndpointNotFound.
    """
    secret = new_secret()
    with transaction.atomic():
        endpoint = lock_endpoint(endpoint_id=endpoint_id)
        endpoint.previous_secret_encrypted, endpoint.previous_secret_until = endpoint.secret_encrypted, at + overlap
        endpoint.secret_encrypted = encrypt(secret)
        endpoint.save()
    return endpoint, secret


def send_ping(*, endpoint_id: UUID, at: datetime) -> WebhookMessage:
    """Send a message that tells of nothing, to see whether it arrives. Raises EndpointNotFound."""
    with transaction.atomic():
        endpoint = lock_endpoint(endpoint_id=endpoint_id)
        ping_id = uuid7(at)
        body = {"type": PING, "timestamp": at, "data": {"resource_id": endpoint.id, "sequence": 0}}
        message = WebhookMessage.objects.create(
            endpoint=endpoint,
            event_id=ping_id,
            name=PING,
            subject_id=endpoint.id,
            sequence=0,
            due_at=at,
            created_at=at,
            body=orjson.dumps(body).decode(),
        )
        wake_sender()
    return message


def disable_endpoint(*, endpoint: WebhookEndpoint, reason: str, at: datetime, by: Context = SYSTEM) -> None:
    """Tell an endpoint no more. What waited is given up; a replay from the cursor brings it back.

    Locks   the endpoint, by the caller.
    Emits   WebhookEndpointDisabled.
    """
    with transaction.atomic():
        endpoint.state = EndpointState.DISABLED
        endpoint.save(update_fields=["state", "failing_since"])
        endpoint.messages.filter(state=AttemptState.WAITING).update(
            state=AttemptState.FAILED, last_error="The endpoint was disabled."
        )
        record(WebhookEndpointDisabled(endpoint_id=endpoint.id, reason=reason), by=by, at=at)


def lock_endpoint(*, endpoint_id: UUID) -> WebhookEndpoint:
    """Raises EndpointNotFound."""
    endpoint = lock_rows(WebhookEndpoint.objects.filter(pk=endpoint_id)).first()
    if endpoint is None:
        raise EndpointNotFound()
    return endpoint


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def check_url(*, url: str) -> None:
    """An address that may be called: https, no credentials, no address of ours. Names are judged when they are resolved.

    Raises  AddressRefused.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise AddressRefused(pointer="/url") from error
    schemes = {"https", "http"} if settings.WEBHOOKS_ALLOW_PRIVATE else {"https"}
    if parts.scheme not in schemes or not host or parts.username is not None or not url.isprintable() or " " in url:
        raise AddressRefused(pointer="/url")
    if settings.WEBHOOKS_ALLOW_PRIVATE:
        return
    is_number = ":" in host or host.replace(".", "").isdigit() or host.lower().startswith("0x")
    if is_number and not is_public_address(host):
        raise AddressRefused(pointer="/url")
    if ("." not in host.strip(".") and not is_number) or host.rstrip(".").endswith(
        (".localhost", ".local", ".internal")
    ):
        raise AddressRefused(pointer="/url")


def check_facts(*, facts: Sequence[str]) -> None:
    """Raises FactUnknown for a name that is no fact, or takes none."""
    for position, name in enumerate(facts):
        if not any(wants([name], known) for known in fact_names()):
            raise FactUnknown(pointer=f"/facts/{position}", fact=name)
