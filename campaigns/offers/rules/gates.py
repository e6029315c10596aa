"""Why an offer does not apply, in words an associate can say to the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from uuid import UUID

from campaigns.offers.rules.definition import Condition, Definition
from campaigns.offers.rules.words import CHANNEL_WORDS, either
from carts.ports import CartSnapshot, SnapshotLine
from omnichannel.kernel.money import format_money


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """An offer as it counts now: its version published last, and its limits."""

    id: UUID
    version_id: UUID
    key: str
    definition: Definition
    budget_minor: int | None = None
    currency: str = "USD"
    max_uses: int | None = None
    per_customer: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.budget_minor is not None or self.max_uses is not None or self.per_customer is not None


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code in the cart, as the database has it. `owner_email` in lower case, of the one it was made for."""

    id: int
    code: str
    lookup: str
    offer_id: UUID
    customer_id: UUID | None = None
    owner_email: str = ""
    product_ids: frozenset[UUID] = frozenset()
    variant_ids: frozenset[UUID] = frozenset()
    expires_at: datetime | None = None
    max_uses: int | None = 1
    uses: int = 0
    is_revoked: bool = False

    def covers(self, line: SnapshotLine) -> bool:
        if not self.product_ids and not self.variant_ids:
            return True
        return line.product_id in self.product_ids or line.variant_id in self.variant_ids


@dataclass(frozen=True, slots=True)
class Use:
    """What an offer has given so far, and how often to this person."""

    used_minor: int = 0
    uses: int = 0
    by_person: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the cart. `labels`: kind and key → until when; `is_first_order` None for a stranger."""

    uses: Mapping[UUID, Use] = field(default_factory=dict)
    labels: Mapping[tuple[str, str], datetime | None] = field(default_factory=dict)
    is_first_order: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer by itself, or by one code."""

    offer: LiveOffer
    code: HeldCode | None = None

    @property
    def definition(self) -> Definition:
        return self.offer.definition

    @property
    def until(self) -> datetime | None:
        ends = [self.definition.ends_at, self.code.expires_at if self.code else None]
        return min((end for end in ends if end is not None), default=None)

    def covers(self, line: SnapshotLine) -> bool:
        return line.is_sellable and self.definition.scope.covers(line) and (self.code is None or self.code.covers(line))


@dataclass(frozen=True, slots=True)
class WhyNot:
    """`until`: when the answer may change by the clock alone."""

    code: str
    words: str
    until: datetime | None = None


def why_not(candidate: Candidate, snapshot: CartSnapshot, facts: Facts, zone: tzinfo) -> WhyNot | None:
    """All that has nothing to do with what lies in the cart: time, code, person, place, limits."""
    return (
        _time(candidate, snapshot.at, zone)
        or (_code(candidate.code, snapshot) if candidate.code else None)
        or _place(candidate.definition.condition, snapshot)
        or _person(candidate.definition.condition, snapshot, facts)
        or _limits(candidate.offer, snapshot, facts.uses.get(candidate.offer.id, Use()))
    )


def _time(candidate: Candidate, at: datetime, zone: tzinfo) -> WhyNot | None:
    definition, code = candidate.definition, candidate.code
    if definition.starts_at is not None and at < definition.starts_at:
        return WhyNot("not_started", f"It starts on {said(definition.starts_at, zone)}.", definition.starts_at)
    if definition.ends_at is not None and at >= definition.ends_at:
        return WhyNot("ended", f"It ended on {said(definition.ends_at, zone)}.")
    if code is not None and code.expires_at is not None and at >= code.expires_at:
        return WhyNot("expired", f"This code ended on {said(code.expires_at, zone)}.")
    return None


def _code(code: HeldCode, snapshot: CartSnapshot) -> WhyNot | None:
    if code.is_revoked:
        return WhyNot("revoked", "This code was taken back.")
    if code.max_uses is not None and code.uses >= code.max_uses:
        return WhyNot("used", "This code has been used already.")
    if code.customer_id is None or code.customer_id == snapshot.customer_id:
        return None
    if snapshot.customer_id is None:
        if code.owner_email and snapshot.email.strip().lower() == code.owner_email:
            return None
        return WhyNot("owner_unknown", "This code is personal: sign in, or give the email it was sent to.")
    return WhyNot("other_owner", "This code was made for another customer.")


def _place(condition: Condition, snapshot: CartSnapshot) -> WhyNot | None:
    if condition.channels and snapshot.channel not in condition.channels:
        names = [CHANNEL_WORDS[channel] for channel in condition.channels]
        return WhyNot("channel", f"Only for carts begun {either(names)}.")
    if condition.stores:
        places = {snapshot.store_id, *(line.store_id for line in snapshot.lines)}
        if not places & condition.stores:
            return WhyNot("store", "Only in certain stores, and this is none of them.")
    return None


def _person(condition: Condition, snapshot: CartSnapshot, facts: Facts) -> WhyNot | None:
    if condition.first_order and not facts.is_first_order:
        if facts.is_first_order is None:
            return WhyNot("first_order_unknown", "Only for a first order: sign in or give an email first.")
        return WhyNot("not_first_order", "Only for a first order.")
    for kind, wanted in (("segment", condition.segments), ("tier", condition.tiers)):
        if wanted and not any((kind, key) in facts.labels for key in wanted):
            if snapshot.customer_id is None:
                return WhyNot("sign_in", "Only for certain customers: sign in first.")
            if kind == "tier":
                return WhyNot(kind, f"Only for members of {either(wanted)}.")
            return WhyNot(kind, "Only for customers in a group that this one is not in.")
    return None


def _limits(offer: LiveOffer, snapshot: CartSnapshot, use: Use) -> WhyNot | None:
    if offer.budget_minor is not None:
        if snapshot.currency != offer.currency:
            return WhyNot("currency", f"It is only for carts in {offer.currency}.")
        if use.used_minor >= offer.budget_minor:
            return WhyNot("budget", "It has given away all it had.")
    if offer.max_uses is not None and use.uses >= offer.max_uses:
        return WhyNot("used_up", "It has been used as often as it may.")
    if offer.per_customer is not None:
        if snapshot.customer_id is None and not snapshot.email:
            return WhyNot("person_unknown", "It is limited for each person: sign in or give an email first.")
        if use.by_person >= offer.per_customer:
            times = "once" if offer.per_customer == 1 else f"{offer.per_customer} times"
            return WhyNot("person_limit", f"One person may use it {times}, and this one has.")
    return None


def cart_why_not(condition: Condition, *, spend_minor: int, quantity: int, currency: str) -> WhyNot | None:
    """What is missing in the cart, among covered goods."""
    if condition.min_spend:
        least = condition.min_spend.get(currency)
        if least is None:
            return WhyNot("currency", f"It has no amount in {currency}.")
        if spend_minor < least:
            short = format_money(least - spend_minor, currency)
            return WhyNot("min_spend", f"Spend {short} more on what it covers.")
    if quantity < condition.min_quantity:
        short_by = condition.min_quantity - quantity
        return WhyNot(
            "min_quantity", f"Add {short_by} more {'piece' if short_by == 1 else 'pieces'} of what it covers."
        )
    return None


def said(moment: datetime, zone: tzinfo) -> str:
    """`3 May at 10:00`, with the year when it is far and seconds when they matter."""
    local = moment.astimezone(zone)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local.day} {local:%B %Y} at {clock}"
