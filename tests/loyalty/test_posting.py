"""What comes into the ledger, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from loyalty.errors.ledger import NotEnoughPoints, PointsNotPositive
from loyalty.models import Account, Entry, Journal, Lot
from loyalty.queries.balances import find_balance
from loyalty.services.holding import hold_points
from loyalty.services.lapsing import expire_due, release_due
from loyalty.services.posting import adjust_points, claw_back
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, ProgrammeFactory, give, give_credit

pytestmark = pytest.mark.django_db


def test_points_given_stand_in_a_lot_and_in_entries_that_sum_to_zero() -> None:
    # given a programme in which 100 points are worth a dollar
    ProgrammeFactory()
    suzie = CustomerFactory()
    at = now()
    # when she is given 250 points for a year
    give(suzie.pk, 250, at=at, expires_at=at + timedelta(days=365))
    # then
    balance = find_balance(suzie.pk, at)
    assert (balance.points_active, balance.points_available, balance.worth_minor) == (250, 250, 250)
    assert balance.next_expiry == (250, at + timedelta(days=365))
    assert sorted(Entry.objects.values_list("book", "amount")) == [("active", 250), ("issued", -250)]
    assert Lot.objects.get().remaining == 250


def test_the_same_reference_is_booked_once() -> None:
    suzie = CustomerFactory()
    from loyalty.services.posting import grant_points

    given = {"customer_id": suzie.pk, "points": 10, "reason": "Hello", "reference": "hello:1", "by": BY, "at": now()}
    assert grant_points(**given) is True
    assert grant_points(**given) is False
    assert find_balance(suzie.pk, now()).points_active == 10
    assert Journal.objects.count() == 1


@pytest.mark.parametrize("points", [0, -5])
def test_nothing_and_less_is_not_given(points: int) -> None:
    with pytest.raises(PointsNotPositive):
        give(CustomerFactory().pk, points)
    assert not Journal.objects.exists()


def test_the_past_is_not_changed_and_a_crooked_journal_is_refused() -> None:
    suzie = CustomerFactory()
    give(suzie.pk, 10)
    entry, journal = Entry.objects.filter(book="active").get(), Journal.objects.get()
    for statement in (
        lambda: Entry.objects.filter(pk=entry.pk).update(amount=20),
        lambda: Journal.objects.filter(pk=journal.pk).update(reason="x"),
        lambda: Entry.objects.filter(pk=entry.pk).delete(),
        lambda: Entry.objects.create(
            journal=journal, account=entry.account, book="active", unit="points", amount=5, at=now()
        ),
        lambda: Account.objects.update(balance=-1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            statement()
    assert Entry.objects.get(pk=entry.pk).amount == 10


def test_what_was_spent_is_owed_and_settled_from_what_comes_next() -> None:
    # given 100 points, 70 of them gone
    suzie = CustomerFactory()
    reference = give(suzie.pk, 100)
    adjust_points(customer_id=suzie.pk, points=-70, reason="Spent", reference="adjust:1", by=BY, at=now())
    # when all 100 are taken back, twice
    first = claw_back(reference=reference, reason="Returned", policy="debt", by=BY, at=now())
    again = claw_back(reference=reference, reason="Returned", policy="debt", by=BY, at=now())
    # then 30 are taken and 70 owed, once
    assert (first.taken, first.debt, first.forgiven) == (30, 70, 0)
    assert (again.taken, again.debt) == (30, 70)
    assert (find_balance(suzie.pk, now()).points_active, find_balance(suzie.pk, now()).points_debt) == (0, 70)
    # and the next 100 settle it first
    give(suzie.pk, 100)
    assert (find_balance(suzie.pk, now()).points_active, find_balance(suzie.pk, now()).points_debt) == (30, 0)


@pytest.mark.parametrize(
    ("policy", "other_left", "debt", "forgiven"),
    [("debt", 0, 20, 0), ("within_balance", 0, 0, 20), ("write_off", 50, 0, 70)],
)
def test_each_policy_goes_as_far_as_it_says(policy: str, other_left: int, debt: int, forgiven: int) -> None:
    # given a lot of 100 with 70 gone, and another of 50
    suzie = CustomerFactory()
    at = now()
    reference = give(suzie.pk, 100, at=at, expires_at=at + timedelta(days=10))
    adjust_points(customer_id=suzie.pk, points=-70, reason="Spent", reference="adjust:1", by=BY, at=at)
    give(suzie.pk, 50, at=at, expires_at=at + timedelta(days=20))
    # when
    result = claw_back(reference=reference, reason="Returned", policy=policy, by=BY, at=at)
    # then
    balance = find_balance(suzie.pk, at)
    assert (balance.points_active, balance.points_debt, result.forgiven) == (other_left, debt, forgiven)


def test_more_than_there_is_is_not_taken() -> None:
    suzie = CustomerFactory()
    give(suzie.pk, 10)
    with pytest.raises(NotEnoughPoints) as refused:
        adjust_points(customer_id=suzie.pk, points=-11, reason="x", reference="adjust:2", by=BY, at=now())
    assert refused.value.data == {"available": 10, "wanted": 11}
    assert Journal.objects.count() == 1


def test_credit_stands_apart_from_points_and_by_currency() -> None:
    ProgrammeFactory(currency="USD")
    suzie = CustomerFactory()
    give_credit(suzie.pk, 1500)
    give(suzie.pk, 5)
    balance = find_balance(suzie.pk, now())
    assert (balance.points_active, balance.credit_minor, balance.currency) == (5, 1500, "USD")


def test_a_figure_that_drifted_keeps_no_task_going_for_ever() -> None:
    # given an expired lot that says it is held though nothing holds it, and a hold that its account forgot
    ProgrammeFactory()
    at = now()
    suzie, nora = CustomerFactory(), CustomerFactory()
    give(suzie.pk, 40, at=at, expires_at=at + timedelta(days=1))
    Lot.objects.update(reserved=40)
    give(nora.pk, 40, at=at)
    hold_points(
        customer_id=nora.pk, cart_id=uuid7(), points=40, bill_minor=1_000, currency="USD", by=BY, at=at
    )  # fmt: skip
    Account.objects.update(held=0)
    # when time passes over both
    late = at + timedelta(days=2)
    # then there is nothing that can be done, which the nightly comparison tells
    assert (expire_due(limit=10, by=BY, at=late), release_due(limit=10, by=BY, at=late)) == (0, 0)
    found = {drift.check for drift in reconcile_ledger(repair=True, by=BY, at=late)}
    assert found == {"reserved_is_holds", "held_is_holds"}
    # and once it is put right both go their way
    assert (release_due(limit=10, by=BY, at=late), expire_due(limit=10, by=BY, at=late)) == (1, 1)
    assert reconcile_ledger(repair=False, by=BY, at=late) == []
