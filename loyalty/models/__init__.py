"""Tables of loyalty: the ledger, how points are earned, members, referrals."""

from loyalty.models.membership import EnrolTokenUse, EventReward, Member, MemberMove
from loyalty.models.referral import ReferralProgramme, ReferralUse

__all__ = [
    "EnrolTokenUse",
    "EventReward",
    "Member",
    "MemberMove",
    "ReferralProgramme",
    "ReferralUse",
]
