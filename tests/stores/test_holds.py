"""Holds: all lines or none, given back, taken, past their moment, and broken."""

from datetime import timedelta

import pytest

from catalog.states import StockPolicy
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.ids import uuid7
from stores.errors import HoldEnded, InsufficientStock, UnknownVariant
from stores.models import Hold, HoldLine, StockLevel, StockMovement
from stores.services import stock
from stores.services.stock import HoldRequest
from stores.states import HoldState
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory

pytestmark = pytest.mark.django_db
TILL = Context(channel="tablet", actor="associate:7")


def hold(store, wanted, *, until=None, at=None, holder=None):
    at = at or now()
    return stock.hold_stock(
        store_id=store.id, wanted=wanted, holder_kind="order", holder_id=holder or uuid7(), until=until, by=TILL, at=at
    )


def counts(level):
    level.refresh_from_db()
    return level.on_hand, level.reserved


def facts(name):
    return list(Event.objects.filter(name=name).order_by("id"))


def test_a_hold_reserves_every_line_and_says_so_in_the_ledger(store):
    # given two variants on the shelf
    first, second = StockLevelFactory(store=store, on_hand=10), StockLevelFactory(store=store, on_hand=3)
    order, until, at = uuid7(), now() + timedelta(minutes=30), now()
    # when both are held
    made = hold(store, {first.variant_id: 4, second.variant_id: 3}, until=until, at=at, holder=order)
    # then they are reserved, the hold stands with its lines, and each has one movement with its reference
    assert counts(first) == (10, 4) and counts(second) == (3, 3)
    kept = Hold.objects.get()
    assert (kept.id, kept.state, kept.expires_at, kept.holder_id, kept.store_id) == (
        made.id,
        "held",
        until,
        order,
        store.id,
    )
    assert dict(kept.lines.values_list("variant_id", "quantity")) == {first.variant_id: 4, second.variant_id: 3}
    movement = StockMovement.objects.get(kind="hold", variant_id=first.variant_id)
    assert (
        movement.on_hand_delta,
        movement.reserved_delta,
        movement.reference_id,
        movement.actor,
        movement.channel,
    ) == (
        0,
        4,
        order,
        "associate:7",
        "tablet",
    )
    # and the facts are there: the hold, and the one variant that ran out
    assert [fact.subject_id for fact in facts("stock.held")] == [made.id]
    assert [fact.subject_id for fact in facts("stock.out")] == [second.variant_id]
    assert facts("stock.low") == []


def test_one_short_line_leaves_every_line_alone(store):
    # given enough of one and too little of another, some of it kept back as safety stock
    plenty = StockLevelFactory(store=store, on_hand=10)
    scarce = StockLevelFactory(store=store, on_hand=5, safety_stock=2)
    before = StockMovement.objects.count()
    # when more is wanted than may be promised
    with pytest.raises(InsufficientStock) as refused:
        hold(store, {plenty.variant_id: 1, scarce.variant_id: 4})
    # then it names what is left of the short one, and nothing happened
    assert refused.value.available == {scarce.variant_id: 3}
    assert refused.value.store_id == store.id
    assert counts(plenty) == (10, 0) and counts(scarce) == (5, 0)
    assert (Hold.objects.count(), StockMovement.objects.count(), Event.objects.count()) == (0, before, 0)


def test_a_variant_the_store_never_had_is_short_and_one_that_does_not_exist_is_unknown(store):
    with pytest.raises(InsufficientStock) as refused:
        hold(store, {(variant := VariantFactory()).id: 1})
    assert refused.value.available == {variant.id: 0}
    with pytest.raises(UnknownVariant):
        hold(store, {uuid7(): 1})


@pytest.mark.parametrize("lines", [1, 5, 50])
def test_holding_takes_two_statements_whatever_the_number_of_lines(store, lines, django_assert_num_queries):
    levels = [StockLevelFactory(store=store) for _ in range(lines)]
    with django_assert_num_queries(2):  # the stock statement, the facts
        hold(store, {level.variant_id: 1 for level in levels})
    assert StockLevel.objects.filter(reserved=1).count() == lines


def test_two_holds_of_one_store_share_what_is_there_in_their_order(store):
    # given an order split in two parts that want the same variant of the same store, and a third elsewhere
    level, elsewhere = StockLevelFactory(store=store, on_hand=5), StockLevelFactory(store=StoreFactory(), on_hand=1)
    order, at = uuid7(), now()

    def request(place, units):
        return HoldRequest(
            store_id=place.store_id, wanted={place.variant_id: units}, holder_kind="order", holder_id=order, until=None
        )

    # when together they want what is there
    holds = stock.place_holds(holds=[request(level, 3), request(level, 2), request(elsewhere, 1)], by=SYSTEM, at=at)
    # then each has its own
    assert [list(held.lines.values_list("quantity", flat=True)) for held in holds] == [[3], [2], [1]]
    assert counts(level) == (5, 5) and counts(elsewhere) == (1, 1)
    # and together one unit too many is refused whole
    with pytest.raises(InsufficientStock):
        stock.place_holds(holds=[request(level, 1)], by=SYSTEM, at=at)


def test_back_orders_promise_beyond_stock_and_are_filled_oldest_first(store):
    # given a back-order variant with two on the shelf
    variant = VariantFactory(stock_policy=StockPolicy.BACKORDER)
    level = StockLevelFactory(store=store, variant=variant, on_hand=2)
    # when two orders want three each
    first = hold(store, {variant.id: 3})
    second = hold(store, {variant.id: 3})
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.backordered) == (2, 2, 4)
    # when two come in
    stock.receive_stock(store_id=store.id, lines={variant.id: 2}, by=SYSTEM, at=now())
    # then the first has all of its own, the second one
    rows = {line.hold_id: (line.quantity, line.backordered) for line in HoldLine.objects.all()}
    assert rows == {first.id: (3, 0), second.id: (1, 2)}
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, level.backordered) == (4, 4, 2)
    assert [fact.subject_id for fact in facts("stock.allocated")] == [first.id, second.id]


def test_a_back_order_of_a_variant_the_store_never_had_opens_its_level(store):
    variant = VariantFactory(stock_policy=StockPolicy.BACKORDER)
    hold(store, {variant.id: 2})
    level = StockLevel.objects.get(store=store, variant=variant)
    assert (level.on_hand, level.reserved, level.backordered) == (0, 0, 2)


def test_untracked_variants_are_held_without_counting(store):
    variant = VariantFactory(stock_policy=StockPolicy.UNTRACKED)
    made = hold(store, {variant.id: 500})
    assert not made.lines.exists() and not StockLevel.objects.exists()


def test_taking_a_hold_empties_the_shelf_and_the_promise_together(store):
    level = StockLevelFactory(store=store, on_hand=10)
    made = hold(store, {level.variant_id: 4})
    # when part is handed over, then the rest
    assert stock.consume_hold(hold_id=made.id, lines={level.variant_id: 1}, by=TILL, at=now()) == {level.variant_id: 1}
    assert counts(level) == (9, 3)
    assert stock.consume_hold(hold_id=made.id, by=TILL, at=now()) == {level.variant_id: 3}
    assert counts(level) == (6, 0)
    made.refresh_from_db()
    assert made.state == HoldState.CONSUMED and made.ended_at is not None
    # then it cannot be taken twice, nor released
    with pytest.raises(HoldEnded):
        stock.consume_hold(hold_id=made.id, by=TILL, at=now())
    assert stock.release_hold(hold_id=made.id, reason="late", by=TILL, at=now()) == {}
    assert counts(level) == (6, 0)


def test_releasing_gives_units_back_in_part_or_whole(store):
    level = StockLevelFactory(store=store, on_hand=4)
    made = hold(store, {level.variant_id: 4})
    assert stock.release_hold(
        hold_id=made.id, lines={level.variant_id: 1}, reason="line cancelled", by=TILL, at=now()
    ) == {level.variant_id: 1}
    assert counts(level) == (4, 3)
    assert [fact.data["available"] for fact in facts("stock.back")] == [1]
    stock.release_hold(hold_id=made.id, reason="cancelled", by=TILL, at=now())
    assert counts(level) == (4, 0)
    assert [fact.data["reason"] for fact in facts("stock.released")] == ["line cancelled", "cancelled"]


def test_a_lapsed_hold_is_sellable_at_once_and_swept_later(store):
    # given everything held until a moment that has passed
    wanted, other = StockLevelFactory(store=store, on_hand=2), StockLevelFactory(store=store, on_hand=1)
    at = now()
    lapsed = hold(
        store, {wanted.variant_id: 2, other.variant_id: 1}, until=at - timedelta(seconds=1), at=at - timedelta(hours=1)
    )
    # when somebody else wants it before the sweep came by
    hold(store, {wanted.variant_id: 1}, at=at)
    # then they have it, and the lapsed hold can no longer be taken
    assert counts(wanted) == (2, 1)
    with pytest.raises(HoldEnded):
        stock.consume_hold(hold_id=lapsed.id, by=TILL, at=at)
    with pytest.raises(HoldEnded):
        stock.extend_hold(hold_id=lapsed.id, until=None, at=at)
    # and the sweep gives back the rest, once
    assert stock.expire_holds(by=SYSTEM, at=at) == 1
    assert stock.expire_holds(by=SYSTEM, at=at) == 0
    assert counts(wanted) == (2, 1) and counts(other) == (1, 0)
    lapsed.refresh_from_db()
    assert lapsed.state == HoldState.EXPIRED


def test_a_lapsed_hold_nobody_took_from_may_still_be_taken_or_extended(store):
    level = StockLevelFactory(store=store, on_hand=2)
    at = now()
    late = hold(store, {level.variant_id: 2}, until=at - timedelta(seconds=1), at=at - timedelta(hours=1))
    stock.extend_hold(hold_id=late.id, until=at + timedelta(hours=1), at=at)
    assert stock.expire_holds(by=SYSTEM, at=at) == 0
    stock.consume_hold(hold_id=late.id, by=TILL, at=at)
    assert counts(level) == (0, 0)


def test_carrying_out_sells_safety_stock_but_never_what_others_were_promised(store):
    level = StockLevelFactory(store=store, on_hand=5, safety_stock=2)
    hold(store, {level.variant_id: 2})
    with pytest.raises(InsufficientStock) as refused:
        stock.sell_now(
            store_id=store.id,
            lines={level.variant_id: 4},
            reference_kind="order",
            reference_id=uuid7(),
            by=TILL,
            at=now(),
        )
    assert refused.value.available == {level.variant_id: 3}
    stock.sell_now(
        store_id=store.id, lines={level.variant_id: 3}, reference_kind="order", reference_id=uuid7(), by=TILL, at=now()
    )
    assert counts(level) == (2, 2)


@pytest.mark.parametrize("lines", [1, 5, 50])
def test_carrying_out_takes_one_stock_statement(store, lines, django_assert_num_queries):
    levels = [StockLevelFactory(store=store) for _ in range(lines)]
    with django_assert_num_queries(1):
        stock.sell_now(
            store_id=store.id,
            lines={level.variant_id: 1 for level in levels},
            reference_kind="order",
            reference_id=uuid7(),
            by=TILL,
            at=now(),
        )


def test_a_recorded_sale_takes_what_is_free_and_names_what_was_missing(store):
    level = StockLevelFactory(store=store, on_hand=3)
    hold(store, {level.variant_id: 2})
    never = VariantFactory()
    missing = stock.record_sale_unchecked(
        store_id=store.id,
        lines={level.variant_id: 2, never.id: 1},
        reference_kind="order",
        reference_id=uuid7(),
        by=SYSTEM,
        at=now(),
    )
    assert missing == {level.variant_id: 1, never.id: 1}
    assert counts(level) == (2, 2)
