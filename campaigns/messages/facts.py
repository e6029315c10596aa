"""What this app publishes. The words of a message are never in the log."""

from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Fact):
    """The mail server took it."""

    NAME = "message.sent"
    SUBJECT = "message_id"
    message_id: UUID
    customer_id: UUID | None
    template: str
    channel: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(Fact):
    """Nobody took it, and it is not tried again."""

    NAME = "message.failed"
    SUBJECT = "message_id"
    message_id: UUID
    customer_id: UUID | None
    template: str
    channel: str
    order_id: UUID | None
    reason: str


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "message.sent": "A message was sent {on}: {data[template]}",
    "message.failed": "A message could not be sent: {data[template]}",
}
