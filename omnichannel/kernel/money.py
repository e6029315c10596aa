"""Money as integer minor units plus an ISO 4217 currency code."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.core import get_global
from babel.numbers import format_currency


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were combined: a bug in the caller, never user input."""


@lru_cache
def currency_exponent(currency: str) -> int:
    """Digits after the decimal point: 2 for USD, 0 for JPY, 3 for KWD."""
    fractions = get_global("currency_fractions")
    return int(fractions.get(currency, fractions["DEFAULT"])[0])


@dataclass(frozen=True, slots=True, order=True)
class Money:
    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._must_match(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._must_match(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(self.amount_minor * quantity, self.currency)

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.amount_minor).scaleb(-currency_exponent(self.currency))

    def _must_match(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")


def round_minor(value: Decimal) -> int:
    """The one rounding of the house: half away from zero, to a whole minor unit."""
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def minor_from_decimal(value: Decimal, currency: str) -> int:
    """19.99 USD → 1999; 500 JPY → 500."""
    return round_minor(value.scaleb(currency_exponent(currency)))


def format_money(amount_minor: int, currency: str, locale: str = "en_US") -> str:
    """`$1,240.00`, with a true minus sign for what is owed back."""
    amount = Money(amount_minor, currency).decimal
    return format_currency(amount, currency, locale=locale).replace("-", "−")


def split_by_weight(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` over `weights` in whole units by the largest remainder (Hamilton's method).

    The parts sum to `total` exactly; ties go to the earlier position, so a split is reproducible.
    Weights are ≥ 0; where all are 0 the total is split evenly.
    """
    if not weights:
        return []
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign = -1 if total < 0 else 1
    size = abs(total)
    parts = [size * weight // whole for weight in weights]
    remainders = [size * weight % whole for weight in weights]
    left = size - sum(parts)
    for position in sorted(range(len(weights)), key=lambda i: (-remainders[i], i))[:left]:
        parts[position] += 1
    return [sign * part for part in parts]
