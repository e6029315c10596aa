"""A fact of the tests' own, and handlers that come and go."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from omnichannel.events import ports
from omnichannel.events.facts import Fact
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Fact):
    """A bell was rung (in the tests of the log alone)."""

    NAME: ClassVar[str] = "bell.rung"
    SUBJECT: ClassVar[str] = "bell_id"
    bell_id: UUID
    customer_id: UUID | None = None
    times: int = 1


Listen = Callable[..., str]


@pytest.fixture
def listen() -> Iterator[Listen]:
    """Subscribe a handler for the length of a test."""
    names = []

    def subscribe(
        handle: Callable[[Sequence[RecordedEvent]], None],
        name: str = "tests.listener",
        facts: Sequence[str] = ("bell.*",),
    ) -> str:
        ports.subscribe(name=name, facts=facts, handle=handle)
        names.append(name)
        return name

    yield subscribe
    for name in names:
        ports._subscriptions.pop(name, None)
    ports._interested.clear()


def ring(*times: int, bell: UUID | None = None, customer: UUID | None = None) -> list[UUID]:
    """Record one ringing for each number, in one batch."""
    bell = bell or uuid7()
    return record(*[BellRung(bell_id=bell, customer_id=customer, times=n) for n in times], by=SYSTEM, at=now())


@pytest.fixture(autouse=True)
def only_our_handlers(monkeypatch) -> None:
    """The tests of the log see no delivery but their own."""
    monkeypatch.setattr(ports, "_subscriptions", {})
    monkeypatch.setattr(ports, "_interested", {})
