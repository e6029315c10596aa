"""Pure pricing: the worked numbers of docs/algorithms/pricing.md, and what must hold for any cart."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carts.ports import Adjustment, CartSnapshot, Destination, ShippingOption, SnapshotLine
from carts.rules.pricing import PricedCart, complete_price, list_taxables, shipping_rows, spread_discounts
from carts.rules.shipping import Band, Zone, quote_shipping
from carts.rules.tax import Rate, quote_tax, tax_of

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
MAINE = Destination("US", "ME")


def line(number: int, price: int, quantity: int = 1, **fields) -> SnapshotLine:
    return SnapshotLine(
        **{
            "id": UUID(int=number), "variant_id": UUID(int=1000 + number), "product_id": UUID(int=1), "sku": f"S{number}", "quantity": quantity,
            "unit_price_minor": price, "list_price_minor": price, "price_seen_minor": price, "is_sellable": True, "available": None,
            "fulfilment_kind": "ship", "store_id": None, "destination": MAINE, **fields,
        }
    )  # fmt: skip


def rate(pct: str, **fields) -> Rate:
    return Rate(
        **{
            "id": 1,
            "name": "Tax",
            "country": "US",
            "region": "",
            "category": None,
            "rate_pct": Decimal(pct),
            "included": False,
            "applies_to_shipping": False,
            **fields,
        }
    )


def price(lines, discounts=(), rates=(), shipping: ShippingOption | None = None) -> PricedCart:
    snapshot = CartSnapshot(
        cart_id=UUID(int=9), version=1, currency="USD", at=AT, lines=tuple(lines), destination=MAINE
    )
    cut = spread_discounts(snapshot.lines, discounts)
    ship = shipping_rows(shipping, discounts)
    taxes = quote_tax(rates, list_taxables(snapshot, cut, ship), AT)
    return complete_price(snapshot, discounts=cut, shipping=ship, taxes=taxes, options=[shipping] if shipping else [])


def off(amount: int, **fields) -> Adjustment:
    return Adjustment(kind="discount", amount_minor=-amount, label="Off", **fields)


# --- the worked numbers ----------------------------------------------------------------------------


def test_ten_dollars_off_three_lines():
    priced = price([line(1, 1999), line(2, 1999), line(3, 1999)], [off(1000)])
    assert [entry.discount_minor for entry in priced.lines] == [-334, -333, -333]
    assert (priced.totals.discount, priced.totals.total) == (-1000, 4997)


def test_tax_is_rounded_once_a_rate_and_spread():
    # 3 × 0.99 at 8.875 %: 0.2636 → 0.26, not 3 × 0.09
    priced = price([line(1, 99), line(2, 99), line(3, 99)], rates=[rate("8.875")])
    assert [entry.tax_minor for entry in priced.lines] == [9, 9, 8]
    assert (priced.totals.tax, priced.totals.total) == (26, 323)


def test_tax_within_the_price_changes_no_total():
    priced = price([line(1, 11900)], rates=[rate("19", included=True)])
    assert (priced.totals.tax, priced.totals.tax_included, priced.totals.total) == (0, 1900, 11900)


def test_a_discount_comes_before_the_tax():
    priced = price([line(1, 10000)], [off(2500)], [rate("8")])
    assert (priced.totals.discount, priced.totals.tax, priced.totals.total) == (-2500, 600, 8100)


def test_a_discount_never_takes_a_line_below_zero():
    lines = [line(1, 500), line(2, 3000)]
    priced = price(lines, [off(900, line_id=UUID(int=1)), off(5000)])
    assert [entry.total_minor for entry in priced.lines] == [0, 0]
    assert [row.amount_minor for row in priced.adjustments] == [-500, -3000]


def test_shipping_its_discount_and_its_tax():
    option = ShippingOption("standard", "Standard", 595, 2, 5)
    priced = price([line(1, 2000)], [off(1000, on="shipping")], [rate("5.5", applies_to_shipping=True)], option)
    assert (priced.totals.shipping, priced.totals.discount, priced.totals.tax, priced.totals.total) == (
        595,
        -595,
        110,
        2110,
    )


def test_what_is_not_for_sale_stands_in_no_total():
    priced = price([line(1, 2000, is_sellable=False), line(2, 1000)], [off(500)], [rate("10")])
    assert (priced.totals.items, priced.totals.discount, priced.totals.tax, priced.totals.total) == (
        1000,
        -500,
        50,
        550,
    )
    assert [problem.code for _, problem in priced.line_problems] == ["unavailable"]


def test_the_most_specific_rate_wins():
    rates = [
        rate("5", id=1), rate("6", id=2, region="ME"), rate("0", id=3, category="food"), rate("1", id=4, region="ME", category="food"),
        rate("9", id=5, country="DE"), rate("2", id=6, region="ME", category="food", valid_from=datetime(2027, 1, 1, tzinfo=UTC)),
    ]  # fmt: skip
    lines = [line(1, 10000), line(2, 10000, tax_category="food"), line(3, 10000, destination=Destination("US", "VT"))]
    priced = price(lines, rates=rates)
    assert [entry.tax_minor for entry in priced.lines] == [600, 100, 500]
    assert priced.priced_until == datetime(2027, 1, 1, tzinfo=UTC)


def test_two_lines_of_one_variant_share_what_is_left():
    lines = [line(1, 500, 2, available=3), line(2, 500, 2, available=3, variant_id=UUID(int=1001))]
    problems = [(entry.line.sku, problem.data) for entry in price(lines).lines for problem in entry.problems]
    assert problems == [("S1", {"available": 3, "wanted": 4}), ("S2", {"available": 3, "wanted": 4})]


@pytest.mark.parametrize(
    ("weight", "items", "expected"),
    [
        (500, 2000, [("std", 500), ("exp", 900)]),
        (1001, 2000, [("exp", 900), ("std", 1200)]),
        (500, 5000, [("std", 0), ("exp", 900)]),
        (9000, 10, [("exp", 900)]),
    ],
)
def test_shipping_by_weight_and_worth(weight: int, items: int, expected):
    bands = (
        Band("std", "Standard", "USD", 0, 1000, 500, 5000, 2, 5),
        Band("std", "Standard", "USD", 1001, 5000, 1200, None, 2, 5),
        Band("exp", "Express", "USD", 0, None, 900, None, 1, 1),
        Band("std", "Standard", "EUR", 0, None, 100, None, 2, 5),
    )
    zones = [
        Zone("Maine", frozenset({"US"}), frozenset({"ME"}), bands),
        Zone("Else", frozenset({"*"}), frozenset(), ()),
    ]
    options = quote_shipping(zones, destination=MAINE, currency="USD", weight_grams=weight, items_minor=items)
    assert [(option.code, option.amount_minor) for option in options] == expected
    assert quote_shipping(zones, destination=Destination("FR"), currency="USD", weight_grams=1, items_minor=1) == []


# --- what holds for any cart -----------------------------------------------------------------------

LINES = st.lists(
    st.builds(
        lambda price, quantity, food, sellable: (price, quantity, food, sellable),
        st.integers(0, 500_000), st.integers(1, 99), st.booleans(), st.booleans(),
    ),
    max_size=8,
).map(
    lambda made: [
        line(number + 1, price, quantity, tax_category="food" if food else "standard", is_sellable=sellable)
        for number, (price, quantity, food, sellable) in enumerate(made)
    ]
)  # fmt: skip
OFF = st.lists(
    st.builds(
        lambda amount, target, on: off(amount, line_id=UUID(int=target) if target and on == "items" else None, on=on),
        st.integers(0, 2_000_000), st.integers(0, 8), st.sampled_from(["items", "shipping"]),
    ),
    max_size=5,
)  # fmt: skip
RATES = st.lists(
    st.builds(
        lambda number, pct, category, included, ship: rate(pct, id=number, category=category, included=included, applies_to_shipping=ship),
        st.integers(1, 99), st.decimals(0, 40, places=4).map(str), st.sampled_from([None, "food"]), st.booleans(), st.booleans(),
    ),
    max_size=4, unique_by=lambda made: made.id,
)  # fmt: skip
SHIPPING = st.none() | st.integers(0, 9_999).map(lambda amount: ShippingOption("std", "Standard", amount, 2, 5))


@given(LINES, OFF, RATES, SHIPPING)
def test_every_cent_is_accounted_for_and_nothing_is_negative(lines, discounts, rates, shipping):
    priced = price(lines, discounts, rates, shipping)
    totals = priced.totals
    charged = sum(row.amount_minor for row in priced.adjustments if not row.included)
    assert totals.total == totals.items + charged == totals.items + totals.discount + totals.shipping + totals.tax
    assert totals.total >= 0 and totals.tax >= 0 and totals.tax_included >= 0 and totals.discount <= 0
    assert all(entry.total_minor >= 0 for entry in priced.lines)
    # the lines and what belongs to no line sum to the whole
    loose = sum(row.amount_minor for row in priced.adjustments if row.line_id is None and not row.included)
    assert totals.total == sum(entry.total_minor + entry.tax_minor for entry in priced.lines) + loose
    # no discount grew
    wanted = sum(row.amount_minor for row in discounts)
    assert totals.discount >= wanted


@given(LINES, OFF, RATES, SHIPPING, st.randoms())
def test_the_order_of_the_lines_changes_nothing(lines, discounts, rates, shipping, chance):
    mixed = list(lines)
    chance.shuffle(mixed)
    first, second = price(lines, discounts, rates, shipping), price(mixed, discounts, rates, shipping)
    assert first.totals == second.totals
    assert {e.line.id: (e.total_minor, e.tax_minor, e.tax_included_minor) for e in first.lines} == {
        e.line.id: (e.total_minor, e.tax_minor, e.tax_included_minor) for e in second.lines
    }


@given(st.integers(0, 10**9), st.decimals(0, 100, places=4))
def test_tax_within_and_on_top_are_inverse(base: int, pct: Decimal):
    within, on_top = rate(str(pct), included=True), rate(str(pct))
    gross = base + tax_of(base, on_top)
    assert abs(tax_of(gross, within) - tax_of(base, on_top)) <= 1


def test_a_line_keeps_its_place_in_the_cart():
    priced = price([line(2, 100), line(1, 100)])
    assert [entry.line.sku for entry in priced.lines] == ["S2", "S1"]
    assert replace(priced.totals, total=0).total == 0
