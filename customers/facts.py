"""What this app publishes."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from omnichannel.events.facts import Fact
from omnichannel.events.ports import Describe, RecordedEvent
from omnichannel.events.sentences import ACTORS


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
    QUIET = True
    customer_id: UUID | None
    query: str
    found: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerNoted(Fact):
    """Somebody who works here wrote a note about the customer, for those who serve them next."""

    NAME = "customer.noted"
    SUBJECT = "customer_id"
    customer_id: UUID
    note: str
    by_name: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerErased(Fact):
    """Every app forgot the person; other systems that hold copies should now."""

    NAME = "customer.erased"
    SUBJECT = "customer_id"
    customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentified(Fact):
    """Something is known to be this customer's now: a visitor's history, a handle, an id in another system.

    kind  of the identity (`anonymous`, `external` …); how  what showed it (`log_in`, `order`, `identify`, `alias`).
    """

    NAME = "customer.identified"
    SUBJECT = "identity_id"
    customer_id: UUID
    identity_id: UUID
    kind: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerJoinRefused(Fact):
    """Another customer's browser was claimed for this one: several people use it, so it joins nobody any more."""

    NAME = "customer.join_refused"
    SUBJECT = "identity_id"
    customer_id: UUID
    identity_id: UUID
    kind: str
    how: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentityReleased(Fact):
    """What was thought to be this customer's is nobody's again."""

    NAME = "customer.identity_released"
    SUBJECT = "identity_id"
    customer_id: UUID
    identity_id: UUID
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Fact):
    NAME = "consent.given"
    SUBJECT = "customer_id"
    customer_id: UUID
    channel: str
    purpose: str
    source: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Fact):
    NAME = "consent.withdrawn"
    SUBJECT = "customer_id"
    customer_id: UUID
    channel: str
    purpose: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSuppressed(Fact):
    """Nothing goes to this address any more; which it is stands on the suppression list alone."""

    NAME = "address.suppressed"
    SUBJECT = "suppression_id"
    suppression_id: UUID
    customer_id: UUID | None
    channel: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReleased(Fact):
    """Staff took an address off the suppression list."""

    NAME = "address.released"
    SUBJECT = "suppression_id"
    suppression_id: UUID
    customer_id: UUID | None
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterRequested(Fact):
    """Somebody typed an address; its owner is to be asked (`customers.queries.newsletter.get_request`)."""

    NAME = "newsletter.requested"
    SUBJECT = "request_id"
    request_id: UUID
    customer_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsletterConfirmed(Fact):
    """The owner of the address said yes. The first time for this customer, `is_first` is true."""

    NAME = "newsletter.confirmed"
    SUBJECT = "request_id"
    request_id: UUID
    customer_id: UUID
    is_first: bool


def _consent(verb: str) -> Callable[[RecordedEvent], str]:
    def sentence(event: RecordedEvent) -> str:
        what = _PURPOSES.get(str(event.data.get("purpose")), str(event.data.get("purpose")))
        where = _CONSENT_CHANNELS.get(str(event.data.get("channel")), "")
        how = _SAID.get(str(event.data.get("source")), "")
        return " ".join(f"{verb} {what} {where} {how}".split())

    return sentence


_PURPOSES = {
    "marketing": "news and offers",
    "advertising": "advertising on other sites",
    "photos": "our showing their photos",
}
_CONSENT_CHANNELS = {
    "email": "by email",
    "sms": "by text message",
    "push": "as push messages",
    "mail": "by post",
    "inbox": "in the app",
    "tablet": "in the store",
}
_SAID = {
    "newsletter": "(newsletter, confirmed by mail)",
    "preferences": "(in their preferences)",
    "preferences_link": "(from a link in a mail)",
    "unsubscribe": "(unsubscribed)",
    "checkout": "(at checkout)",
    "import": "(imported)",
}
_HOW = {
    "log_in": "by logging in",
    "order": "by ordering",
    "identify": "as their app or page told us who they are",
    "alias": "as another system told us they are the same",
    "newsletter": "by confirming the newsletter",
    "enrol": "by enrolling",
    "link": "by opening a link made for them",
    "staff": "by staff",
}


def _identified(event: RecordedEvent) -> str:
    how = _HOW.get(str(event.data.get("how")), "")
    if event.data.get("kind") == "anonymous":
        return f"Earlier visits became part of this customer's history {how}".strip()
    kind = str(event.data.get("kind") or "").replace("external", "id in another system")
    return f"A {kind} identity was joined to this customer {how}".strip()


def _noted(event: RecordedEvent) -> str:
    who = str(event.data.get("by_name") or "") or ACTORS.get(event.actor.partition(":")[0], "Somebody")
    words = str(event.data.get("note") or "")
    return f"{who} noted: {words}" if words else f"{who} left a note, which is not kept any more"


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, Describe] = {
    "customer.created": "The customer's record was made {on}",
    "customer.updated": "{by} changed the profile {on}",
    "customer.email_verified": "The customer proved the address {data[email]}",
    "customer.looked_up": "{by} looked customers up {on}",
    "customer.noted": _noted,
    "customer.merged": "Another record was merged into this one",
    "customer.erased": "The person was forgotten, as they asked",
    "customer.merge_undone": "A merge of records was undone",
    "customer.identified": _identified,
    "customer.join_refused": "Used a browser that somebody else uses too: its history stays apart",
    "customer.identity_released": "What was thought to be this customer's was let go: {data[reason]}",
    "consent.given": _consent("Said yes to"),
    "consent.withdrawn": _consent("Said no to"),
    "address.suppressed": "Nothing goes to the customer's {data[channel]} address any more: {data[reason]}",
    "address.released": "The customer's {data[channel]} address may be written to again",
    "newsletter.requested": "Asked for the newsletter {on}; we wrote to ask whether it was them",
    "newsletter.confirmed": "Confirmed the newsletter",
}
