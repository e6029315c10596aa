"""Members' codes behind the cart's ports: known as codes, used up in the order's transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from carts.ports import Adjustment, CartSnapshot, CodeVerdict
from loyalty.services.referrals import claim_code, judge_codes, release_code


class ReferralCodes:
    """A `CodeResolver`."""

    def resolve(self, code: str, snapshot: CartSnapshot) -> CodeVerdict | None:
        return next(iter(judge_codes([code], snapshot)), None)

    def judge(self, codes: Sequence[str], snapshot: CartSnapshot) -> Sequence[CodeVerdict]:
        return judge_codes(codes, snapshot)


class ReferralClaims:
    """A `DiscountProvider` that takes nothing off: the reward comes after the order."""

    def quote(self, snapshot: CartSnapshot) -> Sequence[Adjustment]:
        return ()

    def claim(self, *, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
        claim_code(snapshot=snapshot, order_id=order_id, at=at)

    def release(self, *, order_id: UUID, at: datetime) -> None:
        release_code(order_id=order_id, at=at)
