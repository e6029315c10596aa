"""Prices in time: what holds at a moment follows from the spans alone; a change touches its span and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.queries import list_sellables
from catalog.rules.barcodes import check_digit, is_valid_barcode, same_gtin
from catalog.rules.pricing import PriceSpan, plan_none, plan_price, resolve_price
from catalog.rules.words import fold, query_words
from tests.catalog.factories import PriceFactory, VariantFactory

START = datetime(2030, 1, 1, tzinfo=UTC)
HOURS = st.integers(0, 40)
CHANGES = st.lists(st.tuples(HOURS, st.none() | st.integers(1, 12), st.integers(1, 5)), min_size=1, max_size=8)


def moment(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def apply(spans: list[PriceSpan], change) -> list[PriceSpan]:
    """What the database holds after a change, ids and all."""
    closed = {span.id: until for span, until in change.closed}
    gone = {span.id for span in change.withdrawn}
    kept = [
        PriceSpan(s.amount_minor, s.valid_from, closed.get(s.id, s.valid_until), s.is_sale, s.id)
        for s in spans
        if s.id not in gone
    ]
    first = max((s.id for s in spans), default=0) + 1
    return kept + [
        PriceSpan(s.amount_minor, s.valid_from, s.valid_until, s.is_sale, first + n)
        for n, s in enumerate(change.opened)
    ]


def price_at(spans, hour):
    return resolve_price(spans, moment(hour)).price_minor


@settings(deadline=None)
@given(CHANGES)
def test_a_price_holds_in_its_span_and_everything_else_stays(changes):
    # given any history of changes, each at its own hour or planned
    spans: list[PriceSpan] = []
    for begins, hours, amount in changes:
        until = moment(begins + hours) if hours else None
        before = {hour: price_at(spans, hour) for hour in range(60)}
        planned = [h for h in range(begins + 1, 61) if any(s.valid_from == moment(h) for s in spans)]
        ends = begins + hours if hours else (planned[0] if planned else 60)
        # when one more is made
        spans = apply(spans, plan_price(spans, PriceSpan(amount, moment(begins), until)))
        # then it holds exactly in its span
        for hour in range(60):
            assert price_at(spans, hour) == (amount if begins <= hour < ends else before[hour])
        # and no two hold at once
        for hour in range(60):
            assert sum(span.holds(moment(hour)) for span in spans) <= 1
        # and every row runs forward
        assert all(s.valid_until is None or s.valid_until > s.valid_from for s in spans)


@settings(deadline=None)
@given(CHANGES, HOURS, st.integers(1, 5))
def test_saying_what_stands_changes_nothing(changes, begins, amount):
    spans: list[PriceSpan] = []
    for at, hours, value in changes:
        spans = apply(spans, plan_price(spans, PriceSpan(value, moment(at), moment(at + hours) if hours else None)))
    wanted = PriceSpan(amount, moment(begins), None)
    spans = apply(spans, plan_price(spans, wanted))
    assert not plan_price(spans, wanted)


@settings(deadline=None)
@given(CHANGES, HOURS)
def test_ending_all_leaves_none_from_then_and_history_before(changes, now):
    spans: list[PriceSpan] = []
    for at, hours, value in changes:
        spans = apply(spans, plan_price(spans, PriceSpan(value, moment(at), moment(at + hours) if hours else None)))
    before = {hour: price_at(spans, hour) for hour in range(now)}
    after = apply(spans, plan_none(spans, moment(now)))
    assert all(price_at(after, hour) is None for hour in range(now, 60))
    assert {hour: price_at(after, hour) for hour in range(now)} == before


@settings(deadline=None)
@given(CHANGES, CHANGES, HOURS)
def test_a_resolved_price_holds_until_it_says(listed, reduced, now):
    spans: list[PriceSpan] = []
    for is_sale, changes in ((False, listed), (True, reduced)):
        kind: list[PriceSpan] = []
        for at, hours, value in changes:
            kind = apply(
                kind, plan_price(kind, PriceSpan(value, moment(at), moment(at + hours) if hours else None, is_sale))
            )
        spans += kind
    resolved = resolve_price(spans, moment(now))
    for hour in range(now, 60):
        if resolved.until is not None and moment(hour) >= resolved.until:
            break
        again = resolve_price(spans, moment(hour))
        assert (again.price_minor, again.list_price_minor) == (resolved.price_minor, resolved.list_price_minor)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(listed=CHANGES, reduced=CHANGES, now=HOURS)
def test_the_statement_carts_use_agrees_with_the_rule(listed, reduced, now):
    # given random spans of both kinds in the database
    variant = VariantFactory(price_minor=False)
    spans: list[PriceSpan] = []
    for is_sale, changes in ((False, listed), (True, reduced)):
        kind: list[PriceSpan] = []
        for at, hours, value in changes:
            kind = apply(
                kind, plan_price(kind, PriceSpan(value, moment(at), moment(at + hours) if hours else None, is_sale))
            )
        spans += kind
    for span in spans:
        PriceFactory(
            variant=variant,
            amount_minor=span.amount_minor,
            is_sale=span.is_sale,
            valid_from=span.valid_from,
            valid_until=span.valid_until,
        )
    # then both tell the same price, list price and boundary
    expected, found = resolve_price(spans, moment(now)), list_sellables([variant.id], "USD", moment(now))[variant.id]
    assert (found.price_minor, found.list_price_minor, found.price_until) == (
        expected.price_minor,
        expected.list_price_minor,
        expected.until,
    )


@pytest.mark.parametrize("code", ["4006381333931", "036000291452", "96385074", "00012345600012", "SHELF-7"])
def test_good_barcodes(code):
    assert is_valid_barcode(code)


@pytest.mark.parametrize("code", ["4006381333930", "123", "", "40063813339 1", "٤٠٠٦٣٨١٣٣٣٩٣١", "A" * 33, "-1"])
def test_bad_barcodes(code):
    assert not is_valid_barcode(code)


@settings(deadline=None)
@given(st.integers(0, 10**12 - 1))
def test_one_wrong_digit_is_always_found(number):
    body = f"{number:012d}"
    code = body + check_digit(body)
    assert is_valid_barcode(code) and code in same_gtin(code)
    for place in range(13):
        wrong = code[:place] + str((int(code[place]) + 1) % 10) + code[place + 1 :]
        assert not is_valid_barcode(wrong)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert len(query_words(text)) <= 8
