"""May we send this to them, and why."""

from datetime import timedelta

import pytest

from customers.models import Consent
from customers.queries.permission import list_permissions, may_send
from customers.services.consent import give_consent, release_address, suppress_address, withdraw_consent
from customers.services.merging import merge_customers, undo_merge
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def give(customer, channel="email", purpose="marketing", *, wording="2026-01", at=None):
    return give_consent(
        customer_id=customer.pk, channel=channel, purpose=purpose, wording=wording, source="checkout",
        proof={"form": "checkout"}, by=SYSTEM, at=at or now(),
    )  # fmt: skip


def withdraw(customer, channel="email", purpose="marketing", *, at=None):
    return withdraw_consent(
        customer_id=customer.pk, channel=channel, purpose=purpose, source="preferences", by=SYSTEM, at=at or now()
    )


def code(customer, channel="email", purpose="marketing", *, at=None):
    return may_send(customer_id=customer.pk, channel=channel, purpose=purpose, at=at or now()).code


def facts(name):
    return list(Event.objects.filter(name=name))


@pytest.mark.parametrize(
    ("channel", "purpose", "expected"),
    [
        ("email", "marketing", "no_consent"),
        ("sms", "marketing", "no_address"),
        ("push", "marketing", "no_consent"),
        ("mail", "marketing", "no_consent"),
        ("inbox", "marketing", "allowed"),
        ("tablet", "marketing", "allowed"),
        ("ads", "advertising", "no_consent"),
        ("social", "photos", "no_consent"),
        ("email", "transactional", "allowed"),
        ("inbox", "advertising", "no_consent"),
    ],
)
def test_who_never_said_a_word(channel, purpose, expected):
    assert code(CustomerFactory(email="suzie@example.com"), channel, purpose) == expected


def test_a_yes_holds_until_a_no_and_the_past_stays_as_it_was():
    # given a yes an hour ago and a no now
    suzie = CustomerFactory(email="suzie@example.com")
    then = now() - timedelta(hours=1)
    give(suzie, at=then)
    withdraw(suzie)
    # then it is no now, and was yes half an hour ago, and nothing before
    assert code(suzie) == "withdrawn"
    assert code(suzie, at=then + timedelta(minutes=30)) == "allowed"
    assert code(suzie, at=then - timedelta(minutes=1)) == "no_consent"
    # and both stand in the ledger and on the timeline
    assert [row.state for row in Consent.objects.order_by("at")] == ["granted", "withdrawn"]
    assert len(facts("consent.given")) == len(facts("consent.withdrawn")) == 1


def test_the_same_yes_twice_is_one_and_new_words_are_kept_without_news():
    suzie = CustomerFactory(email="suzie@example.com")
    give(suzie)
    give(suzie)
    give(suzie, wording="2026-02")
    assert [row.wording for row in Consent.objects.order_by("at", "id")] == ["2026-01", "2026-02"]
    assert len(facts("consent.given")) == 1


def test_an_old_yes_that_comes_late_does_not_undo_a_no():
    suzie = CustomerFactory(email="suzie@example.com")
    withdraw(suzie)
    give(suzie, at=now() - timedelta(days=30))
    assert code(suzie) == "withdrawn"
    assert facts("consent.given") == []


def test_a_suppressed_address_gets_nothing_not_even_a_receipt():
    suzie = CustomerFactory(email="suzie@example.com")
    give(suzie)
    row = suppress_address(channel="email", address="Suzie@Example.com", reason="hard bounce", at=now())
    assert code(suzie) == code(suzie, purpose="transactional") == "suppressed"
    assert (
        may_send(customer_id=suzie.pk, channel="email", purpose="marketing", at=now()).reason
        == "The address is on the suppression list: hard bounce."
    )
    # and it is on her timeline, without the address
    (fact,) = facts("address.suppressed")
    assert fact.identity_id == suzie.pk and "suzie@" not in str(fact.data)
    # when staff take it off, her yes holds again
    assert release_address(suppression_id=row.pk, by=SYSTEM, at=now())
    assert code(suzie) == "allowed"
    assert not release_address(suppression_id=row.pk, by=SYSTEM, at=now())


def test_somebody_without_a_record_is_asked_of_by_address():
    assert may_send(
        customer_id=None, channel="email", purpose="transactional", address="a@example.com", at=now()
    ).allowed
    suppress_address(channel="email", address="a@example.com", reason="complaint", at=now())
    assert not may_send(
        customer_id=None, channel="email", purpose="transactional", address="A@example.com", at=now()
    ).allowed


def test_many_are_answered_in_one_statement(django_assert_num_queries):
    people = [CustomerFactory(email=f"p{n}@example.com") for n in range(4)]
    give(people[0])
    give(people[1])
    withdraw(people[1])
    suppress_address(channel="email", address="p2@example.com", reason="complaint", at=now())
    with django_assert_num_queries(1):
        found = list_permissions([p.pk for p in people], channel="email", purpose="marketing", at=now())
    assert [found[p.pk].code for p in people] == ["allowed", "withdrawn", "suppressed", "no_consent"]


def test_what_was_said_goes_with_a_merge_and_comes_back():
    guest, suzie = CustomerFactory(email="suzie@example.com"), CustomerFactory(email="suzie@example.com")
    give(guest)
    merge = merge_customers(from_id=guest.pk, to_id=suzie.pk, reason="same", by=SYSTEM, at=now())
    assert code(suzie) == "allowed"
    assert code(guest) == "allowed"  # who asks by the old id hears of the one it became
    undo_merge(merge_id=merge.pk, by=SYSTEM, at=now())
    assert code(suzie) == "no_consent"
    assert code(guest) == "allowed"
