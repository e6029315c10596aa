"""Definitions that many shops want, to start from: in code, in the demo, and as the first words in the editor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Promotions of one group do not add up: the one worth more to the customer counts.
PROMOTIONS = "promotions"


@dataclass(frozen=True, slots=True)
class ReadyMade:
    name: str
    definition: Mapping[str, Any]
    per_customer: int | None = None


def percent_off(
    percent: str, *, label: str, categories: Sequence[str] = (), by_code: bool = True, first_order: bool = False
) -> dict[str, Any]:
    """So much per cent off, of everything or of these categories."""
    return {
        "label": label,
        "benefit": {"kind": "percent", "percent": percent},
        "scope": {"categories": list(categories)} if categories else {},
        "condition": {"first_order": True} if first_order else {},
        "by_code": by_code,
        "group": PROMOTIONS,
    }


def amount_off(amounts: Mapping[str, int], *, label: str, by_code: bool = True) -> dict[str, Any]:
    """So much off, in minor units by currency; which item is said by each code."""
    return {
        "label": label,
        "benefit": {"kind": "amount", "amount": dict(amounts)},
        "by_code": by_code,
        "group": PROMOTIONS,
    }


READY_MADE: Mapping[str, ReadyMade] = {
    "newsletter-10": ReadyMade(
        "10% for the newsletter", percent_off("10", label="10% newsletter welcome"), per_customer=1
    ),
    "item-off-48h": ReadyMade(
        "$15 off the item she looked at", amount_off({"USD": 1500, "EUR": 1400}, label="$15.00 off this item")
    ),
    "postcard-15": ReadyMade("15% from the postcard", percent_off("15", label="15% from your postcard")),
    "cart-10": ReadyMade("10% on the cart left behind", percent_off("10", label="10% off what you left")),
    "free-shipping-75": ReadyMade(
        "Free shipping from $75",
        {
            "label": "Free shipping",
            "benefit": {"kind": "free_shipping"},
            "condition": {"min_spend": {"USD": 7500, "EUR": 7500}},
            "by_code": False,
        },
    ),
}
