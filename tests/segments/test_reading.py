"""What is wrong with a rule is said at its place, in plain words, all at once."""

from typing import Any

import pytest

from campaigns.segments.errors import TreeInvalid
from campaigns.segments.rules.explain import explain
from campaigns.segments.rules.reading import read_tree
from campaigns.segments.rules.vocabulary import Known

KNOWN = Known(
    events=frozenset({"Product Viewed"}),
    categories=frozenset({"women/jackets"}),
    products=frozenset(),
    stores=frozenset(),
    segments={"a": ("b",), "b": ("c",), "c": ()},
    labels=frozenset({"tier"}),
)


def problems(tree: Any, own_key: str = "") -> dict[str, str]:
    with pytest.raises(TreeInvalid) as refused:
        read_tree(tree, KNOWN, own_key=own_key)
    return {row.pointer: row.code for row in refused.value.problems}


def nested(depth: int) -> Any:
    tree: Any = {"kind": "cart"}
    for _ in range(depth):
        tree = {"all": [tree]}
    return tree


@pytest.mark.parametrize(
    ("tree", "pointer", "code"),
    [
        ({"all": []}, "/all", "group_empty"),
        (nested(7), "/all/0/all/0/all/0/all/0/all/0/all/0", "rule_too_deep"),
        ({"all": [{"kind": "moon"}]}, "/all/0/kind", "condition_kind_unknown"),
        ({"kind": "event", "name": "Moon Viewed"}, "/name", "event_unknown"),
        ({"kind": "event", "name": "Product Viewed", "window": {"last_days": 0}}, "/window/last_days", "window_zero"),
        ({"kind": "event", "name": "Product Viewed", "window": {"last_days": 9999}}, "/window/last_days", "window_too_long"),
        ({"kind": "order", "window": {"from": "2026-03-01", "to": "2026-03-01"}}, "/window/to", "window_zero"),
        ({"kind": "profile", "field": "shoe", "op": "is", "value": "9"}, "/field", "field_unknown"),
        ({"kind": "profile", "field": "city", "op": "is", "value": ""}, "/value", "text_expected"),
        ({"kind": "order", "goods": {"categories": ["men"]}}, "/goods/categories/0", "category_unknown"),
        ({"kind": "order", "count": {"op": ">=", "value": -1}}, "/count/value", "number_negative"),
        ({"kind": "order", "count": {"op": ">=", "value": 10**400}}, "/count/value", "number_expected"),
        ({"kind": "order", "spend": {"op": ">=", "value": 1}}, "/currency", "currency_expected"),
        ({"kind": "points", "unit": "points", "amount": None}, "/amount", "comparison_expected"),
        ({"kind": "segment", "segment": "nobody"}, "/segment", "segment_unknown"),
        ({"kind": "label", "label": "moon"}, "/label", "label_unknown"),
        ({"kind": "cart", "colour": "red"}, "/colour", "unknown_field"),
        ({"kind": "event", "name": "Product Viewed", "where": [{"field": "a;b", "op": "exists"}]}, "/where/0/field", "property_unknown"),
        ({"all": [{"kind": "cart"}] * 41}, "/all", "rule_too_large"),
        ([], "", "condition_unreadable"),
    ],
)  # fmt: skip
def test_each_problem_has_its_place(tree: Any, pointer: str, code: str):
    assert problems(tree)[pointer] == code


def test_a_segment_may_not_ask_for_itself_not_even_through_others():
    assert problems({"kind": "segment", "segment": "a"}, own_key="c") == {"/segment": "segment_circular"}
    assert problems({"not": {"kind": "segment", "segment": "c"}}, own_key="c") == {"/not/segment": "segment_circular"}
    read_tree({"kind": "segment", "segment": "c"}, KNOWN, own_key="a")


def test_all_problems_are_told_at_once():
    tree = {"any": [{"kind": "event", "name": ""}, {"kind": "order", "window": {"last_days": 0}}]}
    assert problems(tree) == {"/any/0/name": "text_expected", "/any/1/window/last_days": "window_zero"}


def test_a_category_may_be_said_by_its_names():
    rule = {"kind": "order", "goods": {"categories": ["Women > Jackets"]}}
    assert read_tree(rule, KNOWN).goods.categories == ("women/jackets",)


def test_what_is_typed_never_becomes_sql():
    from campaigns.segments.rules.compile import compile_tree, members_sql
    from omnichannel.kernel.clock import now

    nasty = "x'); DROP TABLE customers_customer; --"
    tree = read_tree(
        {
            "all": [
                {"kind": "profile", "field": "city", "op": "contains", "value": nasty},
                {"kind": "event", "name": nasty, "where": [{"field": "price", "op": "is", "value": nasty}]},
                {"kind": "label", "label": nasty, "key": nasty},
            ]
        }
    )
    compiled = compile_tree(tree, at=now())
    assert "DROP" not in members_sql(compiled)
    assert nasty in compiled.params.values()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"kind": "profile", "field": "email", "op": "contains", "value": "@example"}, "has an email address with “@example”"),
        ({"kind": "profile", "field": "city", "op": "is", "value": "Porto"}, "has a city of “Porto”"),
        ({"kind": "profile", "field": "created_at", "op": "within", "days": 30}, "became a customer in the last 30 days"),
        ({"kind": "profile", "field": "created_at", "op": "older", "days": 1}, "became a customer over a day ago"),
        ({"kind": "profile", "field": "email_verified_at", "op": "missing"}, "never proved their email address"),
        ({"kind": "identity", "identity": "email"}, "has an email address"),
        ({"kind": "event", "name": "cart.line_added"}, "put something into the cart"),
        (
            {"kind": "event", "name": "Product Removed", "where": [{"field": "category", "op": "is", "value": "jackets"}]},
            "removed Jackets from a cart",
        ),
        (
            {"kind": "event", "name": "order.placed", "where": [{"field": "category", "op": "is", "value": "jackets"}]},
            "placed an order with Jackets",
        ),
        ({"kind": "event", "name": "order.placed"}, "placed an order"),
    ],
)  # fmt: skip
def test_a_rule_is_said_back_in_whole_english(condition: dict[str, Any], words: str):
    assert explain(read_tree(condition)) == f"Everyone who {words}."
