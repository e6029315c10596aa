"""What happened to carts. Each is about one cart, so the log read by subject is the cart's history."""

from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CartFact(Fact):
    NAME: ClassVar[str] = ""
    SUBJECT: ClassVar[str] = "cart_id"
    cart_id: UUID
    customer_id: UUID | None = None
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CartOpened(CartFact):
    NAME: ClassVar[str] = "cart.opened"
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact(CartFact):
    line_id: UUID
    variant_id: UUID
    product_id: UUID | None
    sku: str
    name: str
    quantity_before: int
    quantity: int
    unit_price_minor: int
    currency: str
    by_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineAdded(LineFact):
    """Pieces were added: a new line, or more of one that was there."""

    NAME: ClassVar[str] = "cart.line_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineChanged(LineFact):
    """Quantity set, note, gift, fulfilment."""

    NAME: ClassVar[str] = "cart.line_changed"
    note: str = ""
    is_gift: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineRemoved(LineFact):
    """`to` says where it went: nowhere, `wish_list` or `saved`."""

    NAME: ClassVar[str] = "cart.line_removed"
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CartCleared(CartFact):
    NAME: ClassVar[str] = "cart.cleared"
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDetailsChanged(CartFact):
    """Note, contact, fulfilment or shipping of the whole cart; `what` names them, their contents stay out of the log."""

    NAME: ClassVar[str] = "cart.details_changed"
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CartCodeAdded(CartFact):
    NAME: ClassVar[str] = "cart.code_added"
    code: str
    applied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CartCodeRemoved(CartFact):
    NAME: ClassVar[str] = "cart.code_removed"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartMerged(CartFact):
    NAME: ClassVar[str] = "cart.merged"
    merge_id: UUID
    source_cart_id: UUID
    strategy: str
    report: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartMergeUndone(CartFact):
    NAME: ClassVar[str] = "cart.merge_undone"
    merge_id: UUID
    source_cart_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartHandoffOffered(CartFact):
    NAME: ClassVar[str] = "cart.handoff_offered"
    handoff_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartHandedOff(CartFact):
    NAME: ClassVar[str] = "cart.handed_off"
    handoff_id: UUID
    from_channel: str
    to_channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLinkMade(CartFact):
    NAME: ClassVar[str] = "cart.link_made"
    access_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRestored(CartFact):
    """A cart link was followed."""

    NAME: ClassVar[str] = "cart.restored"
    access_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CartAbandoned(CartFact):
    """Recorded once for each rest; the cart's content is read by id."""

    NAME: ClassVar[str] = "cart.abandoned"
    item_count: int
    total_minor: int
    currency: str
    resting_since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartRecovered(CartFact):
    NAME: ClassVar[str] = "cart.recovered"
    abandoned_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartClosed(CartFact):
    NAME: ClassVar[str] = "cart.closed"
    total_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishListFact(Fact):
    NAME: ClassVar[str] = ""
    SUBJECT: ClassVar[str] = "list_id"
    list_id: UUID
    customer_id: UUID
    kind: str
    variant_id: UUID
    product_id: UUID | None
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishListItemAdded(WishListFact):
    """Something was put on a list; `kind` is wish or saved."""

    NAME: ClassVar[str] = "wish_list.item_added"
    quantity: int
    price_minor: int | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WishListItemRemoved(WishListFact):
    """It was taken off; `to` is `cart` when it went there."""

    NAME: ClassVar[str] = "wish_list.item_removed"
    to: str = ""


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "cart.opened": "{by} opened a cart {on}",
    "cart.line_added": "{by} added {data[name]} to the cart {on}: {data[quantity]} now",
    "cart.line_changed": "{by} changed {data[name]} in the cart {on}: {data[quantity]} now",
    "cart.line_removed": "{by} took {data[name]} out of the cart {on}",
    "cart.cleared": "{by} emptied the cart {on}",
    "cart.details_changed": "{by} changed the cart's details {on}",
    "cart.code_added": "{by} entered the code {data[code]} {on}",
    "cart.code_removed": "{by} took the code {data[code]} out {on}",
    "cart.merged": "A guest's cart went into this one {on}",
    "cart.merge_undone": "A merge of carts was undone {on}",
    "cart.handoff_offered": "{by} showed a code to hand the cart over {on}",
    "cart.handed_off": "The cart was handed over and opened {on}",
    "cart.link_made": "A link to the cart was made",
    "cart.restored": "The cart was restored by its link {on}",
    "cart.abandoned": "The cart was left: {data[item_count]} pieces in it",
    "cart.recovered": "The cart came back {on}",
    "cart.closed": "The cart became an order {on}",
    "wish_list.item_added": "{by} put {data[sku]} on a list {on}",
    "wish_list.item_removed": "{by} took {data[sku]} off a list {on}",
}
