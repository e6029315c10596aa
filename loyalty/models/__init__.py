"""Tables of loyalty: the ledger, how points are earned, members, referrals."""

from loyalty.models.adjustment import Adjustment
from loyalty.models.earning import EarningRule, Programme
from loyalty.models.ledger import Account, Entry, Hold, HoldLot, Journal, Lot, LotMove, LotUse
from loyalty.models.membership import EnrolTokenUse, EventReward, Member, MemberMove
from loyalty.models.referral import ReferralProgramme, ReferralUse

__all__ = [
    "Account",
    "Adjustment",
    "EarningRule",
    "EnrolTokenUse",
    "Entry",
    "EventReward",
    "Hold",
    "HoldLot",
    "Journal",
    "Lot",
    "LotMove",
    "LotUse",
    "Member",
    "MemberMove",
    "Programme",
    "ReferralProgramme",
    "ReferralUse",
]
