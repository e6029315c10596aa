"""Taking in what pages, apps and servers saw: a batch at a time, each good message kept, each bad one named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import transaction

from customers.models import Source
from customers.rules.tracking import MAX_DEPTH, Arrival, Message, Refused, understand
from customers.services.touches import Seen, keep_touches
from customers.services.tracking.attaching import find_people, name_things, subject_of
from customers.services.tracking.identifying import join_people, keep_traits, make_known
from customers.services.tracking.storing import Attached, store_messages
from omnichannel.kernel.context import Context


@dataclass(frozen=True, slots=True)
class Taken:
    """stored    how many were not seen before.
    refused   the bad ones.
    doubted   by index, why an identify or alias joined nobody; the messages themselves are kept.
    """

    messages: Sequence[Message]
    stored: frozenset[int]
    refused: Sequence[Refused]
    doubted: Sequence[tuple[int, str]]


def take_batch(*, raws: Sequence[Any], type_: str = "", arrival: Arrival, source: Source, by: Context) -> Taken:
    """Keep the messages of one request, attached to their people and products.

    Six statements for a batch without news about who somebody is; durable when the caller's transaction is.
    Locks   the identities that join.
    Emits   the tracked events, CustomerIdentified, CustomerCreated (trusted sources).
    """
    at = arrival.received_at
    good: list[Message] = []
    refused: list[Refused] = []
    for index, raw in enumerate(raws):
        read = _read(index, raw, type_, arrival)
        if isinstance(read, Message):
            good.append(read)
        else:
            refused.append(read)
    doubted: list[tuple[int, str]] = []
    stored: set[int] = set()
    if good:
        with transaction.atomic():
            people = find_people(messages=good, at=at)
            make_known(messages=good, people=people, source=source, by=by, at=at)
            name_things(messages=good)
            attached = []
            for message in good:
                message.context |= {"source": source.name}
                if message.message_id:
                    message.context["message_id"] = message.message_id
                attached.append(Attached(message, people.identity_of(message), subject_of(message)))
            stored = store_messages(attached=attached, source_id=source.pk, by=by, at=at)
            keep_touches(
                [
                    Seen(identity_id=entry.identity_id, campaign=entry.message.campaign, at=entry.message.occurred_at)
                    for entry in attached
                    if entry.message.campaign and entry.identity_id is not None and entry.message.index in stored
                ]
            )
            fresh = [message for message in good if message.index in stored]
            if any(message.type in ("identify", "alias") for message in fresh):
                doubted = join_people(messages=fresh, people=people, source=source, by=by, at=at)
                keep_traits(messages=fresh, people=people, source=source, by=by, at=at)
    return Taken(messages=good, stored=frozenset(stored), refused=refused, doubted=doubted)


def _read(index: int, raw: Any, type_: str, arrival: Arrival) -> Message | Refused:
    text = orjson.dumps(raw)
    if b"\\u0000" in text:
        return Refused(index, "control_characters", "NUL characters are not allowed.")
    brackets = text.count(b"[") + text.count(b"{")
    depth_ok = brackets <= MAX_DEPTH or not _is_deeper(raw, MAX_DEPTH)
    return understand(index, raw, type_=type_, arrival=arrival, size=len(text), depth_ok=depth_ok)


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if levels == 0:
        return isinstance(value, dict | list)
    return any(_is_deeper(item, levels - 1) for item in inner if isinstance(item, dict | list))
