"""What integrations does when anything happened: tells those who asked to be told."""

from collections.abc import Sequence

from omnichannel.events.ports import RecordedEvent
from omnichannel.integrations.services.telling import tell_endpoints
from omnichannel.kernel.clock import now


def tell_webhooks(events: Sequence[RecordedEvent]) -> None:
    tell_endpoints(events=events, at=now())
