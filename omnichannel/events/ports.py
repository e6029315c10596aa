"""Who wants to hear of which facts. Apps subscribe in `AppConfig.ready`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """One event as a handler sees it. `data` is the fact's fields as JSON: ids and moments are strings."""

    id: UUID
    name: str
    kind: str
    occurred_at: datetime
    identity_id: UUID | None
    subject_id: UUID | None
    channel: str
    store_id: UUID | None
    device_id: UUID | None
    associate_id: UUID | None
    actor: str
    request_id: str
    context: dict[str, Any]
    data: dict[str, Any]


Handle = Callable[[Sequence[RecordedEvent]], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler of facts. It runs inside the delivery's transaction, at least once for each event,

    in no promised order: it reads state by id and gives its effects unique keys. A name ending in
    `*` in `facts` takes all facts with that prefix.
    """

    name: str
    facts: frozenset[str]
    handle: Handle
    queue: str = "reactions"

    def wants(self, fact_name: str) -> bool:
        return fact_name in self.facts or any(
            pattern.endswith("*") and fact_name.startswith(pattern[:-1]) for pattern in self.facts
        )


_subscriptions: dict[str, Subscription] = {}
_interested: dict[str, tuple[Subscription, ...]] = {}


def subscribe(*, name: str, facts: Sequence[str], handle: Handle, queue: str = "reactions") -> None:
    """Register a handler under a stable name (`orders.release_on_expiry`); the name is stored in deliveries."""
    _subscriptions[name] = Subscription(name=name, facts=frozenset(facts), handle=handle, queue=queue)
    _interested.clear()


def subscription(name: str) -> Subscription | None:
    return _subscriptions.get(name)


def subscriptions() -> tuple[Subscription, ...]:
    return tuple(_subscriptions.values())


def interested_in(fact_name: str) -> tuple[Subscription, ...]:
    """Handlers of a fact; worked out once a name."""
    found = _interested.get(fact_name)
    if found is None:
        found = tuple(entry for entry in _subscriptions.values() if entry.wants(fact_name))
        _interested[fact_name] = found
    return found


Describe = str | Callable[[RecordedEvent], str]

_descriptions: dict[str, Describe] = {}


def describe(fact_name: str, description: Describe) -> None:
    """Say how a fact reads on a timeline: a template (see `sentences`) or a function of the event."""
    _descriptions[fact_name] = description


def description_of(fact_name: str) -> Describe | None:
    return _descriptions.get(fact_name)


class ThingFinder(Protocol):
    """Knows things by the names that other systems call them by."""

    def find(self, names: Sequence[str]) -> Mapping[str, tuple[UUID, UUID | None]]:
        """(product, variant) by the names that are known here (SKU, barcode, slug, id); the rest is absent."""


#: Asked for the products that tracked events name. At most two statements a call.
thing_finders: Registry[ThingFinder] = Registry("thing_finders")


class VisitorGuard(Protocol):
    """Knows which browsers several people use."""

    def is_shared(self, identity_id: UUID) -> bool:
        """What is done there without a name is nobody's. One statement."""


#: Asked for a browser's identity before something done there without a name is written down as its visitor's.
visitor_guards: Registry[VisitorGuard] = Registry("visitor_guards")


class FactCopies(Protocol):
    """Keeps copies of facts for a while: a log of what other systems were told."""

    def redact(self, *, identity_ids: Sequence[UUID]) -> None:
        """Empty what the copies of these identities' facts say. One statement."""


#: Told when words of a person leave the log, in the same transaction.
fact_copies: Registry[FactCopies] = Registry("fact_copies")
