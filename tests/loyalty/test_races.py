"""Races for points on real threads and a real database, and what happens without the lock."""

from collections import Counter
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from loyalty.errors.ledger import NotEnoughPoints
from loyalty.models import Account, Hold, Journal, Lot
from loyalty.queries.balances import find_balance
from loyalty.services.holding import hold_points, release_hold, release_holds
from loyalty.services.lapsing import expire_due
from loyalty.services.posting import claw_back, grant_points
from loyalty.services.reconciling import reconcile_ledger
from loyalty.services.spending import spend
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, ProgrammeFactory, give, give_credit
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def tried(call: Any) -> str:
    try:
        with transaction.atomic():
            call()
    except NotEnoughPoints:
        return "not enough"
    return "done"


def burn(customer_id: Any, amount: int, unit: str = "points") -> str:
    return tried(
        lambda: spend(
            customer_id=customer_id, unit=unit, amount=amount, key=f"pay_{uuid7()}", order_id=uuid7(), cart_id=uuid7(),
            by=BY, at=now(),
        )
    )  # fmt: skip


def test_ten_orders_burning_the_same_500_points_one_has_them() -> None:
    suzie = CustomerFactory()
    give(suzie.pk, 500)
    assert Counter(at_once([lambda: burn(suzie.pk, 500)] * 10)) == {"done": 1, "not enough": 9}
    assert find_balance(suzie.pk, now()).points_active == 0
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_control_without_the_lock_both_believe_they_had_them() -> None:
    # given the same 500, and two who read first and write what they worked out
    suzie = CustomerFactory()
    give(suzie.pk, 500)
    barrier = Barrier(2)

    def take() -> str:
        with transaction.atomic():
            lot = Lot.objects.get()
            barrier.wait()
            if lot.remaining < 500:
                return "not enough"
            Lot.objects.filter(pk=lot.pk).update(remaining=lot.remaining - 500)
            Account.objects.update(balance=lot.remaining - 500)
        return "done"

    assert at_once([take] * 2) == ["done", "done"]


def test_two_carts_are_not_promised_the_same_points() -> None:
    ProgrammeFactory()
    suzie = CustomerFactory()
    give(suzie.pk, 500)

    def hold() -> str:
        return tried(
            lambda: hold_points(
                customer_id=suzie.pk, cart_id=uuid7(), points=500, bill_minor=9_900, currency="USD", by=BY, at=now()
            )
        )

    assert Counter(at_once([hold] * 6)) == {"done": 1, "not enough": 5}
    assert Hold.objects.get().amount == 500
    assert (find_balance(suzie.pk, now()).points_active, find_balance(suzie.pk, now()).points_available) == (500, 0)


def test_a_burn_and_an_expiry_share_nothing() -> None:
    suzie = CustomerFactory()
    at = now()
    give(suzie.pk, 300, at=at, expires_at=at + timedelta(seconds=1))
    later = at + timedelta(seconds=2)

    def lapse() -> str:
        with transaction.atomic():
            expire_due(limit=10, by=BY, at=later)
        return "lapsed"

    told = at_once([lambda: burn(suzie.pk, 300), lapse, lapse])
    kinds = Counter(Journal.objects.exclude(kind="grant").values_list("kind", flat=True))
    assert kinds == ({"spend": 1} if "done" in told else {"expire": 1})
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_what_is_given_and_taken_back_at_once_under_one_name_is_booked_once() -> None:
    suzie = CustomerFactory()
    at = now()

    def grant() -> bool:
        with transaction.atomic():
            return grant_points(customer_id=suzie.pk, points=10, reason="Hello", reference="hello", by=BY, at=at)

    assert Counter(at_once([grant] * 6)) == {True: 1, False: 5}

    def back() -> int:
        with transaction.atomic():
            return claw_back(reference="hello", reason="Back", by=BY, at=at).taken

    assert at_once([back] * 6) == [10] * 6
    assert Journal.objects.count() == 2


def test_points_and_credit_of_one_customer_never_wait_for_each_other() -> None:
    # given two orders that take both, in opposite orders
    suzie = CustomerFactory()
    give(suzie.pk, 100)
    give_credit(suzie.pk, 100)
    barrier = Barrier(2)

    def both(first: str, second: str) -> str:
        barrier.wait()
        with transaction.atomic():
            burn(suzie.pk, 1, first)
            burn(suzie.pk, 1, second)
        return "done"

    for _ in range(10):
        assert at_once([lambda: both("points", "credit:USD"), lambda: both("credit:USD", "points")]) == ["done", "done"]


def test_the_database_refuses_what_code_forgot() -> None:
    suzie = CustomerFactory()
    give(suzie.pk, 5)
    with connection.cursor() as cursor:
        for statement in (
            "UPDATE loyalty_account SET balance = -1",
            "UPDATE loyalty_lot SET remaining = -1",
            "UPDATE loyalty_lot SET reserved = remaining + 1",
            "UPDATE loyalty_account SET held = balance + 1",
            "DELETE FROM loyalty_entry",
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(statement)


def two_batches() -> list[list[Any]]:
    """Carts of two people to let go of: the one batch begins with a cart of hers, the other with one of his."""
    ProgrammeFactory()
    her, him = CustomerFactory().pk, CustomerFactory().pk
    for who in (her, him):
        give(who, 500)
    carts = sorted(uuid7() for _ in range(4))
    for cart_id, who in zip(carts, (her, him, him, her), strict=True):
        hold_points(
            customer_id=who, cart_id=cart_id, points=10, bill_minor=9_900, currency="USD", by=BY, at=now()
        )  # fmt: skip
    return [carts[:2], carts[2:]]


def test_carts_closed_in_batches_let_go_of_all_they_kept() -> None:
    batches = two_batches()
    at_once([lambda batch=batch: release_holds(cart_ids=batch, by=BY, at=now()) for batch in batches])
    assert set(Hold.objects.values_list("state", flat=True)) == {"released"}
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_control_one_cart_after_the_other_waits_in_a_ring() -> None:
    batches = two_batches()
    barrier = Barrier(2)

    def release(batch: list[Any]) -> str:
        try:
            with transaction.atomic():
                release_hold(cart_id=batch[0], by=BY, at=now())
                barrier.wait()
                release_hold(cart_id=batch[1], by=BY, at=now())
        except OperationalError as error:
            return type(error.__cause__).__name__
        return "done"

    assert sorted(at_once([lambda batch=batch: release(batch) for batch in batches])) == ["DeadlockDetected", "done"]
