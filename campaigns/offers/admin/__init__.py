"""Staff screens of offers and codes."""

from campaigns.offers.admin.codes import BatchAdmin, CodeAdmin
from campaigns.offers.admin.offers import OfferAdmin
from campaigns.offers.admin.redemptions import RedemptionAdmin

__all__ = ["BatchAdmin", "CodeAdmin", "OfferAdmin", "RedemptionAdmin"]
