"""Offers behind the cart's ports: discounts quoted, claimed and released, and codes resolved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from campaigns.offers.queries.evaluating import Outcome, evaluate_cart
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.rules.evaluation import SOURCE, adjustments_of
from campaigns.offers.services.claiming import claim_offers
from campaigns.offers.services.rolling_back import roll_back_order
from carts.ports import Adjustment, CartSnapshot, CodeVerdict

_NOT_RUNNING = "This offer is not running at the moment."


class OfferDiscounts:
    """Registered as `offers` among the discount providers."""

    def quote(self, snapshot: CartSnapshot) -> Sequence[Adjustment]:
        evaluation = evaluate_cart(snapshot).evaluation
        rows = adjustments_of(evaluation)
        if evaluation.until is not None:
            # Takes nothing off: an offer that is yet to begin also ends what the cart was priced with.
            rows.append(Adjustment(kind="discount", amount_minor=0, label="", source=SOURCE, until=evaluation.until))
        return rows

    def claim(self, *, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
        claim_offers(snapshot=snapshot, adjustments=adjustments, order_id=order_id, at=at)

    def release(self, *, order_id: UUID, at: datetime) -> None:
        roll_back_order(order_id=order_id, whole=True, at=at)


class OfferCodes:
    """Registered as `offers` among the code resolvers, asked first."""

    def resolve(self, code: str, snapshot: CartSnapshot) -> CodeVerdict | None:
        lookup = lookup_of(code)
        if not lookup:
            return None
        outcome = evaluate_cart(snapshot, typed=code)
        return next((_verdict(outcome, held.lookup) for held in outcome.codes if held.lookup == lookup), None)

    def judge(self, codes: Sequence[str], snapshot: CartSnapshot) -> Sequence[CodeVerdict]:
        outcome = evaluate_cart(snapshot)
        known = {held.lookup for held in outcome.codes}
        return [_verdict(outcome, lookup) for lookup in dict.fromkeys(map(lookup_of, codes)) if lookup in known]


def _verdict(outcome: Outcome, lookup: str) -> CodeVerdict:
    held = next(code for code in outcome.codes if code.lookup == lookup)
    for applied in outcome.evaluation.applied:
        if applied.code is not None and applied.code.lookup == lookup:
            return CodeVerdict(held.code, True, label=applied.offer.definition.label, until=applied.until)
    for refused in outcome.evaluation.refused:
        if refused.code is not None and refused.code.lookup == lookup:
            label = refused.offer.definition.label
            return CodeVerdict(held.code, False, reason=refused.why.words, label=label, until=refused.why.until)
    return CodeVerdict(held.code, False, reason=_NOT_RUNNING)
