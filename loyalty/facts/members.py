"""What is made known of members and referrals. Every fact names the customer on whose timeline it stands."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled(Fact):
    """A customer joined the programme. `bonus_points` is what the way of joining gave, 0 for none."""

    NAME: ClassVar[str] = "member.enrolled"
    SUBJECT: ClassVar[str] = "customer_id"
    customer_id: UUID
    source: str
    reference: str = ""
    bonus_points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReferralFact(Fact):
    SUBJECT: ClassVar[str] = "referral_id"
    referral_id: UUID
    customer_id: UUID | None
    order_id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralClaimed(_ReferralFact):
    """A friend placed an order with a member's code; `customer_id` is the friend, where known."""

    NAME: ClassVar[str] = "referral.claimed"
    member_customer_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRewarded(_ReferralFact):
    """One for each side: `side` is `member` or `friend`, `customer_id` theirs."""

    NAME: ClassVar[str] = "referral.rewarded"
    side: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFlagged(_ReferralFact):
    """A person has to look at it first; `customer_id` is the member. `reasons` are codes."""

    NAME: ClassVar[str] = "referral.flagged"
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRefused(_ReferralFact):
    """It earns nothing; `customer_id` is the member."""

    NAME: ClassVar[str] = "referral.refused"
    reasons: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralClawedBack(_ReferralFact):
    """One for each side: a return undid the friend's first order."""

    NAME: ClassVar[str] = "referral.clawed_back"
    side: str
    taken_minor: int
    debt_minor: int
    currency: str
    reason: str


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "member.enrolled": "Joined the loyalty programme {on}",
    "referral.claimed": "A friend's code, {data[code]}, came with an order {on}",
    "referral.rewarded": "Earned a voucher: {data[reason]}",
    "referral.flagged": "A referral with code {data[code]} waits for review",
    "referral.refused": "A referral with code {data[code]} earned nothing",
    "referral.clawed_back": "A referral voucher was taken back: {data[reason]}",
}
