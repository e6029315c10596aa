"""What callers ask for when they place and pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orders.states import CaptureMode


@dataclass(frozen=True, slots=True)
class TenderWish:
    """One payment as asked for. `amount_minor` None: what is left. `method` goes to the provider."""

    provider: str
    amount_minor: int | None = None
    method: Mapping[str, Any] = field(default_factory=dict)
    capture_mode: str = CaptureMode.NOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """What the buyer agreed to. `expected_total_minor` is the total they saw; no payments: to be paid later."""

    expected_total_minor: int
    currency: str
    payments: Sequence[TenderWish] = ()
    email: str = ""
    phone: str = ""
    note: str = ""
    locale: str = ""


def money_wire(amount: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount, "currency": currency}
