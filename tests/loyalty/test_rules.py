"""The worked numbers of docs/algorithms/points.md as they stand there, and what must hold for any order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.burning import Terms, most_points, points_back, refuse_burn
from loyalty.rules.earning import EarnLine, EarnOrder, Rule, cap, check_conditions, earn
from loyalty.rules.expiry import add_months, expires_at
from loyalty.rules.lots import Share, due_back, give_back_shares, share_over_lines

JACKET, SCARF = UUID(int=1), UUID(int=2)
ORDER = EarnOrder(
    lines=[
        EarnLine(JACKET, 10_050, category_path="women/jackets"),
        EarnLine(SCARF, 3_998, category_path="women/scarves"),
    ],
    channel="web",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    is_first=True,
    tiers=frozenset({"gold"}),
)
BASE = Rule(UUID(int=10), "base", "spend", points=1, per_minor=100)


def by_line(order: EarnOrder, *rules: Rule) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    for accrual in earn(order, rules):
        found.setdefault(accrual.line_id, []).append(accrual.points)
    return found


def test_a_point_a_dollar_is_split_among_the_lines() -> None:
    assert by_line(ORDER, BASE) == {JACKET: [100], SCARF: [40]}


def test_a_multiplier_gives_the_difference_by_a_rule_of_its_own() -> None:
    more = Rule(UUID(int=11), "gold", "multiplier", factor=Decimal("1.5"), conditions={"tiers": ["gold"]})
    assert by_line(ORDER, BASE, more) == {JACKET: [100, 50], SCARF: [40, 20]}


def test_a_bonus_is_split_by_what_was_spent() -> None:
    first = Rule(UUID(int=12), "first", "bonus", points=25, conditions={"first_order": True})
    assert by_line(ORDER, first) == {JACKET: [18], SCARF: [7]}


def test_a_cap_is_taken_off_the_lines_in_proportion() -> None:
    accruals = earn(ORDER, [BASE])
    assert [each.points for each in cap(accruals, BASE.id, 60)] == [43, 17]
    assert cap(accruals, BASE.id, 140) == accruals
    assert cap(accruals, BASE.id, -5) == []


def test_of_one_group_the_first_that_fits_counts() -> None:
    rules = [
        Rule(UUID(int=20), "b", "bonus", points=5, stack_group="welcome", priority=1, conditions={"channels": ["pos"]}),
        Rule(UUID(int=21), "c", "bonus", points=7, stack_group="welcome", priority=2),
        Rule(UUID(int=22), "d", "bonus", points=9, stack_group="welcome", priority=3),
    ]
    assert sum(points for parts in by_line(ORDER, *rules).values() for points in parts) == 7


@pytest.mark.parametrize(
    ("conditions", "lines"),
    [
        ({"categories": ["women/jackets"]}, {JACKET: [100]}),
        ({"categories": ["women/jack"]}, {}),
        ({"not_categories": ["women/jackets"]}, {SCARF: [39]}),
        ({"channels": ["pos"]}, {}),
        ({"minimum_minor": 14_048}, {JACKET: [100], SCARF: [40]}),
        ({"minimum_minor": 14_049}, {}),
        ({"first_order": True, "tiers": ["gold", "silver"]}, {JACKET: [100], SCARF: [40]}),
        ({"tiers": ["silver"]}, {}),
    ],
)
def test_conditions_choose_orders_and_lines(conditions: dict[str, object], lines: dict[UUID, list[int]]) -> None:
    rule = Rule(UUID(int=10), "base", "spend", points=1, per_minor=100, conditions=conditions)
    assert by_line(ORDER, rule) == lines


def test_conditions_nobody_knows_are_named() -> None:
    assert check_conditions({"chanels": ["web"], "first_order": "yes", "minimum_minor": -1}) == [
        "There is no condition called chanels.",
        "first_order is yes or no.",
        "minimum_minor is an amount in minor units, not negative.",
    ]
    assert check_conditions({"channels": ["web"], "minimum_minor": 5_000}) == []


@pytest.mark.parametrize(
    ("earned", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 3, 15), 12, date(2027, 3, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_end_where_they_end(earned: date, months: int, last: date) -> None:
    assert add_months(earned, months) == last


def test_points_last_to_the_end_of_the_day_where_the_brand_is() -> None:
    # 31 January late in New York is 1 February in UTC already
    earned = datetime(2026, 2, 1, 3, 0, tzinfo=UTC)
    assert expires_at(earned, 1, "America/New_York") == datetime(2026, 3, 1, 5, 0, tzinfo=UTC)
    assert expires_at(earned, None, "UTC") is None


def test_worth_is_rounded_down_and_points_up() -> None:
    terms = Terms("USD", points=3, minor=1, minimum=1)
    assert (terms.worth(100), terms.points_for(33)) == (33, 99)
    half = Terms("USD", points=1, minor=1, minimum=100, step=100, max_share_pct=50)
    assert most_points(half, 10_000, total_minor=8_000) == 4_000
    assert most_points(half, 90, total_minor=8_000) == 0
    assert refuse_burn(half, 4_100, amount_minor=4_100, total_minor=8_000).code == "points_over_share"  # type: ignore[union-attr]
    assert refuse_burn(half, 4_000, amount_minor=4_000, total_minor=8_000) is None


def test_points_come_back_in_proportion_and_all_with_the_last_cent() -> None:
    assert [points_back(100, captured_minor=33, refunded_minor=cents) for cents in (10, 20, 33)] == [30, 60, 100]


def test_lines_share_the_lots_and_give_back_their_own_first() -> None:
    a, b, dress, hat = uuid4(), uuid4(), UUID(int=5), UUID(int=6)
    shares = share_over_lines([(a, 300), (b, 100)], [(dress, 5_000), (hat, 3_000)])
    assert shares == [Share(a, dress, 250), Share(a, hat, 50), Share(b, hat, 100)]
    # the hat went back: its 150
    assert give_back_shares(shares, restored={}, due={dress: 0, hat: 150}, amount=150) == [
        Share(a, hat, 50),
        Share(b, hat, 100),
    ]
    # reverse of tender gives more back than the hat's part: the rest from the dress's
    assert give_back_shares(shares, restored={}, due={hat: 150}, amount=170)[0] == Share(a, dress, 20)
    # and never the same twice
    again = give_back_shares(shares, restored={(a, hat): 50, (b, hat): 100}, due={hat: 150, dress: 250}, amount=250)
    assert again == [Share(a, dress, 250)]


def test_what_a_line_earned_goes_back_with_its_units() -> None:
    assert [due_back(7, gone=gone, quantity=2) for gone in (1, 2)] == [3, 7]


@given(
    st.lists(st.integers(0, 50_000), min_size=1, max_size=6),
    st.integers(1, 20),
    st.integers(1, 500),
    st.decimals(1, 5, places=2),
)
def test_lines_sum_to_what_the_order_earned(nets: list[int], points: int, per_minor: int, factor: Decimal) -> None:
    order = EarnOrder(
        [EarnLine(UUID(int=i + 1), net) for i, net in enumerate(nets)], "web", datetime(2026, 3, 1, tzinfo=UTC)
    )
    spend = Rule(UUID(int=90), "spend", "spend", points=points, per_minor=per_minor)
    more = Rule(UUID(int=91), "more", "multiplier", factor=factor)
    base = sum(nets) * points // per_minor
    accruals = earn(order, [spend, more])
    assert sum(each.points for each in accruals if each.rule_id == spend.id) == base
    assert sum(each.points for each in accruals if each.rule_id == more.id) == int(base * (factor - 1))
    assert all(each.points > 0 for each in accruals)


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=5),
    st.lists(st.integers(0, 9_000), min_size=1, max_size=5),
    st.lists(st.integers(0, 4), max_size=6),
)
def test_however_it_comes_back_every_lot_gets_its_own_and_no_more(
    lots: list[int], costs: list[int], steps: list[int]
) -> None:
    uses = [(UUID(int=i + 1), amount) for i, amount in enumerate(lots)]
    lines = [(UUID(int=i + 100), cost) for i, cost in enumerate(costs)]
    shares = share_over_lines(uses, lines)
    assert sum(share.amount for share in shares) == sum(lots)
    restored: dict[tuple[UUID, UUID | None], int] = {}
    total = sum(lots)
    for step in [*steps, 4]:
        done = sum(restored.values())
        amount = max(0, total * step // 4 - done)
        due = {line: total for line, _ in lines[: step + 1]}
        for share in give_back_shares(shares, restored=restored, due=due, amount=amount):
            key = (share.lot_id, share.line_id)
            restored[key] = restored.get(key, 0) + share.amount
        assert sum(restored.values()) == done + amount
    by_lot: dict[UUID, int] = {}
    for (lot, _), amount in restored.items():
        by_lot[lot] = by_lot.get(lot, 0) + amount
    assert by_lot == dict(uses)
