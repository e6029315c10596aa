"""One plain English sentence for each fact, for timelines.

An app describes its facts in `AppConfig.ready`, through `ports.describe`: with a template over the fields below,
or with a function of the event. A fact nobody described reads as its own name.
"""

from collections.abc import Mapping
from typing import Any

from omnichannel.events.ports import RecordedEvent, description_of
from omnichannel.events.states import EventKind
from omnichannel.kernel.channels import Channel

_PLACES: dict[str, str] = {
    Channel.WEB: "on the website",
    Channel.MOBILE: "in the mobile app",
    Channel.TABLET: "on a store tablet",
    Channel.POS: "at the till",
    Channel.SOCIAL: "on social media",
    Channel.EMAIL: "by email",
    Channel.SMS: "by text message",
    Channel.PUSH: "from a push message",
    Channel.VOICE: "by voice",
    Channel.MARKETPLACE: "on a marketplace",
    Channel.PHONE: "by phone",
    Channel.MAIL: "by post",
}
#: Who acted, by the kind of the caller.
ACTORS: dict[str, str] = {
    "customer": "The customer",
    "guest": "A guest",
    "associate": "An associate",
    "device": "A store tablet",
    "staff": "Staff",
    "api_key": "Another system",
}


class _Fields(dict[str, Any]):
    """A field the fact does not have reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


def sentence_of(event: RecordedEvent) -> str:
    """The sentence of one event.

    Templates may use {by}, {on} (`on the website`), {name} and {data[field]}; whole numbers read as 24,118.
    """
    description = description_of(event.name)
    if description is None:
        return default_sentence(event.name) if event.kind == EventKind.DOMAIN else _tracked(event)
    if callable(description):
        return description(event)
    filled = description.format_map(
        _Fields(
            name=event.name,
            by=ACTORS.get(event.actor.partition(":")[0], "The system"),
            on=_PLACES.get(event.channel, ""),
            data=_Fields(
                {key: f"{value:,}" if type(value) is int else value for key, value in event.data.items()}
                if isinstance(event.data, Mapping)
                else {}
            ),
        )
    )
    return " ".join(filled.split())


def _tracked(event: RecordedEvent) -> str:
    """Names of pages, apps and other systems read as they stand."""
    return f"{event.name} {_PLACES.get(event.channel, '')}".strip()


def default_sentence(name: str) -> str:
    """`cart.line_added` → `Cart line added`."""
    return name.replace(".", " ").replace("_", " ").capitalize()
