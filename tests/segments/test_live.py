"""Membership follows what people do, and the clock; entries and exits are facts with a reason."""

from datetime import timedelta

import pytest

from campaigns.segments.models import Recheck, Segment
from campaigns.segments.queries.members import list_member_ids
from campaigns.segments.services import membership, saving
from campaigns.segments.states import SegmentState
from customers.models import Identity, Label
from customers.services.merging import merge_customers
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.segments.conftest import NEWCOMERS_RULE, VIEWED_TWICE, Shop

FOLLOW = "segments.follow"


def facts_of(name: str) -> list[Event]:
    return list(Event.objects.filter(name=name).order_by("id"))


@pytest.mark.django_db(transaction=True)
def test_an_event_moves_the_person_and_nobody_else():
    # given a live segment, somebody who looked once, and somebody who never did
    from tests.segments.conftest import make_shop

    shop = make_shop()
    suzie, other = shop.person(), shop.person("Amara Diallo")
    shop.view(suzie)
    segment = shop.live(VIEWED_TWICE)
    assert list_member_ids(segment.pk) == []
    # when she looks again, delivered twice
    event = shop.view(suzie)
    deliver_due(handler=FOLLOW)
    from omnichannel.events.models import Delivery

    Delivery.objects.create(handler=FOLLOW, queue="reactions", event_ids=[event.pk])
    deliver_due(handler=FOLLOW)
    # then she is in it, once, with the reason, and it is a fact
    assert list_member_ids(segment.pk) == [suzie.pk]
    label = Label.objects.get(kind="segment", key=segment.key)
    assert label.reason.startswith("Looked at Jackets 2 times, last on ")
    [entered] = facts_of("segment.entered")
    assert entered.identity_id == suzie.pk
    assert (entered.data["segment_key"], entered.data["how"]) == (segment.key, "event")
    assert entered.data["reason"] == label.reason
    assert not Label.objects.filter(customer=other).exists()
    segment.refresh_from_db()
    assert segment.member_count == 1


def test_leaving_a_time_window_needs_no_event(shop: Shop):
    # given two views, the older almost seven days old
    suzie = shop.person()
    shop.view(suzie, ago=timedelta(days=7) - timedelta(seconds=30))
    shop.view(suzie, ago=timedelta(days=1))
    segment = shop.live(VIEWED_TWICE)
    entered = now()
    assert list_member_ids(segment.pk) == [suzie.pk]
    # when the clock passes the end of the window
    assert membership.tick(at=now()) == 0
    late = now() + timedelta(seconds=40)
    assert membership.tick(at=late) == 1
    # then she is out, with the reason, and was in it a moment ago
    assert list_member_ids(segment.pk) == []
    assert list_member_ids(segment.pk, at=entered) == [suzie.pk]
    assert list_member_ids(segment.pk, at=late) == []
    [left] = facts_of("segment.left")
    assert (left.data["how"], left.identity_id) == ("clock", suzie.pk)
    assert left.data["reason"].startswith("Looked at Jackets on ")
    # and asking again costs nothing until the next window ends
    assert membership.tick(at=late) == 0
    assert Recheck.objects.get().due_at > late


def test_a_silence_begins_by_the_clock_too(shop: Shop):
    # given somebody whose last order is almost 60 days old, and a rule for those who did not buy since
    suzie = shop.person()
    shop.buy(suzie, shop.jacket, ago=timedelta(days=60) - timedelta(seconds=20))
    quiet = {"kind": "order", "did": False, "window": {"last_days": 60}}
    segment = shop.live(quiet)
    assert list_member_ids(segment.pk) == []
    # when the time is up
    membership.tick(at=now() + timedelta(seconds=30))
    # then she is in it without having done anything
    assert list_member_ids(segment.pk) == [suzie.pk]


@pytest.mark.django_db(transaction=True)
def test_anonymous_history_counts_from_the_moment_it_is_known_whose_it_is():
    from django.db import transaction

    from customers.facts import CustomerIdentified
    from omnichannel.events.services import record
    from tests.segments.conftest import make_shop

    shop = make_shop()
    # given a visitor's two views
    suzie = shop.person()
    visitor = Identity.objects.create(kind="anonymous", value="visitor-1")
    for _ in range(2):
        shop.track(visitor.pk, "Product Viewed", om_product_id=str(shop.jacket.pk))
    segment = shop.live(VIEWED_TWICE)
    deliver_due(handler=FOLLOW)
    assert list_member_ids(segment.pk) == []
    # when the visit turns out to be hers
    Identity.objects.filter(pk=visitor.pk).update(customer=suzie)
    with transaction.atomic():
        fact = CustomerIdentified(customer_id=suzie.pk, identity_id=visitor.pk, kind="anonymous", how="log_in")
        record(fact, by=SYSTEM, at=now())
    deliver_due(handler=FOLLOW)
    # then she is in it
    assert list_member_ids(segment.pk) == [suzie.pk]


@pytest.mark.django_db(transaction=True)
def test_a_merged_record_leaves_and_its_history_counts_for_the_other():
    from django.db import transaction

    from tests.segments.conftest import make_shop

    shop = make_shop()
    one, two = shop.person(), shop.person("Suzie L")
    shop.view(one)
    shop.view(two)
    shop.view(two)
    segment = shop.live(VIEWED_TWICE)
    assert list_member_ids(segment.pk) == [two.pk]
    with transaction.atomic():
        merge_customers(from_id=two.pk, to_id=one.pk, reason="same person", by=SYSTEM, at=now())
    deliver_due(handler=FOLLOW)
    assert list_member_ids(segment.pk) == [one.pk]


def test_an_echo_of_our_own_fact_is_not_counted(shop: Shop):
    suzie = shop.person()
    shop.view(suzie)
    echo = shop.view(suzie)
    Event.objects.filter(pk=echo.pk).update(kind="echo")
    assert list_member_ids(shop.live(VIEWED_TWICE).pk) == []


def test_a_new_rule_moves_people_when_it_is_built(shop: Shop):
    suzie, lena = shop.person(), shop.person("Lena Fischer")
    for _ in range(2):
        shop.view(suzie)
    shop.buy(lena, shop.dress)
    segment = shop.live(VIEWED_TWICE)
    saving.save_rule(segment_id=segment.pk, tree={"kind": "order"}, by=SYSTEM, at=now())
    assert list_member_ids(segment.pk) == [suzie.pk]
    # the message to the worker was lost: the beat finds it
    membership.build_due(at=now())
    assert list_member_ids(segment.pk) == [lena.pk]
    segment.refresh_from_db()
    assert (segment.version, segment.built_version, segment.member_count) == (2, 2, 1)
    assert [row.data["how"] for row in facts_of("segment.left")] == ["rule"]


def test_an_archived_segment_has_nobody_and_is_not_asked(shop: Shop):
    suzie = shop.person()
    shop.view(suzie, ago=timedelta(days=6))
    shop.view(suzie)
    segment = shop.live(VIEWED_TWICE)
    saving.change_state(segment_id=segment.pk, state=SegmentState.ARCHIVED, by=SYSTEM, at=now())
    assert list_member_ids(segment.pk) == []
    assert not Recheck.objects.exists()
    membership.tick(at=now() + timedelta(days=30))
    assert Segment.objects.get().member_count == 0


def test_the_clock_costs_what_is_due_and_not_what_there_is(shop: Shop, django_assert_num_queries):
    for n in range(5):
        person = shop.person(f"Person {n}")
        shop.view(person)
        shop.view(person)
    shop.live(VIEWED_TWICE)
    with django_assert_num_queries(1):
        assert membership.tick(at=now()) == 0


def test_the_newcomers_rule(shop: Shop):
    suzie, bought, poor = shop.person(), shop.person("Amara Diallo"), shop.person("Grace Kim")
    for person in (suzie, bought, poor):
        shop.view(person)
        shop.view(person)
    shop.owns(suzie, 120)
    shop.owns(bought, 50)
    shop.buy(bought, shop.jacket)
    segment = shop.live(NEWCOMERS_RULE)
    assert list_member_ids(segment.pk) == [suzie.pk]
    assert segment.sentence == (
        "Everyone who looked at Jackets 2 or more times in the last 7 days, did not buy Jackets in the last 60 days, "
        "and has at least 1 point."
    )
