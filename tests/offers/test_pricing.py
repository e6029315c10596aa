"""The worked numbers of docs/algorithms/pricing.md, under "Offers", as they stand there."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.offers.rules.evaluation import adjustments_of, evaluate
from campaigns.offers.rules.gates import Facts, Use
from tests.offers.carts import AT, NOTHING_KNOWN, cart, code, line, number, offer

JACKET, SWIMSUIT, SOCKS = (
    {"category_path": "women/jackets"},
    {"category_path": "women/swimwear"},
    {"category_path": "women/socks"},
)


def shares(*applied: Any) -> list[dict[int, int]]:
    """Off each line, by its number, for each offer that applied."""
    return [{line_id.int: share for line_id, share in each.shares.items()} for each in applied]


@pytest.mark.parametrize(
    ("benefit", "lines", "expected"),
    [
        # 10 % of 89.99 + 3 × 33.33 = 189.98 → 18.998 → 19.00; exact 8.999 and 9.999
        ({"kind": "percent", "percent": "10"}, [line(1, 8999), line(2, 3333, 3)], {1: 900, 2: 1000}),
        # 12.5 % of 0.99 = 0.12375 → 0.12
        ({"kind": "percent", "percent": "12.5"}, [line(1, 99)], {1: 12}),
        # the dearest one alone: 20 % of 33.33 = 6.666 → 6.67
        ({"kind": "percent", "percent": "20", "max_units": 1}, [line(1, 1000), line(2, 3333, 2)], {2: 667}),
        # 10.00 off three lines of 19.99: the odd cent goes to the first
        (
            {"kind": "amount", "amount": {"USD": 1000}},
            [line(1, 1999), line(2, 1999), line(3, 1999)],
            {1: 334, 2: 333, 3: 333},
        ),
        # 50.00 off 30.00 of goods takes 30.00
        ({"kind": "amount", "amount": {"USD": 5000}}, [line(1, 1000, 3)], {1: 3000}),
        # each piece 15.00: what is cheaper already stays
        ({"kind": "fixed_price", "price": {"USD": 1500}}, [line(1, 1999, 2), line(2, 1200)], {1: 998}),
        # three for two over five pieces: 40, 30, 20 | 10, 5: one set, its cheapest free
        (
            {"kind": "buy_get", "buy": 2, "get": 1},
            [line(1, 4000), line(2, 3000), line(3, 2000), line(4, 1000), line(5, 500)],
            {3: 2000},
        ),
        # second pair at half price, of one line of four: two pieces at 7.50 off 15.00
        ({"kind": "buy_get", "buy": 1, "get": 1, "percent": "50"}, [line(1, 1500, 4)], {1: 1500}),
        # spend 100.00 → 10 %, 200.00 → 50.00 off: at 199.99 the first, at 200.00 the second
        (
            {"kind": "tiers", "steps": [{"from": {"USD": 10000}, "percent": "10"}, {"from": {"USD": 20000}, "amount": {"USD": 5000}}]},
            [line(1, 19999)],
            {1: 2000},
        ),
        (
            {"kind": "tiers", "steps": [{"from": {"USD": 10000}, "percent": "10"}, {"from": {"USD": 20000}, "amount": {"USD": 5000}}]},
            [line(1, 10000, 2)],
            {1: 5000},
        ),
        # a tote for free, one of the two in the cart
        ({"kind": "gift", "variants": [str(number(2))]}, [line(1, 5000), line(2, 1500, 2)], {2: 1500}),
    ],
)  # fmt: skip
def test_each_benefit_takes_what_the_page_says(benefit, lines, expected):
    evaluation = evaluate(cart(*lines), [offer("one", benefit)], [], NOTHING_KNOWN)
    assert shares(*evaluation.applied) == [expected]
    rows = adjustments_of(evaluation)
    assert {row.line_id.int: -row.amount_minor for row in rows} == expected
    assert {(row.kind, row.label, row.source) for row in rows} == {("discount", "one", "offers")}


def test_offers_take_one_after_the_other_from_what_is_left():
    # 10 % (20.00) is worth more than 5.00 off, so it goes first: 200.00 − 20.00 − 5.00
    both = [
        offer("ten", {"kind": "percent", "percent": "10"}),
        offer("five", {"kind": "amount", "amount": {"USD": 500}}),
    ]
    found = evaluate(cart(line(1, 20000)), both, [], NOTHING_KNOWN)
    assert shares(*found.applied) == [{1: 2000}, {1: 500}]
    # with the higher priority the 5.00 goes first: 200.00 − 5.00 − 19.50
    first = offer("five", {"kind": "amount", "amount": {"USD": 500}}, priority=90)
    assert shares(*evaluate(cart(line(1, 20000)), [both[0], first], [], NOTHING_KNOWN).applied) == [{1: 500}, {1: 1950}]


def test_in_a_group_a_line_takes_the_one_that_is_worth_more():
    # given 20 % off jackets and 10 % off everything in one group, 5 % off everything in none
    offers = [
        offer("all", {"kind": "percent", "percent": "10"}, group="promotions"),
        offer(
            "jackets", {"kind": "percent", "percent": "20"}, group="promotions", scope={"categories": ["women/jackets"]}
        ),
        offer("members", {"kind": "percent", "percent": "5"}),
    ]
    lines = [line(1, 10000, **JACKET), line(2, 4000, **SWIMSUIT)]
    # then the jacket takes 20.00, the swimsuit 4.00, and members' 5 % comes off the 80.00 and 36.00 that are left
    found = evaluate(cart(*lines), offers, [], NOTHING_KNOWN)
    assert [(each.offer.key, *shares(each)) for each in found.applied] == [
        ("jackets", {1: 2000}),
        ("all", {2: 400}),
        ("members", {1: 400, 2: 180}),
    ]
    # and where only the jacket lies in the cart, the other one says why not
    alone = evaluate(cart(lines[0]), offers, [], NOTHING_KNOWN)
    assert [(each.offer.key, each.why.words) for each in alone.refused] == [
        ("all", "It does not go together with “jackets”, which comes first here.")
    ]


def test_more_off_one_jacket_goes_before_less_off_all():
    # 25 % off the jacket (44.75), then 20 % off the rest (12.80): 57.55, not the 48.60 of 20 % off all
    offers = [
        offer("all", {"kind": "percent", "percent": "20"}, group="promotions"),
        offer("jacket", {"kind": "percent", "percent": "25"}, group="promotions", scope={"products": [str(number(1))]}),
    ]
    found = evaluate(cart(line(1, 17900), line(2, 6400)), offers, [], NOTHING_KNOWN)
    assert shares(*found.applied) == [{1: 4475}, {2: 1280}]


def test_two_codes_of_one_offer_for_two_items_take_each_its_own():
    of = offer("item", {"kind": "amount", "amount": {"USD": 1500}}, by_code=True, group="promotions")
    codes = [code("A", of, variant_ids=frozenset({number(1)})), code("B", of, product_ids=frozenset({number(2)}))]
    found = evaluate(cart(line(1, 8999), line(2, 3333, 2), line(3, 5000)), [of], codes, NOTHING_KNOWN)
    assert sorted((each.code.code, *shares(each)) for each in found.applied) == [("A", {1: 1500}), ("B", {2: 1500})]


def test_a_gift_comes_with_goods_that_have_an_offer_of_their_own():
    offers = [
        offer("ten", {"kind": "percent", "percent": "10"}, group="p", scope={"not_products": [str(number(9))]}),
        offer(
            "tote", {"kind": "gift", "variants": [str(number(9))]}, group="p", condition={"min_spend": {"USD": 10000}}
        ),
    ]
    found = evaluate(cart(line(1, 12000), line(9, 1500)), offers, [], NOTHING_KNOWN)
    assert sorted(shares(*found.applied), key=str) == [{1: 1200}, {9: 1500}]


REASONS = [
    ({"starts_at": "2026-05-04T08:30:00Z"}, {}, "It starts on 4 May 2026 at 08:30."),
    ({"ends_at": "2026-05-03T10:00:00Z"}, {}, "It ended on 3 May 2026 at 10:00."),
    ({"condition": {"min_spend": {"USD": 6250}}}, {}, "Spend $12.50 more on what it covers."),
    ({"condition": {"min_spend": {"EUR": 6250}}}, {}, "It has no amount in USD."),
    ({"condition": {"min_quantity": 2}}, {}, "Add 1 more piece of what it covers."),
    ({"scope": {"categories": ["men"]}}, {}, "Nothing in the cart is covered by it."),
    ({"scope": {"not_products": [str(number(1))]}}, {}, "Nothing in the cart is covered by it."),
    ({"condition": {"channels": ["pos", "tablet"]}}, {}, "Only for carts begun at a till or on a store tablet."),
    ({"condition": {"stores": [str(number(7))]}}, {}, "Only in certain stores, and this is none of them."),
    ({"condition": {"first_order": True}}, {}, "Only for a first order: sign in or give an email first."),
    ({"condition": {"first_order": True}}, {"is_first_order": False}, "Only for a first order."),
    ({"condition": {"segments": ["vip"]}}, {}, "Only for certain customers: sign in first."),
    ({"condition": {"tiers": ["Gold"]}, "customer_id": number(5)}, {}, "Only for members of Gold."),
    ({"limits": {"budget_minor": 100}}, {"use": Use(used_minor=100)}, "It has given away all it had."),
    ({"limits": {"budget_minor": 499}}, {}, "What is left of it is less than this cart would get."),
    ({"limits": {"budget_minor": 100, "currency": "EUR"}}, {}, "It is only for carts in EUR."),
    ({"limits": {"max_uses": 3}}, {"use": Use(uses=3)}, "It has been used as often as it may."),
    ({"limits": {"per_customer": 1}}, {}, "It is limited for each person: sign in or give an email first."),
    (
        {"limits": {"per_customer": 2}, "email": "a@b.c"},
        {"use": Use(by_person=2)},
        "One person may use it 2 times, and this one has.",
    ),
]


@pytest.mark.parametrize(("fields", "known", "words"), REASONS)
def test_why_not_is_said_in_words(fields, known, words):
    # given a cart with 50.00 of swimwear, and 10 % off that does not apply
    fields, known = dict(fields), dict(known)
    beside = {name: fields.pop(name) for name in ("customer_id", "email") if name in fields}
    ten = offer("ten", {"kind": "percent", "percent": "10"}, **fields)
    facts = Facts(uses={ten.id: known.pop("use")} if "use" in known else {}, **known)
    found = evaluate(cart(line(1, 5000, **SWIMSUIT), channel="web", **beside), [ten], [], facts)
    assert ([each.why.words for each in found.refused], found.applied) == ([words], ())


@pytest.mark.parametrize(
    ("fields", "beside", "words"),
    [
        ({"expires_at": AT}, {}, "This code ended on 3 May 2026 at 10:00."),
        ({"expires_at": AT - timedelta(seconds=5)}, {}, "This code ended on 3 May 2026 at 09:59:55."),
        ({"uses": 1}, {}, "This code has been used already."),
        ({"is_revoked": True}, {}, "This code was taken back."),
        ({"customer_id": number(5)}, {"customer_id": number(6)}, "This code was made for another customer."),
        ({"customer_id": number(5)}, {}, "This code is personal: sign in, or give the email it was sent to."),
        ({"variant_ids": frozenset({number(8)})}, {}, "The item this code is for is not in the cart."),
    ],
)
def test_why_a_code_opens_nothing(fields, beside, words):
    ten = offer("ten", {"kind": "percent", "percent": "10"}, by_code=True)
    found = evaluate(cart(line(1, 5000), **beside), [ten], [code("X", ten, **fields)], NOTHING_KNOWN)
    assert ([each.why.words for each in found.refused], found.applied) == ([words], ())


def test_a_code_works_until_its_very_second_for_its_owner_by_account_or_email():
    ten = offer("ten", {"kind": "percent", "percent": "10"}, by_code=True)
    for beside in ({"customer_id": number(5)}, {"email": "Suzie@Example.com"}):
        held = code(
            "X", ten, expires_at=AT + timedelta(seconds=1), customer_id=number(5), owner_email="suzie@example.com"
        )
        found = evaluate(cart(line(1, 5000), **beside), [ten], [held], NOTHING_KNOWN)
        assert shares(*found.applied) == [{1: 500}] and found.until == AT + timedelta(seconds=1)


def test_what_holds_until_when():
    # an offer that ends, one that is yet to begin, and a segment that ends sooner
    offers = [
        offer("now", {"kind": "percent", "percent": "10"}, ends_at="2026-05-09T00:00:00Z"),
        offer("later", {"kind": "percent", "percent": "5"}, starts_at="2026-05-05T00:00:00Z"),
        offer("vip", {"kind": "percent", "percent": "5"}, condition={"segments": ["vip"]}),
    ]
    facts = Facts(labels={("segment", "vip"): AT + timedelta(hours=1)})
    found = evaluate(cart(line(1, 5000)), offers, [], facts)
    assert found.until == AT + timedelta(hours=1)
    assert evaluate(cart(line(1, 5000)), offers[:2], [], facts).until == AT + timedelta(days=1, hours=14)


def test_free_shipping_takes_what_shipping_costs_once():
    offers = [offer("free", {"kind": "free_shipping"}), offer("two", {"kind": "free_shipping", "most": {"USD": 200}})]
    rows = adjustments_of(evaluate(cart(line(1, 5000)), offers, [], NOTHING_KNOWN))
    assert [(row.on, row.line_id) for row in rows] == [("shipping", None)] * 2
    carried = evaluate(cart(line(1, 5000, fulfilment_kind="carry_out")), offers[:1], [], NOTHING_KNOWN)
    assert carried.refused[0].why.words == "Nothing of it is shipped."


def test_what_is_on_sale_or_cannot_be_bought_takes_no_part():
    full = offer("full", {"kind": "percent", "percent": "10"}, scope={"full_price_only": True})
    lines = [line(1, 1000), line(2, 800, list_price_minor=1000), line(3, 1000, is_sellable=False)]
    assert shares(*evaluate(cart(*lines), [full], [], NOTHING_KNOWN).applied) == [{1: 100}]
