"""All that a customer's loyalty page shows, from the ledger, the membership and the referrals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from loyalty.models import ReferralProgramme
from loyalty.queries.balances import Balance, find_balance
from loyalty.queries.membership import Membership, find_membership
from loyalty.queries.referrals import count_referrals, find_terms


@dataclass(frozen=True, slots=True)
class Overview:
    """`terms` are those of referrals, None while there are none in force."""

    membership: Membership | None
    balance: Balance
    terms: ReferralProgramme | None
    rewarded: int
    pending: int


def find_overview(customer_id: UUID, *, at: datetime) -> Overview:
    """A customer who has not joined has a balance too: credit may be given to anybody."""
    membership = find_membership(customer_id)
    counts = count_referrals(membership.member.pk) if membership else {"rewarded": 0, "pending": 0}
    return Overview(
        membership=membership,
        balance=find_balance(customer_id, at),
        terms=find_terms(at) if membership else None,
        rewarded=counts["rewarded"],
        pending=counts["pending"],
    )
