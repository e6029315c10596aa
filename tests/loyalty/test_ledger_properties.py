"""Whatever is done in whatever order: the ledger stands where a simple model of it stands, and every sum adds up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from loyalty.errors.ledger import NotEnoughPoints
from loyalty.models import Programme
from loyalty.personal_data.ledger import LedgerRecords
from loyalty.queries.balances import find_balance
from loyalty.services.holding import hold_points, release_hold
from loyalty.services.lapsing import activate_due, expire_due, release_due
from loyalty.services.posting import adjust_points, claw_back, grant_points
from loyalty.services.reconciling import reconcile_ledger
from loyalty.services.spending import give_back, spend
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, ProgrammeFactory

POINTS = st.sampled_from([1, 7, 40, 100, 250])
# Parts of what there is, so that most movements succeed and some want one more than that.
PART = st.sampled_from([5, 34, 80, 100, 100, 100, 101])
MOVES = [
    name
    for name, weight in {
        "earn": 3, "hold": 3, "burn": 5, "refund": 4, "claw": 4, "wait": 4, "let_go": 1, "adjust": 1, "join": 2, "part": 1,
    }.items()
    for _ in range(weight)
]  # fmt: skip
WAIT, DAYS = st.sampled_from([0, 0, 0, 2]), st.sampled_from([None, 1, 3, 3, 30])
WHO = st.sampled_from(["suzie", "guest"])
PICK = st.integers(0, 30)
GRACE = timedelta(days=3)


@dataclass
class ModelLot:
    owner: str
    left: int
    active_from: datetime
    expires: datetime | None
    order: int
    reversed: int = 0
    given: int = 0
    pending: bool = False
    held: dict[UUID, int] = field(default_factory=dict)
    moved: bool = False

    @property
    def free(self) -> int:
        return 0 if self.pending else self.left - sum(self.held.values())


@dataclass
class ModelSpend:
    key: str
    taken: list[tuple[ModelLot, int]]
    back: int = 0

    @property
    def total(self) -> int:
        return sum(part for _, part in self.taken)


class Model:
    """Lots in a list, debts in a dictionary: no journals, no caches, no locks."""

    def __init__(self) -> None:
        self.lots: list[ModelLot] = []
        self.debt = {"suzie": 0, "guest": 0}
        self.holds: dict[UUID, datetime] = {}

    def of(self, owner: str) -> list[ModelLot]:
        mine = [lot for lot in self.lots if lot.owner == owner]
        return sorted(mine, key=lambda lot: (lot.expires is None, lot.expires or lot.active_from, lot.order))

    def come(self, owner: str, points: int, at: datetime, active_from: datetime, expires: datetime | None) -> ModelLot:
        lot = ModelLot(owner, points, active_from, expires, len(self.lots), given=points, pending=active_from > at)
        self.lots.append(lot)
        self.settle(owner, [lot])
        return lot

    def settle(self, owner: str, lots: list[ModelLot]) -> None:
        for lot in lots:
            part = max(0, min(self.debt[owner], lot.free))
            lot.left -= part
            self.debt[owner] -= part

    def free(self, owner: str) -> int:
        return sum(lot.free for lot in self.of(owner))

    def take(self, owner: str, points: int) -> list[tuple[ModelLot, int]]:
        taken = []
        for lot in self.of(owner):
            part = min(points, lot.free)
            if part > 0:
                lot.left -= part
                points -= part
                taken.append((lot, part))
        return taken

    def end_hold(self, cart: UUID) -> None:
        self.holds.pop(cart, None)
        for lot in self.lots:
            lot.held.pop(cart, None)

    def pass_time(self, at: datetime) -> None:
        for cart in [cart for cart, until in self.holds.items() if until <= at]:
            self.end_hold(cart)
        for owner in self.debt:
            due = [lot for lot in self.of(owner) if lot.pending and lot.active_from <= at]
            for lot in due:
                lot.pending = False
            self.settle(owner, due)
            for lot in self.of(owner):
                if lot.expires is not None and lot.expires <= at:
                    lot.left = sum(lot.held.values())


class Ledger(RuleBasedStateMachine):
    """One customer with two carts, another whose record joins hers and leaves it again, and time that moves on."""

    @initialize(
        gifts=st.lists(st.tuples(WHO, POINTS, WAIT, DAYS), min_size=2, max_size=6),
    )
    def open(self, gifts: list[tuple[str, int, int, int | None]]) -> None:
        Programme.objects.all().delete()
        ProgrammeFactory(return_grace_days=GRACE.days, hold_minutes=60 * 24 * 2)
        self.people = {"suzie": CustomerFactory().pk, "guest": CustomerFactory().pk}
        self.carts = [uuid7(), uuid7()]
        self.at, self.steps = now(), 0
        self.model = Model()
        self.came: list[tuple[str, ModelLot]] = []
        self.spends: list[ModelSpend] = []
        self.merge: UUID | None = None
        for name, points, wait, days in gifts:
            self.earn(name=name, points=points, wait=wait, days=days)

    @rule(what=st.sampled_from(MOVES), data=st.data())
    def move(self, what: str, data: st.DataObject) -> None:
        """One of the movements, by its weight: rules of one's own would be drawn as often as they please."""
        draw, pick = data.draw, data.draw(PICK)
        match what:
            case "earn":
                self.earn(name=draw(WHO), points=draw(POINTS), wait=draw(WAIT), days=draw(DAYS))
            case "hold":
                self.hold(pick, draw(PART))
            case "burn":
                self.burn(self.who(draw(WHO)), pick, draw(PART))
            case "let_go":
                self.let_go(pick)
            case "refund" if self.spends:
                self.refund(pick, draw(st.integers(1, 4)))
            case "claw" if self.came:
                self.claw(pick, draw(st.sampled_from(["debt", "debt", "debt", "within_balance", "write_off"])))
            case "adjust":
                self.adjust(draw(st.sampled_from([-80, -9, 40])))
            case "wait":
                self.wait(draw(st.sampled_from([1, 12, 30, 75])))
            case "join" if self.merge is None and self.model.of("guest"):
                self.join()
            case "part" if self.merge is not None:
                self.part()

    def part_of(self, available: int, part: int) -> int:
        return available + 1 if part > 100 else max(1, available * part // 100)

    def who(self, name: str) -> str:
        return "suzie" if self.merge else name

    def earn(self, name: str, points: int, wait: int, days: int | None) -> None:
        owner, reference = self.who(name), f"earn:{uuid7()}"
        active_from = self.at + timedelta(days=wait)
        expires = self.at + timedelta(days=days) if days else None
        call: dict[str, Any] = {
            "customer_id": self.people[owner], "points": points, "reason": "Earned", "reference": reference,
            "active_from": active_from, "expires_at": expires, "by": BY, "at": self.at,
        }  # fmt: skip
        assert grant_points(**call) is True
        assert grant_points(**call) is False
        self.came.append((reference, self.model.come(owner, points, self.at, active_from, expires)))

    def hold(self, pick: int, part: int) -> None:
        cart = self.carts[pick % 2]
        free = self.model.free("suzie") + sum(
            lot.held.get(cart, 0) for lot in self.model.of("suzie") if not lot.pending
        )
        points = self.part_of(free, part)
        call: dict[str, Any] = {
            "customer_id": self.people["suzie"], "cart_id": cart, "points": points, "bill_minor": 10_000,
            "currency": "USD", "by": BY, "at": self.at,
        }  # fmt: skip
        if free < points:
            with pytest.raises(NotEnoughPoints):
                hold_points(**call)
            return
        held = hold_points(**call)
        self.model.end_hold(cart)
        left = points
        for lot in self.model.of("suzie"):
            part = min(left, lot.free)
            if part > 0:
                lot.held[cart] = part
                left -= part
        self.model.holds[cart] = held.until
        assert held.until <= min(
            [lot.expires for lot in self.model.lots if cart in lot.held and lot.expires], default=held.until
        )

    def let_go(self, pick: int) -> None:
        release_hold(cart_id=self.carts[pick % 2], by=BY, at=self.at)
        self.model.end_hold(self.carts[pick % 2])

    def burn(self, owner: str, pick: int, part: int) -> None:
        # The cart that keeps points, mostly; the guest's has none.
        cart, key = next(iter(self.model.holds), self.carts[0]) if pick % 3 else self.carts[1], f"pay_{uuid7()}"
        if owner == "guest":
            cart = uuid7()
        kept = sum(lot.held.get(cart, 0) for lot in self.model.lots)
        points = self.part_of(self.model.free(owner) + kept, part)
        call: dict[str, Any] = {
            "customer_id": self.people[owner], "unit": "points", "amount": points, "key": key, "order_id": uuid7(),
            "cart_id": cart, "by": BY, "at": self.at,
        }  # fmt: skip
        if self.model.free(owner) + kept < points:
            with pytest.raises(NotEnoughPoints), transaction.atomic():
                spend(**call)
            return
        spend(**call)
        self.model.end_hold(cart)
        self.spends.append(ModelSpend(key, self.model.take(owner, points)))

    def refund(self, pick: int, share: int) -> None:
        """Until a quarter, two, three or all of it is back; the last taken first, told twice."""
        open_ones = [spent for spent in self.spends if spent.back < spent.total] if pick % 4 else []
        paid = (open_ones or self.spends)[pick % len(open_ones or self.spends)]
        key, total = f"ref_{uuid7()}", paid.total * share // 4
        now_back = give_back(key=paid.key, refund_key=key, total=total, reason="Back", by=BY, at=self.at)
        assert give_back(key=paid.key, refund_key=key, total=total, reason="Back", by=BY, at=self.at) == 0
        assert now_back == max(0, total - paid.back)
        before, paid.back = paid.back, max(paid.back, total)
        self._put_back(paid, before, paid.back)

    def _put_back(self, paid: ModelSpend, before: int, after: int) -> None:
        position, late = 0, {"suzie": 0, "guest": 0}
        parts: list[tuple[ModelLot, int]] = []
        for lot, part in reversed(paid.taken):
            start, end = max(position, before), min(position + part, after)
            position += part
            if end > start:
                parts.insert(0, (lot, end - start))
        for lot, part in parts:
            if lot.expires is not None and lot.expires <= self.at:
                late[lot.owner] += part
            else:
                lot.left += part
                self.model.settle(lot.owner, [lot])
        for owner, points in late.items():
            if points:
                self.model.come(owner, points, self.at, self.at, self.at + GRACE)

    def claw(self, pick: int, policy: str) -> None:
        # What was spent of meanwhile, mostly: there the policies differ.
        spent = (
            [each for each in self.came if each[1].left < each[1].given and not each[1].reversed] if pick % 4 else []
        )
        reference, lot = (spent or self.came)[pick % len(spent or self.came)]
        call: dict[str, Any] = {"reference": reference, "reason": "Back", "policy": policy, "by": BY, "at": self.at}
        told = claw_back(**call)
        again = claw_back(**call)
        assert (again.taken, again.debt) == (told.taken, told.debt)
        wanted = lot.given - lot.reversed
        if not wanted:
            return
        lot.reversed = lot.given
        if wanted > lot.left - sum(lot.held.values()):
            for cart in list(self.model.holds):
                if any(cart in each.held for each in self.model.of(lot.owner)):
                    self.model.end_hold(cart)
        own = min(wanted, lot.left)
        lot.left -= own
        short = 0 if lot.expires is not None and lot.expires <= self.at else wanted - own
        if policy != "write_off":
            short -= sum(part for _, part in self.model.take(lot.owner, min(short, self.model.free(lot.owner))))
        if policy == "debt":
            self.model.debt[lot.owner] += short

    def adjust(self, points: int) -> None:
        call: dict[str, Any] = {
            "customer_id": self.people["suzie"], "points": points, "reason": "Put right", "by": BY, "at": self.at,
            "reference": f"adjust:{uuid7()}",
        }  # fmt: skip
        if self.model.free("suzie") + points < 0:
            with pytest.raises(NotEnoughPoints):
                adjust_points(**call)
            return
        adjust_points(**call)
        if points > 0:
            self.model.come("suzie", points, self.at, self.at, None)
        else:
            self.model.take("suzie", -points)

    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        for lapse in (release_due, activate_due, expire_due):
            lapse(limit=100, by=BY, at=self.at)
        self.model.pass_time(self.at)

    def join(self) -> None:
        self.merge = uuid7()
        ids = {"from_id": self.people["guest"], "to_id": self.people["suzie"], "merge_id": self.merge}
        LedgerRecords().move(**ids)
        LedgerRecords().move(**ids)
        for lot in self.model.of("guest"):
            lot.owner, lot.moved = "suzie", True
        self.moved_debt = self.model.debt["guest"]
        self.model.debt["suzie"] += self.moved_debt
        self.model.debt["guest"] = 0

    def part(self) -> None:
        LedgerRecords().restore(merge_id=self.merge)
        LedgerRecords().restore(merge_id=self.merge)
        for cart in list(self.model.holds):
            if any(cart in lot.held and lot.moved for lot in self.model.lots):
                whole = all(lot.moved for lot in self.model.lots if cart in lot.held)
                if not whole:
                    self.model.end_hold(cart)
        for lot in self.model.lots:
            if lot.moved:
                lot.owner, lot.moved = "guest", False
        back = min(self.moved_debt, self.model.debt["suzie"])
        self.model.debt["suzie"] -= back
        self.model.debt["guest"] += back
        # A hold made of the other's points alone went with them: it is not one of her carts any more.
        for cart in list(self.model.holds):
            if any(cart in lot.held for lot in self.model.of("guest")):
                release_hold(cart_id=cart, by=BY, at=self.at)
                self.model.end_hold(cart)
        self.merge = None

    @invariant()
    def it_stands_where_the_model_stands(self) -> None:
        if not hasattr(self, "people"):
            return
        for name, customer_id in self.people.items():
            balance = find_balance(customer_id, self.at)
            lots = self.model.of(name)
            assert balance.points_active == sum(lot.left for lot in lots if not lot.pending)
            assert balance.points_pending == sum(lot.left for lot in lots if lot.pending)
            assert balance.points_held == sum(sum(lot.held.values()) for lot in lots)
            assert balance.points_debt == self.model.debt[name]
        self.steps += 1
        if self.steps % 4 == 0:
            assert reconcile_ledger(repair=False, by=BY, at=self.at) == []

    def teardown(self) -> None:
        if hasattr(self, "people"):
            assert reconcile_ledger(repair=False, by=BY, at=self.at) == []


@pytest.mark.django_db
def test_the_ledger_keeps_every_promise_in_any_order() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=24, stateful_step_count=35, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
