"""How messages leave the house: a carrier for each channel."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as a carrier needs it. `message_id` is the same for every attempt: hand it on as an idempotency key.

    going  to be called in the instant before it becomes the other side's, by a carrier whose other side takes no such
           key: a sender that dies after it never sends the message again.
    """

    message_id: UUID
    template: str
    recipient: str
    subject: str
    html: str
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)
    going: Callable[[], None] = lambda: None


class Fate(StrEnum):
    SENT = "sent"
    REFUSED = "refused"  # for good
    LATER = "later"  # counted as an attempt
    WAITS = "waits"  # never tried: the connection was gone


@dataclass(frozen=True, slots=True)
class Carried:
    message_id: UUID
    fate: Fate
    reason: str = ""


class Carrier(Protocol):
    """What takes the messages of one channel. Called outside any transaction."""

    def carry(self, batch: Sequence[Outgoing]) -> Iterator[Sequence[Carried]]:
        """Hand them over; each exactly once in what is yielded. What was yielded is settled before more is asked for."""


carriers: Registry[Carrier] = Registry("message_carriers")
