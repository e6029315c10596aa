"""What a cart or an order must know of a variant to sell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Sellable:
    """A variant as it may be sold at one moment in one currency.

    is_sellable       product and variant are active; a price is a separate question (`price_minor`).
    price_minor       what it costs: the sale price where one holds, else the list price; None when it has none.
    list_price_minor  the price before a sale; equal to `price_minor` when nothing is reduced.
    price_until       the next moment at which any of its prices begins or ends; None when none is planned.
    category_path     slugs from the root (`women/dresses`), empty when it stands in no category.
    """

    variant_id: UUID
    product_id: UUID
    sku: str
    barcode: str | None
    product_name: str
    variant_name: str
    options: Mapping[str, str]
    slug: str
    image_url: str
    tax_category: str
    category_path: str
    stock_policy: str
    weight_grams: int
    is_sellable: bool
    currency: str
    list_price_minor: int | None
    price_minor: int | None
    price_id: int | None
    price_until: datetime | None
