"""Points when records join, part or are erased; facts that come late, early or for guests."""

from datetime import timedelta
from typing import Any

import pytest

from customers.services.merging import merge_customers, undo_merge
from loyalty.models import Account, Entry, Journal, Lot
from loyalty.personal_data.ledger import LedgerRecords
from loyalty.providers.panel import PointsPanel
from loyalty.queries.balances import find_balance
from loyalty.services.earning import accrue_orders, reverse_orders
from loyalty.services.holding import hold_points
from loyalty.services.posting import adjust_points, claw_back
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from orders.models import Order, OrderLine
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, EarningRuleFactory, ProgrammeFactory, give, give_credit
from tests.loyalty.test_costs import ordered

pytestmark = pytest.mark.django_db

STAFF = Context(actor="staff:1")


def standing(customer: Any) -> tuple[int, int, int, int, int]:
    found = find_balance(customer.pk, now())
    return found.points_active, found.points_pending, found.points_held, found.points_debt, found.credit_minor


def test_two_records_that_join_add_up_and_part_exactly_as_they_were() -> None:
    # given two records of one person: points, pending ones, some held, a debt, a voucher
    ProgrammeFactory()
    suzie, other = CustomerFactory(), CustomerFactory()
    give(suzie.pk, 100)
    spent = give(other.pk, 40)
    adjust_points(customer_id=other.pk, points=-40, reason="Spent", reference="adjust:1", by=BY, at=now())
    claw_back(reference=spent, reason="Returned", policy="debt", by=BY, at=now())
    give(other.pk, 70, active_from=now() + timedelta(days=5))
    give(suzie.pk, 30)
    give_credit(other.pk, 1_500, expires_at=now() + timedelta(days=90))
    before = standing(suzie), standing(other)
    lots = set(Lot.objects.values_list("id", "account_id", "remaining", "expires_at"))
    # when they become one
    merge = merge_customers(from_id=other.pk, to_id=suzie.pk, reason="Same person", by=STAFF, at=now())
    assert standing(suzie) == (130, 70, 0, 40, 1_500)
    assert standing(other) == (0, 0, 0, 0, 0)
    # what is given to the old record from now on comes to the one they are
    give(other.pk, 45)
    assert standing(suzie) == (135, 70, 0, 0, 1_500)
    adjust_points(customer_id=suzie.pk, points=-5, reason="Mistake", reference="adjust:2", by=BY, at=now())
    # and two again: what came meanwhile stays with her, the debt it settled is settled
    undo_merge(merge_id=merge.pk, by=STAFF, at=now())
    assert standing(other) == (0, 70, 0, 0, 1_500)
    assert standing(suzie) == (130, 0, 0, 0, 0)
    assert before == ((130, 0, 0, 0, 0), (0, 70, 0, 40, 1_500))
    assert lots & set(Lot.objects.values_list("id", "account_id", "remaining", "expires_at")) >= {
        lot for lot in lots if lot[1] == Account.objects.get(customer=other, unit="credit:USD").pk
    }
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_held_points_stay_held_through_a_merge_and_its_undoing() -> None:
    ProgrammeFactory()
    suzie, other = CustomerFactory(), CustomerFactory()
    give(other.pk, 100)
    hold_points(customer_id=other.pk, cart_id=uuid7(), points=60, bill_minor=9_000, currency="USD", by=BY, at=now())
    merge = merge_customers(from_id=other.pk, to_id=suzie.pk, reason="Same person", by=STAFF, at=now())
    assert standing(suzie)[:3] == (100, 0, 60)
    undo_merge(merge_id=merge.pk, by=STAFF, at=now())
    assert standing(other)[:3] == (100, 0, 60)
    assert standing(suzie)[:3] == (0, 0, 0)


def test_what_is_erased_lapses_and_its_movements_stay() -> None:
    suzie = CustomerFactory()
    give(suzie.pk, 100)
    give(suzie.pk, 20, active_from=now() + timedelta(days=3))
    told = LedgerRecords().export(customer_id=suzie.pk)
    assert [row["amount"] for row in told["loyalty_movements"]] == [100, 20]
    LedgerRecords().erase(customer_id=suzie.pk, at=now())
    LedgerRecords().erase(customer_id=suzie.pk, at=now())
    assert standing(suzie) == (0, 0, 0, 0, 0)
    assert sum(Entry.objects.filter(book="expired").values_list("amount", flat=True)) == 120
    assert Journal.objects.filter(kind="close").count() == 1
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_a_return_told_before_the_points_came_is_not_missed() -> None:
    # given an order of two, one of them back before anything was delivered
    ProgrammeFactory()
    EarningRuleFactory()
    suzie = CustomerFactory()
    (order,) = ordered([suzie], 2)
    line = OrderLine.objects.filter(order=order).first()
    OrderLine.objects.filter(pk=line.pk).update(returned_quantity=1)
    # when the return is heard of first, then the order, then both again
    for _ in range(2):
        reverse_orders(order_ids=[order], by=BY, at=now())
        accrue_orders(order_ids=[order], by=BY, at=now())
    # then she has the points of the other line
    assert standing(suzie)[0] == 10
    assert Journal.objects.count() == 2


def test_a_guests_order_earns_once_the_customer_is_known() -> None:
    ProgrammeFactory()
    EarningRuleFactory()
    suzie = CustomerFactory()
    (order,) = ordered([suzie], 1)
    Order.objects.filter(pk=order).update(customer=None)
    assert accrue_orders(order_ids=[order], by=BY, at=now()) == 0
    Order.objects.filter(pk=order).update(customer=suzie)
    assert accrue_orders(order_ids=[order], by=BY, at=now()) == 1
    assert standing(suzie)[0] == 10


def test_what_an_edit_added_earns_beside_the_order() -> None:
    ProgrammeFactory()
    EarningRuleFactory(key="spend")
    EarningRuleFactory(key="first", kind="bonus", points=7, conditions={"first_order": True})
    suzie = CustomerFactory()
    (order,) = ordered([suzie], 1)
    accrue_orders(order_ids=[order], by=BY, at=now())
    OrderLine.objects.create(
        order_id=order, position=9, sku="Y", name="Y", quantity=1, unit_price_minor=2_500, total_minor=2_500,
        channel="web", change_id=uuid7(),
    )  # fmt: skip
    for _ in range(2):
        accrue_orders(order_ids=[order], by=BY, at=now())
    assert standing(suzie)[0] == 10 + 7 + 25


def test_a_capped_rule_stops_at_its_cap_however_many_orders() -> None:
    ProgrammeFactory()
    EarningRuleFactory(cap_points=25, cap_days=30)
    suzie = CustomerFactory()
    first, second = ordered([suzie, suzie], 2)
    (third,) = ordered([suzie], 2)
    assert accrue_orders(order_ids=[first, second], by=BY, at=now()) == 2
    accrue_orders(order_ids=[third], by=BY, at=now())
    assert standing(suzie)[0] == 25
    # a month later it gives again
    later = now() + timedelta(days=31)
    (fourth,) = ordered([suzie], 1)
    accrue_orders(order_ids=[fourth], by=BY, at=later)
    assert find_balance(suzie.pk, later).points_active == 35


def test_members_alone_earn_where_the_programme_says_so() -> None:
    from loyalty.services.membership import enrol

    ProgrammeFactory(members_only=True)
    EarningRuleFactory()
    suzie = CustomerFactory()
    (order,) = ordered([suzie], 1)
    assert accrue_orders(order_ids=[order], by=BY, at=now()) == 0
    enrol(customer_id=suzie.pk, by=STAFF, at=now())
    deliver_due()
    assert accrue_orders(order_ids=[order], by=BY, at=now()) == 1


def test_points_given_back_after_their_expiry_live_for_the_grace() -> None:
    from loyalty.services.spending import give_back, spend

    for grace, active in ((10, 100), (0, 0)):
        ProgrammeFactory(return_grace_days=grace, goes_live_at=now() - timedelta(days=1 if grace else 0, seconds=5))
        suzie, at = CustomerFactory(), now()
        give(suzie.pk, 100, at=at, expires_at=at + timedelta(days=1))
        key = f"pay_{uuid7()}"
        spend(customer_id=suzie.pk, unit="points", amount=100, key=key, order_id=uuid7(), cart_id=None, by=BY, at=at)
        late = at + timedelta(days=2)
        assert give_back(key=key, refund_key=f"r:{key}", total=100, reason="Back", by=BY, at=late) == 100
        found = find_balance(suzie.pk, late)
        assert found.points_active == active
        assert found.next_expiry == ((100, late + timedelta(days=grace)) if grace else None)
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_the_profile_shows_points_and_credit_as_people_read_them() -> None:
    ProgrammeFactory()
    suzie = CustomerFactory()
    assert PointsPanel().panel(customer_id=suzie.pk, at=now()) is None
    give(suzie.pk, 1_240)
    give_credit(suzie.pk, 1_500)
    panel = PointsPanel().panel(customer_id=suzie.pk, at=now())
    assert panel is not None
    assert (panel["headline"], panel["note"]) == ("1,240", "points, worth $12.40")
    assert panel["figures"] == [{"value": "1,240", "label": "points"}, {"value": "$15.00", "label": "store credit"}]
