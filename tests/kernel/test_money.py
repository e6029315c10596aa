"""Money keeps every unit, whatever it is split over."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel.kernel.money import (
    CurrencyMismatch,
    Money,
    currency_exponent,
    format_money,
    minor_from_decimal,
    round_minor,
    split_by_weight,
)


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_a_split_conserves_every_unit_and_stays_fair(total, weights):
    parts = split_by_weight(total, weights)
    assert sum(parts) == total and len(parts) == len(weights)
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        fair = total * weight / whole if whole else total / len(weights)
        assert abs(part - fair) < 1 + 1e-3 * (abs(fair) > 1e9)
        assert part == 0 or (part > 0) == (total > 0)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_refund_is_split_as_the_charge_was(total, weights):
    assert split_by_weight(-total, weights) == [-part for part in split_by_weight(total, weights)]


def test_a_split_by_hand():
    # 10.00 over 3 equal lines: the first gets the odd cent; nothing over nothing is nothing
    assert split_by_weight(1000, [1, 1, 1]) == [334, 333, 333]
    assert split_by_weight(100, [999, 1]) == [100, 0]
    assert split_by_weight(5, [0, 0]) == [3, 2]
    assert split_by_weight(5, []) == []


@pytest.mark.parametrize(
    ("value", "minor"), [("0.5", 1), ("-0.5", -1), ("1.4999", 1), ("2.5", 3), ("-2.5", -3), ("1e3", 1000)]
)
def test_the_one_rounding_goes_half_away_from_zero(value, minor):
    assert round_minor(Decimal(value)) == minor


def test_currencies_have_their_own_minor_units():
    assert [currency_exponent(code) for code in ("USD", "JPY", "KWD")] == [2, 0, 3]
    assert minor_from_decimal(Decimal("19.99"), "USD") == 1999
    assert minor_from_decimal(Decimal("500"), "JPY") == 500
    assert format_money(124000, "USD") == "$1,240.00"
    assert format_money(-500, "USD") == "−$5.00"


def test_two_currencies_never_meet():
    with pytest.raises(CurrencyMismatch):
        Money(1, "USD") + Money(1, "EUR")
    assert Money(5, "USD") - Money(7, "USD") == -Money(1, "USD") * 2
