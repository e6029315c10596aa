"""Codes that survive being read aloud, and who is the same person."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.rules.codes import REFERRAL_ALPHABET, card_text, make_referral_code, read_card, read_referral_code
from loyalty.rules.sameness import (
    FirstOrder,
    Judgement,
    Traces,
    address_key,
    compare,
    email_key,
    judge_first_order,
    worth_kept,
)

NUMBERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_code_has_no_letter_that_is_misread_or_spells_a_word():
    assert not set("AEIOU01LV") & set(REFERRAL_ALPHABET)
    code = make_referral_code(lambda letters: letters[3])
    assert code == "5555-5555"


@given(st.lists(st.sampled_from(REFERRAL_ALPHABET), min_size=8, max_size=8), st.sampled_from(["", "-", " ", "."]))
def test_a_code_is_read_however_it_was_typed(letters: list[str], between: str):
    code = f"{''.join(letters[:4])}-{''.join(letters[4:])}"
    typed = between.join(letters).lower()
    assert read_referral_code(typed) == code
    assert read_referral_code(typed + "2") is None


@given(st.text(alphabet=NUMBERS, min_size=4, max_size=12), st.data())
def test_a_card_is_read_back_and_one_wrong_letter_is_noticed(number: str, data: st.DataObject):
    assert read_card(card_text(number)) == number == read_card(f"  {card_text(number).lower()} ")
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([letter for letter in NUMBERS if letter != number[place]]))
    wrong = number[:place] + other + number[place + 1 :]
    assert read_card(card_text(number).replace(number, wrong)) is None


@given(st.text(alphabet=string.printable, max_size=30))
def test_nothing_else_is_a_card(text: str):
    found = read_card(text)
    assert found is None or card_text(found) == text.strip().upper()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Suzie+shop@example.com", "suzie@example.com", True),
        ("s.u.zie@gmail.com", "suzie+x@googlemail.com", True),
        ("su.zie@example.com", "suzie@example.com", False),  # elsewhere dots are letters
        ("suzie@example.com", "suzie@example.org", False),
        ("+@example.com", "@example.com", False),
    ],
)
def test_addresses_that_reach_one_mailbox_are_one(one: str, other: str, same: bool):
    assert (email_key(one) == email_key(other)) is same


def test_an_address_is_the_same_in_other_words():
    plain = {"line1": "27 Spring Street", "line2": "Apartment 4", "postal_code": "04102", "country": "US"}
    written = {"line1": "27 SPRING st.", "line2": "apt 4", "postal_code": "04102 ", "country": "us", "city": "Portland"}
    assert address_key(plain) == address_key(written) == "27 spring st apt 4|04102|US"
    assert address_key({**plain, "line2": "Apartment 5"}) != address_key(plain)
    assert address_key({"line1": "27 Spring Street"}) == ""


NOBODY = Traces()


def judged(order: FirstOrder, member: Traces = NOBODY, friend: Traces = NOBODY, **more: int) -> Judgement:
    limits = {"minimum_minor": 0, "recent": 1, "velocity_limit": 3, **more}
    return judge_first_order(order, member=member, friend=friend, **limits)


def test_what_only_looks_like_one_person_waits_and_what_the_terms_exclude_is_refused():
    flat = Traces(addresses=frozenset({"27 spring st|04102|US"}), phones=frozenset({"12075550131"}))
    assert judged(FirstOrder(3900)) == Judgement()
    assert judged(FirstOrder(3900), flat, flat) == Judgement(flagged=["same_phone", "same_address"])
    assert judged(FirstOrder(3900), recent=4) == Judgement(flagged=["velocity"])
    assert judged(FirstOrder(3900, is_own=True), flat, flat) == Judgement(refused=["own_code"])
    assert judged(FirstOrder(3900, bought_before=True, invited_the_member=True)).refused == [
        "existing_customer",
        "circular",
    ]
    assert judged(FirstOrder(2499), minimum_minor=2500).refused == ["below_minimum"]
    assert judged(FirstOrder(0)).refused == ["below_minimum"]


def test_what_nobody_has_is_nothing_in_common():
    assert compare(Traces(emails=frozenset({""}), devices=frozenset()), Traces(emails=frozenset({""}))) == []


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9), st.integers(0, 99_999)), max_size=6))
def test_what_is_kept_is_never_worth_more_than_what_was_bought(lines: list[tuple[int, int, int]]):
    lines = [(quantity, min(kept, quantity), worth) for quantity, kept, worth in lines]
    everything = worth_kept([(quantity, quantity, worth) for quantity, _, worth in lines])
    assert 0 <= worth_kept(lines) <= everything == sum(worth for _, _, worth in lines)
    assert worth_kept([(quantity, 0, worth) for quantity, _, worth in lines]) == 0
