"""What can be watched. Apps register a topic under the name in the address: `/live/<name>`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from omnichannel.kernel.registry import Registry
from omnichannel.rest.principal import Principal


@dataclass(frozen=True, slots=True)
class Standing:
    """What a caller watches, by the name it is published under, and its version now."""

    topic: str
    version: int


class LiveTopic(Protocol):
    def stand(self, principal: Principal, query: Mapping[str, str]) -> Standing:
        """Where the thing stands, if this caller may watch it. Asked at the beginning and again while it streams.

        Raises a DomainError or a DRF exception otherwise.
        """


live_topics: Registry[LiveTopic] = Registry("live topics")
