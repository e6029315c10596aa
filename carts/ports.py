"""The questions a cart asks of others, and the shapes of question and answer.

All but remote providers are asked while the cart is locked: SQL only, at most two statements a call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from omnichannel.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Destination:
    """Where goods change hands: the ship-to address, or the store for pickup and carry-out."""

    country: str
    region: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """Who touched a line last, where and when (`at` as RFC 3339 text)."""

    channel: str
    store_id: UUID | None
    device_id: UUID | None
    associate_id: UUID | None
    by_name: str
    at: str


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One line as it is to be priced. Unit prices are what the catalogue says now, before any discount.

    `is_sellable` is False for what cannot be bought now: it stands in the cart and in no total.
    `available` is what is left to sell from where the line is to come from, None where nobody counts.
    """

    id: UUID
    variant_id: UUID
    product_id: UUID | None
    sku: str
    quantity: int
    unit_price_minor: int
    list_price_minor: int
    price_seen_minor: int
    is_sellable: bool
    available: int | None
    fulfilment_kind: str
    store_id: UUID | None
    destination: Destination | None
    product_name: str = ""
    variant_name: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    image_url: str = ""
    barcode: str | None = None
    tax_category: str = "standard"
    category_path: str = ""
    stock_policy: str = "tracked"
    weight_grams: int = 0
    price_id: int | None = None
    price_until: datetime | None = None
    personalisation: Mapping[str, Any] = field(default_factory=dict)
    is_gift: bool = False
    note: str = ""
    added: Mark | None = None
    changed: Mark | None = None

    @property
    def items_minor(self) -> int:
        return self.unit_price_minor * self.quantity if self.is_sellable else 0


@dataclass(frozen=True, slots=True)
class SnapshotCode:
    code: str
    resolver: str


@dataclass(frozen=True, slots=True)
class CartSnapshot:
    """A locked cart at one moment, for providers and pure rules. Lines are in the cart's order.

    quotes         stored answers of remote providers, good for this version and moment, by provider.
    rates_version  changes whenever a tax rate, zone or shipping method does; None when unknown.
    """

    cart_id: UUID
    version: int
    currency: str
    at: datetime
    lines: tuple[SnapshotLine, ...]
    codes: tuple[SnapshotCode, ...] = ()
    customer_id: UUID | None = None
    email: str = ""
    channel: str = ""
    store_id: UUID | None = None
    ship_to: Mapping[str, Any] = field(default_factory=dict)
    destination: Destination | None = None
    fulfilment: Mapping[str, Any] = field(default_factory=dict)
    shipping_method: str = ""
    note: str = ""
    quotes: Mapping[str, Any] = field(default_factory=dict)
    rates_version: UUID | None = None

    @property
    def shipped_lines(self) -> list[SnapshotLine]:
        return [line for line in self.lines if line.is_sellable and line.fulfilment_kind == "ship"]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A row that moves the bill: what raises it is positive. Totals are sums of those not `included`.

    kind       discount, shipping, fee or tax.
    on         what a discount without a line is taken from: `items` (spread over the lines) or `shipping`.
    line_id    the line it belongs to; None for the whole cart.
    source     the provider; `reference` is the provider's own name for why (an offer's id, a rate's).
    lines      for a discount without a line: the lines it may be spread over; empty for all.
    until      when it stops to hold.
    """

    kind: str
    amount_minor: int
    label: str
    code: str = ""
    included: bool = False
    line_id: UUID | None = None
    on: str = "items"
    source: str = ""
    reference: str = ""
    lines: tuple[UUID, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CodeVerdict:
    """What became of a typed code in this cart: applied, or why not, in words for the customer."""

    code: str
    applied: bool
    reason: str = ""
    label: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShippingOption:
    code: str
    name: str
    amount_minor: int
    min_days: int
    max_days: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taxable:
    """What tax is asked for: a line's amount after discounts, or the shipping's (`line_id` None)."""

    line_id: UUID | None
    amount_minor: int
    tax_category: str
    destination: Destination | None


class DiscountProvider(Protocol):
    """Automatic promotions and coupons. `claim` and `release` are called while an order is placed or undone."""

    def quote(self, snapshot: CartSnapshot) -> Sequence[Adjustment]:
        """Discounts for this cart; amounts ≤ 0. What exceeds a line's price is cut by pricing."""

    def claim(self, *, snapshot: CartSnapshot, adjustments: Sequence[Adjustment], order_id: UUID, at: datetime) -> None:
        """Use up what the applied adjustments cost (coupon uses, budgets); raises a RuleViolation when it is gone."""

    def release(self, *, order_id: UUID, at: datetime) -> None:
        """Give back what `claim` took for this order. Safe to repeat."""


class CodeResolver(Protocol):
    """Knows codes of one kind. Asked in fixed order (offers, then referral, then gift cards)."""

    def resolve(self, code: str, snapshot: CartSnapshot) -> CodeVerdict | None:
        """None when the code is not of this kind. A verdict that does not apply is kept with its reason."""

    def judge(self, codes: Sequence[str], snapshot: CartSnapshot) -> Sequence[CodeVerdict]:
        """Verdicts for codes of this kind already in the cart."""


class TaxProvider(Protocol):
    #: True for one that is asked over the network, only by a quote outside any transaction.
    remote: bool

    def quote(self, snapshot: CartSnapshot, taxables: Sequence[Taxable]) -> Sequence[Adjustment]:
        """Tax adjustments, each with its line. A remote one is asked only when `snapshot.quotes` has its answer."""


class ShippingProvider(Protocol):
    remote: bool

    def list_options(self, snapshot: CartSnapshot, items_minor: int) -> Sequence[ShippingOption]:
        """Ways to ship the cart's shipped lines, cheapest first. `items_minor` is their worth after discounts."""


class RemoteQuote(Protocol):
    """The network side of a remote tax or shipping provider, under the same name in its own registry."""

    def fetch(self, snapshot: CartSnapshot, taxables: Sequence[Taxable], *, at: datetime) -> tuple[Any, datetime]:
        """The answer as JSON-ready data and when it expires. Called outside any transaction."""


discount_providers: Registry[DiscountProvider] = Registry("cart discounts")
code_resolvers: Registry[CodeResolver] = Registry("cart codes")
tax_providers: Registry[TaxProvider] = Registry("cart taxes")
shipping_providers: Registry[ShippingProvider] = Registry("cart shipping")
remote_quotes: Registry[RemoteQuote] = Registry("cart remote quotes")
