"""What happens to what is sold."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCreated(Fact):
    NAME: ClassVar[str] = "product.created"
    SUBJECT: ClassVar[str] = "product_id"
    product_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductUpdated(Fact):
    """`changed` names what: fields, `variants`, `images`, `relations`, `status`, or `price` when one began or ended by its date."""

    NAME: ClassVar[str] = "product.updated"
    SUBJECT: ClassVar[str] = "product_id"
    product_id: UUID
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChanged(Fact):
    """A price was set, or ended (`amount_minor` None). `previous_minor` is the one of its kind that held until then."""

    NAME: ClassVar[str] = "price.changed"
    SUBJECT: ClassVar[str] = "variant_id"
    variant_id: UUID
    product_id: UUID
    sku: str
    currency: str
    is_sale: bool
    amount_minor: int | None
    previous_minor: int | None
    valid_from: datetime
    valid_until: datetime | None
