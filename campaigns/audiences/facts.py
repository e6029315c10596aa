"""What audiences make known."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _ItemFact(Fact):
    SUBJECT: ClassVar[str] = "audience_id"
    audience_id: UUID
    audience_key: str
    audience: str
    customer_id: UUID
    product_id: UUID | None
    item: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceItemAdded(_ItemFact):
    """An item came into an audience for a customer; without a product the customer as such did."""

    NAME: ClassVar[str] = "audience.item_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceItemRemoved(_ItemFact):
    """It left the audience; `reason` says why, in words."""

    NAME: ClassVar[str] = "audience.item_removed"


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "audience.item_added": "{data[item]} came into the audience “{data[audience]}”: {data[reason]}",
    "audience.item_removed": "{data[item]} left the audience “{data[audience]}”: {data[reason]}",
}
