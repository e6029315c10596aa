"""What the hot paths cost, in statements: the same whatever the number of lines, lots and orders."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.queries.balances import find_balance, list_balances
from loyalty.services.earning import accrue_orders
from loyalty.services.spending import spend
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from orders.models import Order, OrderLine
from tests.customers.factories import CustomerFactory
from tests.loyalty.factories import BY, EarningRuleFactory, ProgrammeFactory, give

pytestmark = pytest.mark.django_db


def statements(call: Any) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        call()
    return [query["sql"] for query in caught if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def ordered(customers: list[Any], lines: int) -> list[Any]:
    """Confirmed orders, one each."""
    at = now()
    orders = [
        Order(
            number=f"T-{uuid7().hex[-10:]}", customer=customer, currency="USD", items_minor=1_000 * lines, total_minor=1_000 * lines,
            current_total_minor=1_000 * lines, channel="web", placed_at=at, confirmed_at=at, status="confirmed",
        )
        for customer in customers
    ]  # fmt: skip
    Order.objects.bulk_create(orders, batch_size=500)
    OrderLine.objects.bulk_create(
        [OrderLine(
            order=order, position=position, sku="X", name="X", quantity=1, unit_price_minor=1_000, total_minor=1_000, channel="web",
        )
        for order in orders for position in range(1, lines + 1)],
        batch_size=500,
    )  # fmt: skip
    return [order.id for order in orders]


@pytest.mark.parametrize("lots", [1, 12])
def test_a_burn_costs_three_statements_and_its_fact(lots: int) -> None:
    suzie = CustomerFactory()
    for days in range(lots):
        give(suzie.pk, 10, expires_at=now() + timedelta(days=days + 1))
    told = statements(
        lambda: spend(
            customer_id=suzie.pk,
            unit="points",
            amount=10 * lots,
            key="pay",
            order_id=uuid7(),
            cart_id=None,
            by=BY,
            at=now(),
        )
    )
    # the accounts under lock, what is left in them, all that moved; and the fact
    assert [sql.split()[0] for sql in told] == ["SELECT", "SELECT", "WITH", "WITH"]


def test_a_balance_costs_two_statements_for_one_and_for_many() -> None:
    ProgrammeFactory()
    people = [CustomerFactory() for _ in range(3)]
    for each in people:
        give(each.pk, 10)
    assert len(statements(lambda: find_balance(people[0].pk, now()))) == 2
    assert len(statements(lambda: list_balances([each.pk for each in people], now()))) == 2


def test_earning_costs_the_same_for_one_order_and_for_fifty() -> None:
    ProgrammeFactory()
    EarningRuleFactory()
    one = ordered([CustomerFactory()], 1)
    few = statements(lambda: accrue_orders(order_ids=one, by=BY, at=now()))
    people = [CustomerFactory() for _ in range(50)]
    orders = ordered(people, 4)
    many = statements(lambda: accrue_orders(order_ids=orders, by=BY, at=now()))
    assert len(many) <= len(few) <= 14
    assert find_balance(people[7].pk, now()).points_active == 40
