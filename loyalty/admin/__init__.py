"""Loyalty for those who steer it: terms, members, referrals, the ledger, the simulator and the reports."""

from loyalty.admin import earning as earning
from loyalty.admin import ledger as ledger
from loyalty.admin import referrals as referrals
from loyalty.admin import terms as terms
