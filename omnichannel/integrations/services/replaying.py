"""Telling again: one message, or everything since a point of the log."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from omnichannel.integrations.errors import MessageNotFound
from omnichannel.integrations.models import WebhookEndpoint, WebhookMessage
from omnichannel.integrations.services.endpoints import lock_endpoint
from omnichannel.integrations.services.waking import wake_sender
from omnichannel.integrations.states import AttemptState
from omnichannel.kernel.ids import uuid7, uuid7_floor


def replay_message(*, endpoint_id: UUID, message_id: UUID, at: datetime) -> WebhookMessage:
    """Send one message again, whatever came of it, under its old id. Raises EndpointNotFound, MessageNotFound."""
    with transaction.atomic():
        lock_endpoint(endpoint_id=endpoint_id)
        rows = WebhookMessage.objects.filter(pk=message_id, endpoint_id=endpoint_id)
        if not rows.update(state=AttemptState.WAITING, attempts=0, due_at=at, delivered_at=None):
            raise MessageNotFound()
        wake_sender()
        return rows.get()


def replay_since(*, endpoint_id: UUID, after: UUID | datetime, at: datetime) -> WebhookEndpoint:
    """Send everything the endpoint wants that was recorded after a point of the log, told before or not.

    after   an event's id, itself not sent again, or a moment.
    Facts it was never told of are found in the log by the sender, slice by slice.
    Raises  EndpointNotFound.
    """
    start = uuid7_floor(after) if isinstance(after, datetime) else after
    with transaction.atomic():
        endpoint = lock_endpoint(endpoint_id=endpoint_id)
        endpoint.messages.filter(event_id__gt=start).update(
            state=AttemptState.WAITING, attempts=0, due_at=at, delivered_at=None
        )
        endpoint.replay_after, endpoint.replay_until = start, uuid7(at)
        endpoint.save(update_fields=["replay_after", "replay_until"])
        wake_sender()
    return endpoint
