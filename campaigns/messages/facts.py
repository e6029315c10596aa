"""What this app publishes. The words of a message are never in the log."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact
from omnichannel.events.ports import RecordedEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent(Fact):
    """Whoever carries it took it; of an inbox or tablet message: it waits there to be seen."""

    NAME = "message.sent"
    SUBJECT = "message_id"
    message_id: UUID
    customer_id: UUID | None
    template: str
    channel: str
    order_id: UUID | None
    purpose: str = "transactional"
    source: str = ""
    campaign: str = ""
    campaign_id: UUID | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reaction(Fact):
    """What came back of a message."""

    SUBJECT = "message_id"
    message_id: UUID
    customer_id: UUID | None
    template: str
    channel: str
    source: str
    campaign: str
    campaign_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOpened(_Reaction):
    """A person opened it, the first time; scanners and prefetches do not count."""

    NAME = "message.opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageClicked(_Reaction):
    """A person followed a link in it."""

    NAME = "message.clicked"
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnsubscribed(_Reaction):
    """They said by this message that they want no more of the kind."""

    NAME = "message.unsubscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBounced(_Reaction):
    """The other side says the address cannot be reached; for good, unless `is_soft`."""

    NAME = "message.bounced"
    is_soft: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageComplained(_Reaction):
    """They called it spam at their mail provider."""

    NAME = "message.complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcardMade(Fact):
    """A piece of paper was made for somebody."""

    NAME = "postcard.made"
    SUBJECT = "print_id"
    print_id: UUID
    customer_id: UUID | None
    template: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignStarted(Fact):
    """Its recipients are written down and it begins to be sent."""

    NAME = "campaign.started"
    SUBJECT = "campaign_id"
    campaign_id: UUID
    name: str
    audience: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDone(Fact):
    """Every recipient has a verdict."""

    NAME = "campaign.done"
    SUBJECT = "campaign_id"
    campaign_id: UUID
    name: str


_BY: dict[str, str] = {
    "email": "by email",
    "sms": "by text message",
    "inbox": "in the app",
    "tablet": "for the associate to tell",
    "mail": "on paper",
}


def _said(verb: str) -> Callable[[RecordedEvent], str]:
    def sentence(event: RecordedEvent) -> str:
        name = str(event.data.get("template", "")).replace("_", " ")
        # What a person wrote has no name of its own; its words stand in the message.
        what = "what one of us wrote" if name == "letter" else f"“{name}”"
        return f"{verb} {what} {_BY.get(str(event.data.get('channel', '')), '')}".strip()

    return sentence


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str | Callable[[RecordedEvent], str]] = {
    "message.sent": _said("Sent"),
    "message.failed": _said("Could not send"),
    "message.opened": _said("Opened"),
    "message.clicked": lambda event: f"{_said('Clicked in')(event)}: {event.data.get('url', '')}",
    "message.unsubscribed": _said("Unsubscribed through"),
    "message.bounced": _said("Bounced:"),
    "message.complained": _said("Called spam:"),
    "postcard.made": "A postcard was made for the parcel",
    "campaign.started": "The campaign {data[name]} began for {data[audience]} people",
    "campaign.done": "The campaign {data[name]} has been sent",
}
