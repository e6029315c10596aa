"""Advertising platforms: who is on their lists, and what people did. Asked outside any transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom we tell of, in the clear. Only `identify` and `describe_person` of a platform see it; they hash."""

    customer_id: UUID
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One conversion as it goes out. `event_id` is the pixel's too.

    action_source  website, app, physical_store, email, phone_call, system_generated or other.
    user_data      from `describe_person`: hashed already.
    """

    name: str
    event_id: str
    occurred_at: datetime
    action_source: str
    page_url: str
    user_data: Mapping[str, Any]
    custom_data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a platform said. `status` 0: nothing came. `is_final`: asking again would change nothing."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    trace: str = ""
    error: str = ""
    remote_id: str = ""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_final(self) -> bool:
        return 400 <= self.status < 500 and self.status not in (408, 425, 429)


class AdPlatform(Protocol):
    """One platform. `title` is its name for people."""

    title: str

    @property
    def is_connected(self) -> bool:
        """Whether conversions can be sent; else nothing is written down for it."""

    @property
    def missing(self) -> str:
        """What is not set up, in words; empty when all is."""

    def identify(self, person: Person) -> list[str]:
        """One row of a list, hashed; empty when the platform could never find them."""

    def describe_person(self, person: Person, context: Mapping[str, Any], at: datetime) -> dict[str, Any]:
        """`user_data` of a conversion, hashed. `context` is the tracked event's own: user agent, click ids."""

    def send_events(self, events: Sequence[Event]) -> Answer:
        """Tell what people did."""

    def create_list(self, name: str) -> Answer:
        """Make a list there; `remote_id` of the answer is its name from now on."""

    def add_people(self, remote_id: str, rows: Sequence[Sequence[str]]) -> Answer:
        """Put these on a list. Who is on it already stays."""

    def remove_people(self, remote_id: str, rows: Sequence[Sequence[str]]) -> Answer:
        """Take these off a list. Who is not on it does not matter."""


ad_platforms: Registry[AdPlatform] = Registry("ad_platforms")
