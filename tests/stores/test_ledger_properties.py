"""Whatever is done to stock in whatever order: the ledger sums to the level, promises are kept, nothing is below zero."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.ids import uuid7
from stores.models import Hold, HoldLine, StockLevel, StockMovement
from stores.services import stock
from stores.services.reconciling import reconcile_stock
from stores.services.stock import Adjustment
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StoreFactory

UNITS = st.integers(1, 6)
PICK = st.integers(0, 2)


class Ledger(RuleBasedStateMachine):
    """One store, three variants (one of them back-order), time that moves on."""

    @initialize()
    def open(self):
        StockMovement.objects.all().delete()
        HoldLine.objects.all().delete()
        Hold.objects.all().delete()
        StockLevel.objects.all().delete()
        self.store = StoreFactory()
        self.variants = [
            VariantFactory(price_minor=False),
            VariantFactory(price_minor=False),
            VariantFactory(price_minor=False, stock_policy="backorder"),
        ]
        self.at = now()
        self.sold = {variant.id: 0 for variant in self.variants}
        self.came = {variant.id: 0 for variant in self.variants}

    def level(self, variant):
        return StockLevel.objects.filter(store=self.store, variant=variant).first()

    def refused(self, call):
        """Run it; a refusal must leave everything as it was."""
        before = list(StockLevel.objects.order_by("id").values_list("on_hand", "reserved", "backordered", "damaged"))
        try:
            return call()
        except DomainError:
            after = list(StockLevel.objects.order_by("id").values_list("on_hand", "reserved", "backordered", "damaged"))
            assert after[: len(before)] == before
            return None

    @rule(pick=PICK, units=UNITS)
    def receive(self, pick, units):
        variant = self.variants[pick]
        stock.receive_stock(store_id=self.store.id, lines={variant.id: units}, by=SYSTEM, at=self.at)
        self.came[variant.id] += units

    @rule(wanted=st.dictionaries(PICK, UNITS, min_size=1), minutes=st.none() | st.integers(0, 30))
    def hold(self, wanted, minutes):
        until = None if minutes is None else self.at + timedelta(minutes=minutes)
        lines = {self.variants[pick].id: units for pick, units in wanted.items()}
        self.refused(
            lambda: stock.hold_stock(
                store_id=self.store.id,
                wanted=lines,
                holder_kind="order",
                holder_id=uuid7(),
                until=until,
                by=SYSTEM,
                at=self.at,
            )
        )

    @rule(nth=st.integers(0, 5), part=st.none() | st.integers(1, 2))
    def consume(self, nth, part):
        if hold := self.some_hold(nth):
            lines = (
                None
                if part is None
                else {line.variant_id: min(part, line.quantity + line.backordered) for line in hold.lines.all()}
            )
            for variant, units in (
                self.refused(lambda: stock.consume_hold(hold_id=hold.id, lines=lines, by=SYSTEM, at=self.at)) or {}
            ).items():
                self.sold[variant] += units

    @rule(nth=st.integers(0, 5), part=st.none() | st.integers(1, 2))
    def release(self, nth, part):
        if hold := self.some_hold(nth):
            lines = (
                None
                if part is None
                else {line.variant_id: min(part, line.quantity + line.backordered) for line in hold.lines.all()}
            )
            self.refused(lambda: stock.release_hold(hold_id=hold.id, lines=lines, reason="", by=SYSTEM, at=self.at))

    @rule(minutes=st.integers(1, 20))
    def pass_time(self, minutes):
        self.at += timedelta(minutes=minutes)

    @rule()
    def sweep(self):
        stock.expire_holds(by=SYSTEM, at=self.at)
        assert not Hold.objects.filter(state="held", expires_at__lte=self.at).exists()

    @rule(pick=PICK, units=UNITS)
    def sell(self, pick, units):
        variant = self.variants[pick].id

        def sell():
            stock.sell_now(
                store_id=self.store.id,
                lines={variant: units},
                reference_kind="order",
                reference_id=uuid7(),
                by=SYSTEM,
                at=self.at,
            )
            self.sold[variant] += units

        self.refused(sell)

    @rule(pick=PICK, units=UNITS)
    def record_sale(self, pick, units):
        variant = self.variants[pick].id
        missing = stock.record_sale_unchecked(
            store_id=self.store.id,
            lines={variant: units},
            reference_kind="order",
            reference_id=uuid7(),
            by=SYSTEM,
            at=self.at,
        )
        self.sold[variant] += units - missing.get(variant, 0)

    @rule(pick=PICK, units=UNITS, condition=st.sampled_from(["as_new", "damaged", "write_off"]))
    def give_back(self, pick, units, condition):
        variant = self.variants[pick].id
        stock.return_stock(
            store_id=self.store.id,
            lines={variant: units},
            condition=condition,
            reference_kind="return",
            reference_id=uuid7(),
            by=SYSTEM,
            at=self.at,
        )
        self.came[variant] += units if condition == "as_new" else 0

    @rule(pick=PICK, units=st.integers(0, 8))
    def count(self, pick, units):
        variant = self.variants[pick]
        level = self.level(variant)
        before = level.on_hand if level else 0
        done = self.refused(
            lambda: stock.adjust_stock(
                adjustment=Adjustment(store_id=self.store.id, variant_id=variant.id, reason="Count", set_on_hand=units),
                by=SYSTEM,
                at=self.at,
            )
        )
        assert done is not None
        self.came[variant.id] += units - before

    def some_hold(self, nth):
        holds = list(Hold.objects.filter(state="held").order_by("id"))
        return holds[nth % len(holds)] if holds else None

    @invariant()
    def nothing_is_lost(self):
        if not hasattr(self, "store"):
            return
        for level in StockLevel.objects.all():
            assert 0 <= level.reserved <= level.on_hand and level.backordered >= 0
            sums = StockMovement.objects.filter(store=level.store_id, variant=level.variant_id).aggregate(
                on_hand=Sum("on_hand_delta"),
                reserved=Sum("reserved_delta"),
                back=Sum("backordered_delta"),
                damaged=Sum("damaged_delta"),
            )
            assert ((sums["on_hand"] or 0), (sums["reserved"] or 0), (sums["back"] or 0), (sums["damaged"] or 0)) == (
                level.on_hand,
                level.reserved,
                level.backordered,
                level.damaged,
            )
            held = HoldLine.objects.filter(hold__state="held", variant=level.variant_id).aggregate(
                units=Sum("quantity"), back=Sum("backordered")
            )
            assert ((held["units"] or 0), (held["back"] or 0)) == (level.reserved, level.backordered)
            # conservation: what came in is here or was sold
            assert level.on_hand == self.came[level.variant_id] - self.sold[level.variant_id]
        assert reconcile_stock(repair=False, by=SYSTEM, at=self.at) == []


@pytest.mark.django_db
def test_the_ledger_holds_whatever_happens():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
