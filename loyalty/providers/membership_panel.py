"""The profile's panel of membership and friends brought."""

from datetime import datetime
from typing import Any
from uuid import UUID

from loyalty.queries.membership import find_membership
from loyalty.queries.referrals import count_referrals


class MembershipPanel:
    """The card and the code for friends: two statements."""

    def panel(self, *, customer_id: UUID, at: datetime) -> dict[str, Any] | None:
        membership = find_membership(customer_id)
        if membership is None:
            return None
        member, counts = membership.member, count_referrals(membership.member.pk)
        came = member.get_source_display().lower()
        return {
            "title": "Membership",
            "headline": member.referral_code,
            "note": "is the code for friends",
            "rows": [
                {"title": "Joined", "note": f"{member.joined_at:%-d %B %Y}, {came}", "amount": membership.number},
                {"title": "Friends rewarded", "amount": f"{counts['rewarded']:,}"},
                {"title": "Friends on their way", "amount": f"{counts['pending']:,}"},
            ],
            "referral_code": member.referral_code,
            "card": membership.card,
        }
