"""What a customer may use now, and why a code opens nothing for her: in words for those who serve her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.offers.errors import CodeNotKnown
from campaigns.offers.models import Code, Offer
from campaigns.offers.queries.spelling import lookup_of
from campaigns.offers.queries.wallet import WalletCode, list_codes
from campaigns.offers.services.simulating import Trial, Tried, try_offers
from carts.queries.access import CartRef


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """A live offer that needs no code, as it stands with her cart. `why` when it takes nothing off."""

    offer_id: UUID
    key: str
    name: str
    label: str
    sentence: str
    applies: bool
    amount_minor: int
    why: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """`works` in this cart; `reason` says why not."""

    code: Code
    works: bool
    reason: str
    amount_minor: int


def list_open_offers(*, customer_id: UUID, at: datetime) -> tuple[list[OpenOffer], list[WalletCode], str]:
    """Offers without a code and her own codes, judged on her open cart or an empty one; and the cart's currency."""
    tried = _try_cart(customer_id, (), at)
    known = {
        offer.pk: offer
        for offer in Offer.objects.select_related("live").filter(status="live").order_by("key")
        if offer.live is not None
    }
    found = []
    for applied in tried.evaluation.applied:
        if applied.code is None and applied.offer.id in known:
            found.append(_open(known[applied.offer.id], True, applied.amount_minor, ""))
    for refused in tried.evaluation.refused:
        if refused.code is None and refused.offer.id in known and refused.why.code != "ended":
            found.append(_open(known[refused.offer.id], False, 0, refused.why.words))
    codes = [code for code in list_codes(customer_id, at) if code.state == "open"]
    return found, codes, tried.snapshot.currency if tried.snapshot else ""


def explain_code(*, code: str, customer_id: UUID | None, at: datetime) -> CodeAnswer:
    """Whether a code works for a customer with the cart she has, and why not. Raises CodeNotKnown."""
    kept = Code.objects.select_related("offer", "customer").filter(lookup=lookup_of(code)).first()
    if kept is None:
        raise CodeNotKnown()
    tried = _try_cart(customer_id, [kept.code], at)
    for applied in tried.evaluation.applied:
        if applied.code is not None and applied.code.id == kept.pk:
            return CodeAnswer(kept, True, "", applied.amount_minor)
    for refused in tried.evaluation.refused:
        if refused.code is not None and refused.code.id == kept.pk:
            return CodeAnswer(kept, False, refused.why.words, 0)
    return CodeAnswer(kept, False, f"The offer “{kept.offer.name}” is not live: it is {kept.offer.status}.", 0)


def _try_cart(customer_id: UUID | None, codes: Sequence[str], at: datetime) -> Tried:
    """Her open cart; an empty one where there is none."""
    if customer_id is not None:
        tried = try_offers(trial=Trial(cart=CartRef(customer_id=customer_id), codes=codes), at=at)
        if tried.snapshot is not None:
            return tried
    return try_offers(trial=Trial(items={}, customer_id=customer_id, codes=codes), at=at)


def _open(offer: Offer, applies: bool, amount_minor: int, why: str) -> OpenOffer:
    live = offer.live
    assert live is not None
    label = str(live.definition.get("label") or offer.name)
    return OpenOffer(offer.pk, offer.key, offer.name, label, live.sentence, applies, amount_minor, why, live.ends_at)
