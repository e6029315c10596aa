"""Touches and their credits: the worked numbers of docs/algorithms/attribution.md, and what holds for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insights.rules.attribution import Model, share_out
from insights.rules.touches import Happened, Kind, touches_before
from insights.states import AttributionModel, TouchKind

NOON = datetime(2026, 6, 20, 12, tzinfo=UTC)


def happened(
    name: str = "page", *, after: timedelta = timedelta(0), channel: str = "web", **context: object
) -> Happened:
    return Happened(uuid4(), name, NOON + after, channel, None, context, {})


def test_the_rules_speak_the_words_that_are_kept():
    assert list(Model) == AttributionModel.values
    assert list(Kind) == TouchKind.values


def days_before(*days: float) -> list[datetime]:
    return [NOON - timedelta(days=day) for day in days]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Model.FIRST, [10_000, 0, 0, 0]),
        (Model.LAST, [0, 0, 0, 10_000]),
        (Model.LINEAR, [2_500, 2_500, 2_500, 2_500]),
        # weights 1/8, 1/4, 1/2, 1: fifteenths 1, 2, 4, 8
        (Model.TIME_DECAY, [667, 1_333, 2_667, 5_333]),
        (Model.POSITION, [4_000, 1_000, 1_000, 4_000]),
    ],
)
def test_the_worked_example_of_each_model(model, expected):
    # given an order of $100.00 and touches 21, 14, 7 and 0 days before it
    shares = share_out(model, amount_minor=10_000, at=days_before(21, 14, 7, 0), converted_at=NOON)
    # then each model shares it out as the page says
    assert shares == expected


def test_position_of_one_touch_is_all_and_of_two_is_half_each():
    for at, expected in ((days_before(3), [999]), (days_before(3, 1), [500, 499])):
        assert share_out(Model.POSITION, amount_minor=999, at=at, converted_at=NOON) == expected


@given(
    model=st.sampled_from(list(Model)),
    amount=st.integers(0, 10**9),
    ages=st.lists(st.floats(0, 400), min_size=1, max_size=40),
)
def test_credits_sum_to_the_order_and_none_is_negative(model, amount, ages):
    shares = share_out(model, amount_minor=amount, at=days_before(*sorted(ages, reverse=True)), converted_at=NOON)
    assert sum(shares) == amount
    assert min(shares) >= 0


def test_pages_after_an_ad_click_are_one_sitting_and_a_later_visit_another():
    # given an ad click, two pages within the half hour, and a visit the next day
    touches = touches_before(
        [
            happened(utm_source="google", utm_medium="cpc", utm_campaign="summer", gclid="abc"),
            happened(after=timedelta(minutes=10)),
            happened("Product Viewed", after=timedelta(minutes=35)),
            happened(after=timedelta(days=1)),
        ]
    )
    # then there are two touches: the ad with its three events, and a direct one
    assert [(t.kind, t.campaign, t.event_count) for t in touches] == [
        (Kind.AD, "summer", 3),
        (Kind.DIRECT, "", 1),
    ]


def test_a_lead_within_a_sitting_is_a_touch_of_its_own():
    touches = touches_before(
        [happened(), happened(after=timedelta(minutes=1), utm_source="instagram", utm_medium="social")]
    )
    assert [t.kind for t in touches] == [Kind.DIRECT, Kind.SOCIAL]


def test_a_postcard_says_where_it_came_from_by_its_source_alone():
    touches = touches_before([happened(utm_source="postcard")])
    assert [(t.kind, t.source) for t in touches] == [(Kind.MAIL, "postcard")]


def test_walking_into_the_store_is_a_touch_even_minutes_after_the_phone():
    touches = touches_before(
        [
            happened(channel="mobile"),
            happened("cart.line_added", after=timedelta(minutes=5), channel="tablet"),
            happened(after=timedelta(minutes=8), channel="mobile"),
        ]
    )
    assert [t.kind for t in touches] == [Kind.APP, Kind.STORE, Kind.APP]


def test_segment_campaign_contexts_and_flat_ones_read_the_same():
    nested = happened(campaign={"source": "newsletter", "medium": "email", "name": "june"})
    flat = happened(utm_source="newsletter", utm_medium="email", utm_campaign="june")
    assert {t.origin for t in touches_before([nested])} == {t.origin for t in touches_before([flat])}


def test_our_own_pages_lead_nowhere_and_a_search_engine_does():
    own = happened(page={"url": "https://shop.example/a", "referrer": "https://shop.example/b"})
    search = happened(page={"url": "https://shop.example/a", "referrer": "https://www.google.com/"})
    assert [t.kind for t in touches_before([own])] == [Kind.DIRECT]
    assert [t.kind for t in touches_before([search])] == [Kind.SEARCH]


def test_what_the_system_does_is_no_touch():
    assert touches_before([happened("cart.line_added", channel="system")]) == []
