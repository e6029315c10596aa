"""What writers of the catalogue hand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.states import StockPolicy
from omnichannel.kernel.errors import DomainError, NotFound


@dataclass(frozen=True, slots=True)
class PriceData:
    """A price to set. From now on when `valid_from` is None; until further notice when `valid_until` is.

    Without an amount: none of this kind holds from now on, and none that was planned will.
    """

    currency: str
    amount_minor: int | None
    is_sale: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImageData:
    url: str
    alt: str = ""
    options: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class VariantData:
    sku: str
    barcode: str | None = None
    name: str = ""
    options: Mapping[str, str] | None = None
    stock_policy: str = StockPolicy.TRACKED
    weight_grams: int = 0
    is_active: bool = True
    prices: Sequence[PriceData] = ()


@dataclass(frozen=True, slots=True)
class ProductData:
    """A whole product. None means: not said; as it stands when it exists, the field's default when it does not.

    images  replaces the pictures that are addresses; uploaded files stay.
    """

    name: str
    external_id: str | None = None
    slug: str | None = None
    description: str | None = None
    vendor: str | None = None
    category_path: str | None = None
    tax_category: str | None = None
    status: str | None = None
    option_names: Sequence[str] | None = None
    attributes: Mapping[str, Any] | None = None
    tags: Sequence[str] | None = None
    variants: Sequence[VariantData] = ()
    images: Sequence[ImageData] | None = None


@dataclass(frozen=True, slots=True)
class PutResult:
    """What became of one product of a batch: its id, or the reason why it was refused."""

    product_id: UUID | None = None
    created: bool = False
    changed: bool = False
    error: DomainError | None = None

    def accepted(self) -> UUID:
        """The product's id. Raises why it was refused."""
        if self.product_id is None:
            raise self.error or NotFound()
        return self.product_id
