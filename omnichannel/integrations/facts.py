"""What happens to the doors other systems use."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCreated(Fact):
    """A key was made for another system."""

    NAME: ClassVar[str] = "api_key.created"
    SUBJECT: ClassVar[str] = "api_key_id"
    api_key_id: UUID
    name: str
    scopes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRotated(Fact):
    """A key got a new secret; the old one stays good for a while."""

    NAME: ClassVar[str] = "api_key.rotated"
    SUBJECT: ClassVar[str] = "api_key_id"
    api_key_id: UUID
    previous_until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRevoked(Fact):
    """A key was taken back for good."""

    NAME: ClassVar[str] = "api_key.revoked"
    SUBJECT: ClassVar[str] = "api_key_id"
    api_key_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpointDisabled(Fact):
    """An endpoint failed for days, or said that it is gone, and is told no more."""

    NAME: ClassVar[str] = "webhook_endpoint.disabled"
    SUBJECT: ClassVar[str] = "endpoint_id"
    endpoint_id: UUID
    reason: str
