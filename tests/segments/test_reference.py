"""The compiled statement equals the slow reading, over random rules and histories."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.segments.queries.asking import ask, count_tree, list_matching_ids
from campaigns.segments.queries.members import explain, matches, sample_tree
from campaigns.segments.rules.reading import read_tree
from campaigns.segments.rules.reasons import holds
from campaigns.segments.rules.tree import conditions_of
from omnichannel.kernel.clock import now
from tests.segments.histories import make_histories
from tests.segments.reference import Histories
from tests.segments.rules_strategy import trees

AT = now().replace(microsecond=0)


class _Undo(Exception):
    pass


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), seed=st.integers(0, 2**32))
def test_the_statement_says_what_the_slow_reading_says(data: st.DataObject, seed: int) -> None:
    try:
        with transaction.atomic():
            told = make_histories(seed, AT)
            for _ in range(3):
                _agree(data.draw(trees(told, AT)), told)
            raise _Undo
    except _Undo:
        pass


def _agree(tree: Any, told: Histories) -> None:
    expected = told.members(tree, AT)
    asked = [row for row in told.customers if not row["merged"]]
    # everyone at once
    assert {str(pk) for pk in list_matching_ids(tree, at=AT)} == expected
    # counted, and each condition alone
    counted = count_tree(tree, at=AT)
    node = read_tree(tree)
    assert (counted.count, counted.of) == (len(expected), len(asked))
    for pointer, _ in conditions_of(node):
        alone = _at(tree, pointer)
        assert counted.alone[pointer] == len(told.members(alone, AT)), pointer
    # one by one, with answers that lead to the same verdict
    rows = ask(tree, customer_ids=[row["id"] for row in told.customers], at=AT)
    assert {str(row.customer_id) for row in rows if row.inside} == expected
    assert len(rows) == len(told.customers)
    for row in rows:
        if str(row.customer_id) != told.customers[0]["id"]:
            assert holds(node, row.answers) is row.inside
        # the clock alone changes nothing before `next_at`
        if row.next_at is not None:
            assert row.next_at > AT
    _agree_before_the_next_moment(tree, told, rows)
    # said in words
    assert explain(tree).startswith("Everyone who ")
    for sample in sample_tree(tree, 3, at=AT):
        assert sample.reasons and str(sample.customer_id) in expected
    inside, reason = matches(tree, asked[0]["id"], AT)
    assert inside is (asked[0]["id"] in expected) and reason


def _agree_before_the_next_moment(tree: Any, told: Histories, rows: Any) -> None:
    """Whoever the clock alone moves within two years is announced, to the second."""
    told = told.until(AT)
    people = {row["id"]: row for row in told.customers if not row["merged"]}
    for row in rows:
        customer = people.get(str(row.customer_id))
        if customer is None:
            continue
        until = row.next_at or AT + timedelta(days=800)
        for moment in (AT + (until - AT) / 2, until - timedelta(seconds=1)):
            assert told.holds(tree, customer, moment) is row.inside, (moment, row.next_at)


def _at(tree: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        tree = tree[int(step)] if step.isdigit() else tree[step]
    return tree
