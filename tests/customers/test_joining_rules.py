"""Whose history is this? Properties that hold for every story of claims."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.joining import BLOCKED_VALUES, LIMITS, Claim, Held, is_usable, judge, judge_alias

PEOPLE = [UUID(int=n) for n in range(1, 6)]
people = st.sampled_from(PEOPLE)
values = st.one_of(st.sampled_from(["phone-1", "tablet-2", "0", "null", "", "x" * 201]), st.text(max_size=20))
held = st.builds(
    Held,
    owner=st.none() | people,
    is_blocked=st.booleans(),
    of_customer=st.integers(0, 300),
    claimed_email_owner=st.none() | people,
)
claims = st.builds(
    Claim, kind=st.sampled_from(["anonymous", "social"]), value=values, customer_id=people, is_shared=st.booleans()
)


@given(claims, held)
@settings(max_examples=500, deadline=None)
def test_only_what_is_free_usable_and_undisputed_joins(claim, known):
    verdict = judge(claim, known)
    assert verdict.joins == (verdict.code == "joined")
    if verdict.joins:
        assert known.owner is None and not known.is_blocked and not claim.is_shared and is_usable(claim.value)
        assert known.claimed_email_owner in (None, claim.customer_id)
        assert known.of_customer < LIMITS[claim.kind]
    # nothing is ever taken from one person and given to another
    assert not (verdict.joins and known.owner is not None)


@given(st.lists(st.tuples(people, st.sampled_from(["a-1", "b-2"])), max_size=30))
@settings(max_examples=200, deadline=None)
def test_in_any_order_a_browser_belongs_to_one_person_at_most_for_ever(story):
    owners, blocked = {}, set()
    for person, value in story:
        known = Held(owner=owners.get(value), is_blocked=value in blocked)
        verdict = judge(Claim("anonymous", value, person), known)
        if verdict.joins:
            assert value not in owners
            owners[value] = person
        if verdict.blocks:
            blocked.add(value)
    # the first who claimed it has it; it is blocked exactly when somebody else did as well
    for value, owner in owners.items():
        claimed = [person for person, name in story if name == value]
        assert owner == claimed[0]
        assert (value in blocked) == (len(set(claimed)) > 1)


@pytest.mark.parametrize("value", sorted(BLOCKED_VALUES - {""}))
def test_values_that_stand_for_nobody_in_any_spelling(value):
    assert not is_usable(value) and not is_usable(f"  {value.upper()} ")


def test_an_alias_of_itself():
    assert judge_alias("a-1", "a-1") == "same"
    assert judge_alias("null", "a-1") == "blocked_value"
    assert judge_alias("a-1", "b-2") == ""
