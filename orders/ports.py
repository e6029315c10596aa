"""Ways to pay. A gateway is asked outside any transaction; a local one (cash, stored value) inside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.registry import Registry
from orders.states import PaymentState, RefundState


@dataclass(frozen=True, slots=True)
class Charge:
    """One tender to take. `key` never changes, whatever is retried; a gateway charges a key once.

    What only stored value asks for: whose order it is, the cart it came from, what the whole bill is, and who
    pays when. A gateway on the network needs none of it.
    """

    key: str
    order_id: UUID
    number: str
    amount_minor: int
    currency: str
    capture: bool = True
    method: Mapping[str, Any] = field(default_factory=dict)
    reference: str = ""
    email: str = ""
    customer_id: UUID | None = None
    cart_id: UUID | None = None
    bill_minor: int = 0
    by: Context = SYSTEM
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a payment. UNKNOWN says that the gateway did not tell.

    method  what may be known of the means: `brand`, `last4`, and `fingerprint`, which is the same for the same card
            whoever pays with it. The fingerprint is compared and shown to nobody.
    is_opened  the gateway knows it and charges nothing before `ChargesInTwo.confirm`.
    """

    state: PaymentState
    reference: str = ""
    captured_minor: int = 0
    client_secret: str = ""
    action_url: str = ""
    method: Mapping[str, Any] = field(default_factory=dict)
    failure_code: str = ""
    failure_message: str = ""
    is_opened: bool = False


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    state: RefundState
    reference: str = ""
    failure_message: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook, verified. `payment_key` names the payment; `answer` what it says of it, or `refund` of a refund."""

    message_id: str
    kind: str
    body: Mapping[str, Any]
    payment_key: str = ""
    answer: Answer | None = None
    refund_key: str = ""
    refund: RefundAnswer | None = None


class PaymentGateway(Protocol):
    """`is_local`: no network; asked inside the transaction of the order. `needs_associate`: only at a till.

    `is_offered`: a buyer may choose it; others only stand on orders recorded from elsewhere.

    A remote gateway never raises for a silence: it answers UNKNOWN, and is asked again later.
    """

    @property
    def is_local(self) -> bool: ...

    @property
    def needs_associate(self) -> bool: ...

    @property
    def is_offered(self) -> bool: ...

    def authorise(self, charge: Charge) -> Answer: ...

    def capture(self, charge: Charge) -> Answer: ...

    def void(self, charge: Charge) -> Answer: ...

    def refund(self, charge: Charge, *, refund_key: str, amount_minor: int) -> RefundAnswer: ...

    def find(self, charge: Charge) -> Answer | None:
        """What became of this key; None when the gateway never heard of it."""

    def read_message(self, *, body: bytes, headers: Mapping[str, str]) -> Message:
        """A webhook's meaning. Raises SignatureInvalid."""


@runtime_checkable
class NamedInKind(Protocol):
    """A local tender whose payments may be named in its own kind (`{"points": 500}`) instead of in money."""

    def worth_of(self, method: Mapping[str, Any], *, currency: str, at: datetime) -> int | None:
        """What the method comes to in minor units; None when it names nothing. At most one statement."""


@runtime_checkable
class ChargesInTwo(Protocol):
    """A remote gateway that opens a payment first: its reference is on our disk before anything is charged, so that
    whatever breaks in between, no charge stands there that we could not name, find and give back."""

    def confirm(self, charge: Charge) -> Answer:
        """Charge what was opened under `charge.reference`. Safe to repeat."""


gateways: Registry[PaymentGateway] = Registry("payment_gateways")
