"""Everybody moves one customer's points at the same moment: whatever wins, the books agree and nobody waits in a ring."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from customers.errors import MergeRefused
from customers.models import Customer
from customers.services.merging import merge_customers, undo_merge
from loyalty.errors.ledger import NotEnoughPoints
from loyalty.models import Account, Journal
from loyalty.services.holding import hold_points, release_hold
from loyalty.services.lapsing import activate_due, expire_due, release_due
from loyalty.services.ledger import lock_accounts
from loyalty.services.posting import claw_back
from loyalty.services.reconciling import reconcile_ledger
from loyalty.services.spending import give_back, spend
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.errors import Busy
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, ProgrammeFactory, give
from tests.orders.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Traffic:
    """Random movements of two records that are one person now and then; what each came to is counted."""

    def __init__(self) -> None:
        ProgrammeFactory(return_grace_days=2)
        self.suzie, self.twin = CustomerFactory().pk, CustomerFactory().pk
        self.at = now()
        self.gifts = [
            give(who, 40, at=self.at, expires_at=self.at + timedelta(days=1 + n % 3))
            for n, who in enumerate([self.suzie, self.twin] * 8)
        ]
        self.spent: list[str] = []
        self.carts = [uuid7() for _ in range(3)]
        self.merges: list[UUID] = []
        self.told: Counter[str] = Counter()

    def run(self, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(12):
            move: Callable[[random.Random], Any] = chance.choice(
                [
                    self.earn,
                    self.burn,
                    self.burn,
                    self.refund,
                    self.refund,
                    self.lapse,
                    self.claw,
                    self.hold,
                    self.merge,
                ]
            )
            try:
                with transaction.atomic():
                    move(chance)
                self.told[move.__name__] += 1
            except (NotEnoughPoints, MergeRefused, Busy) as refusal:
                self.told[type(refusal).__name__] += 1

    def earn(self, chance: random.Random) -> None:
        self.gifts.append(give(chance.choice([self.suzie, self.twin]), chance.randint(1, 30), at=self.moment(chance)))

    def burn(self, chance: random.Random) -> None:
        key = f"pay_{uuid7()}"
        spend(
            customer_id=chance.choice([self.suzie, self.twin]), unit="points", amount=chance.randint(1, 90), key=key,
            order_id=uuid7(), cart_id=chance.choice(self.carts), by=BY, at=self.moment(chance),
        )  # fmt: skip
        self.spent.append(key)

    def refund(self, chance: random.Random) -> None:
        if self.spent:
            key = chance.choice(self.spent)
            give_back(
                key=key, refund_key=f"{key}:{chance.randint(1, 2)}", total=chance.choice([5, 1_000]), reason="Back",
                by=BY, at=self.moment(chance),
            )  # fmt: skip

    def claw(self, chance: random.Random) -> None:
        claw_back(
            reference=chance.choice(self.gifts), reason="Back", policy=chance.choice(["debt", "write_off"]), by=BY,
            at=self.moment(chance),
        )  # fmt: skip

    def lapse(self, chance: random.Random) -> None:
        # a transaction each, as the task does: each locks whoever has something due
        chance.choice([release_due, activate_due, expire_due])(limit=50, by=BY, at=self.moment(chance))

    def hold(self, chance: random.Random) -> None:
        # the cart's last owner and its next are locked together: one after the other would be a ring
        lock_accounts([self.suzie, self.twin])
        cart = chance.choice(self.carts)
        release_hold(cart_id=cart, by=BY, at=self.at)
        hold_points(
            customer_id=chance.choice([self.suzie, self.twin]), cart_id=cart, points=chance.randint(1, 60),
            bill_minor=10_000, currency="USD", by=BY, at=self.moment(chance),
        )  # fmt: skip

    def merge(self, chance: random.Random) -> None:
        try:
            done = self.merges.pop()
        except IndexError:
            done = None
        if done is not None:
            undo_merge(merge_id=done, by=SYSTEM, at=self.at)
        else:
            made = merge_customers(from_id=self.twin, to_id=self.suzie, reason="One person", by=SYSTEM, at=self.at)
            self.merges.append(made.pk)

    def moment(self, chance: random.Random) -> Any:
        return self.at + timedelta(hours=chance.choice([0, 0, 0, 30]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_meets_the_books_agree(seed: int) -> None:
    traffic = Traffic()
    at_once([lambda seed=seed * 100 + n: traffic.run(seed) for n in range(6)])
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []
    assert min(Account.objects.values_list("balance", flat=True)) >= 0
    assert {"burn", "refund", "claw", "lapse", "hold"} <= set(traffic.told)
    # nothing lies with a record that became part of another
    if Customer.objects.filter(pk=traffic.twin, merged_into__isnull=False).exists():
        left = Account.objects.filter(customer_id=traffic.twin).values_list("balance", "pending", "held", "debt")
        assert set(left) <= {(0, 0, 0, 0)}
    # what was clawed back or given back under one name was booked once
    references = list(Journal.objects.exclude(reference="").values_list("reference", flat=True))
    assert len(references) == len(set(references))
