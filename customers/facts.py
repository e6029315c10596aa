"""What this app publishes."""

from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCreated(Fact):
    NAME = "customer.created"
    SUBJECT = "customer_id"
    customer_id: UUID
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdated(Fact):
    """`fields` names what changed; the new values are read from the customer."""

    NAME = "customer.updated"
    SUBJECT = "customer_id"
    customer_id: UUID
    fields: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEmailVerified(Fact):
    """The customer proved that this address is theirs: what was ordered under it as a guest is theirs too.

    merged_ids  records without a log-in that carried the address and are now part of this customer.
    """

    NAME = "customer.email_verified"
    SUBJECT = "customer_id"
    customer_id: UUID
    email: str
    merged_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLookedUp(Fact):
    """Somebody who works here searched for customers, or opened one (`customer_id`)."""

    NAME = "customer.looked_up"
    SUBJECT = "customer_id"
    customer_id: UUID | None
    query: str
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Fact):
    NAME = "customer.merged"
    SUBJECT = "customer_id"
    customer_id: UUID
    from_id: UUID
    merge_id: UUID
    moved: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMergeUndone(Fact):
    NAME = "customer.merge_undone"
    SUBJECT = "customer_id"
    customer_id: UUID
    from_id: UUID
    merge_id: UUID


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "customer.created": "The customer's record was made {on}",
    "customer.updated": "{by} changed the profile {on}",
    "customer.email_verified": "The customer proved the address {data[email]}",
    "customer.looked_up": "{by} looked customers up {on}",
    "customer.merged": "Another record was merged into this one",
    "customer.merge_undone": "A merge of records was undone",
}
