"""What offers and codes make known. Amounts in minor units of `currency`."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPublished(Fact):
    """A version of an offer counts from now on, or the offer stopped to (`status`)."""

    NAME = "offer.published"
    SUBJECT = "offer_id"
    offer_id: UUID
    key: str
    name: str
    status: str
    version: int = 0
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeIssued(Fact):
    """Somebody got a code of their own. The code itself stays out of the log: it is worth money."""

    NAME = "code.issued"
    SUBJECT = "offer_id"
    offer_id: UUID
    code_id: int
    customer_id: UUID | None
    offer_key: str
    label: str
    reason: str = ""
    expires_at: datetime | None = None
    product_ids: list[UUID] = field(default_factory=list)
    variant_ids: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRedeemed(Fact):
    """A code took something off an order. Offers that need no code tell nothing: their rows are the order's."""

    NAME = "code.redeemed"
    SUBJECT = "order_id"
    order_id: UUID
    offer_id: UUID
    customer_id: UUID | None
    code_id: int
    offer_key: str
    label: str
    amount_minor: int
    currency: str
    exhausted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReleased(Fact):
    """Lines came back: so much of what a code took off counts no more; `whole` when the use itself is free again."""

    NAME = "code.released"
    SUBJECT = "order_id"
    order_id: UUID
    offer_id: UUID
    customer_id: UUID | None
    code_id: int
    offer_key: str
    label: str
    amount_minor: int
    currency: str
    whole: bool = False


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "offer.published": "{by} set the offer {data[name]} to {data[status]}",
    "code.issued": "Got a code: {data[label]}",
    "code.redeemed": "{data[label]} was taken off an order {on}",
    "code.released": "{data[label]} came back with returned or cancelled goods",
}
