"""What orders make known. Amounts in minor units of `currency`."""

from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID

from omnichannel.events.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OrderFact(Fact):
    SUBJECT: ClassVar[str] = "order_id"
    GUEST: ClassVar[str] = "order_id"
    order_id: UUID
    number: str
    customer_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(_OrderFact):
    """At commit, paid or not. `lines` is what was bought, enough to react without reading back."""

    NAME: ClassVar[str] = "order.placed"
    cart_id: UUID | None = None
    source: str = "cart"
    total_minor: int = 0
    currency: str = ""
    store_id: UUID | None = None
    lines: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderConfirmed(_OrderFact):
    """Covered by payments: earning, audiences and messages start here."""

    NAME: ClassVar[str] = "order.confirmed"
    source: str = "cart"
    total_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(_OrderFact):
    """The whole order, or the part in `lines` (units by line id)."""

    NAME: ClassVar[str] = "order.cancelled"
    change_id: UUID
    whole: bool
    reason: str = ""
    refund_minor: int = 0
    currency: str = ""
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdited(_OrderFact):
    NAME: ClassVar[str] = "order.edited"
    change_id: UUID
    kind: str
    money_delta_minor: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCompleted(_OrderFact):
    NAME: ClassVar[str] = "order.completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAttached(_OrderFact):
    """A guest's order joined the guest's own record, or later the customer who proved its email."""

    NAME: ClassVar[str] = "order.attached"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLinkRequested(_OrderFact):
    """Somebody who knows number and email asks for the link to the order; it goes to that address alone."""

    NAME: ClassVar[str] = "order.link_requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class _PaymentFact(_OrderFact):
    payment_id: UUID
    provider: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAuthorised(_PaymentFact):
    NAME: ClassVar[str] = "payment.authorised"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCaptured(_PaymentFact):
    NAME: ClassVar[str] = "payment.captured"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(_PaymentFact):
    NAME: ClassVar[str] = "payment.failed"
    failure_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVoided(_PaymentFact):
    NAME: ClassVar[str] = "payment.voided"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDone(_PaymentFact):
    NAME: ClassVar[str] = "refund.done"
    refund_id: UUID
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(_PaymentFact):
    NAME: ClassVar[str] = "refund.failed"
    refund_id: UUID
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLinkCreated(_OrderFact):
    """The link's address is made by `orders.queries.links.payment_link_url`; the log never holds it."""

    NAME: ClassVar[str] = "payment_link.created"
    payment_link_id: UUID
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _FulfilmentFact(_OrderFact):
    fulfilment_id: UUID
    kind: str
    store_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentAccepted(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentPicking(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.picking"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentReady(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentCollected(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentShipped(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.shipped"
    carrier: str = ""
    tracking_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentDelivered(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentRejected(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.rejected"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentExpired(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentCancelled(_FulfilmentFact):
    NAME: ClassVar[str] = "fulfilment.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRecorded(_OrderFact):
    NAME: ClassVar[str] = "return.recorded"
    return_id: UUID
    refund_minor: int
    currency: str
    store_id: UUID | None = None
    lines: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockDiscrepancyOpened(_OrderFact):
    NAME: ClassVar[str] = "stock_discrepancy.opened"
    store_id: UUID
    variant_id: UUID
    missing: int


#: How each reads on a timeline (`omnichannel.events.sentences`).
SENTENCES: dict[str, str] = {
    "order.placed": "{by} placed order {data[number]} {on}",
    "order.confirmed": "Order {data[number]} was confirmed",
    "order.cancelled": "Order {data[number]} was cancelled, whole or in part",
    "order.edited": "{by} changed order {data[number]} {on}",
    "order.completed": "Order {data[number]} was completed",
    "order.attached": "Order {data[number]}, placed as a guest, found its customer",
    "order.link_requested": "The link to order {data[number]} was asked for",
    "payment.authorised": "A payment of order {data[number]} was authorised",
    "payment.captured": "A payment of order {data[number]} was taken",
    "payment.failed": "A payment of order {data[number]} failed",
    "payment.voided": "A payment of order {data[number]} was let go",
    "refund.done": "Money of order {data[number]} went back",
    "refund.failed": "A refund of order {data[number]} failed",
    "payment_link.created": "{by} made a link to pay order {data[number]}",
    "fulfilment.accepted": "The store took on its part of order {data[number]}",
    "fulfilment.picking": "Order {data[number]} is being picked",
    "fulfilment.ready": "Order {data[number]} is ready to be collected",
    "fulfilment.collected": "Order {data[number]} was handed over",
    "fulfilment.shipped": "Order {data[number]} was sent with {data[carrier]}",
    "fulfilment.delivered": "Order {data[number]} was delivered",
    "fulfilment.rejected": "The store could not do its part of order {data[number]}",
    "fulfilment.expired": "Order {data[number]} was not collected in time",
    "fulfilment.cancelled": "A part of order {data[number]} was cancelled",
    "return.recorded": "{by} took goods of order {data[number]} back {on}",
    "stock_discrepancy.opened": "{data[missing]} units of order {data[number]} are missing from the shelf",
}
