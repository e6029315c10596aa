"""Paths built from the log: what led to an order, what it is credited with, and what a return takes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Sum

from customers.models import Customer, Identity, Label
from insights.models import Credit, Path, Touch
from insights.services.paths import build_paths, rebuild_paths
from insights.services.values import set_values
from omnichannel.events.models import Event
from omnichannel.events.states import EventKind
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer() -> Customer:
    customer = Customer.objects.create(number="C-1", email="suzie.l@example.com")
    Identity.objects.create(id=customer.pk, customer=customer, kind="customer", value=str(customer.pk))
    return customer


def an_order(customer: Customer | None, *, total: int = 10_000, channel: str = "web", **fields: object) -> Order:
    at = now()
    return Order.objects.create(
        number=f"M-{uuid4().hex[:8].upper()}", customer=customer, channel=channel, currency="USD", items_minor=total, total_minor=total,
        current_total_minor=total, paid_minor=total, placed_at=at, confirmed_at=at, status="confirmed", **fields,
    )  # fmt: skip


def an_event(
    identity_id, *, days: float, name: str = "page", kind: str = EventKind.TRACKED, **context: object
) -> Event:
    at = now() - timedelta(days=days)
    return Event.objects.create(
        id=uuid7(), name=name, kind=kind, occurred_at=at, identity_id=identity_id, channel="web", actor="", request_id="",
        context=context, data={},
    )  # fmt: skip


def kinds(order: Order) -> list[str]:
    return list(Touch.objects.filter(path_id=order.pk).order_by("position").values_list("kind", flat=True))


def test_touches_of_every_identity_lead_to_the_order_and_echoes_do_not(customer):
    # given an ad click as a visitor, a mail later, and a tracked copy of a fact
    visitor = Identity.objects.create(customer=customer, kind="anonymous", value="a-1")
    an_event(visitor.pk, days=10, utm_source="google", utm_medium="cpc", gclid="x")
    an_event(customer.pk, days=3, utm_source="june", utm_medium="email", utm_campaign="june")
    an_event(customer.pk, days=1, name="Order Completed", kind=EventKind.ECHO)
    order = an_order(customer)
    # when the path is built
    build_paths(order_ids=[order.pk], at=now())
    # then it holds the two, and every model credits the whole order
    assert kinds(order) == ["ad", "email"]
    sums = Credit.objects.filter(path_id=order.pk).values("model").annotate(sum=Sum("amount_minor"))
    assert {row["model"]: row["sum"] for row in sums} == dict.fromkeys(
        ["first", "last", "linear", "time_decay", "position"], 10_000
    )


def test_an_order_nobody_tracked_has_the_place_it_was_placed_in(customer):
    till, post = an_order(None, channel="pos"), an_order(customer, channel="social", campaign={"utm_content": "post-7"})
    build_paths(order_ids=[till.pk, post.pk], at=now())
    assert (kinds(till), kinds(post)) == (["store"], ["social"])
    assert Touch.objects.get(path_id=post.pk).content == "post-7"


def test_what_is_older_than_90_days_or_after_the_order_leads_nowhere(customer):
    order = an_order(customer)
    an_event(customer.pk, days=91, utm_medium="email")
    an_event(customer.pk, days=-1, utm_medium="sms")
    build_paths(order_ids=[order.pk], at=now())
    assert kinds(order) == ["direct"]


def test_building_twice_is_building_once_and_a_return_takes_credit_back(customer):
    order = an_order(customer)
    an_event(customer.pk, days=2, utm_medium="email")
    build_paths(order_ids=[order.pk], at=now())
    # when part of it comes back
    Order.objects.filter(pk=order.pk).update(current_total_minor=2_500)
    build_paths(order_ids=[order.pk], at=now())
    # then each model credits what is left, once
    assert set(
        Credit.objects.filter(path_id=order.pk)
        .values_list("model")
        .annotate(Sum("amount_minor"))
        .values_list("amount_minor__sum", flat=True)
    ) == {2_500}
    assert Path.objects.get().net_minor == 2_500


def test_paths_of_many_orders_cost_the_same_statements(customer, django_assert_num_queries):
    orders = [an_order(customer) for _ in range(8)]
    for several in (orders[:1], orders):
        with django_assert_num_queries(11):  # savepoint, lock, two reads, three deletes, three copies, release
            build_paths(order_ids=[order.pk for order in several], at=now())


def test_everything_is_built_again_from_the_log(customer):
    orders = [an_order(customer) for _ in range(3)]
    assert list(rebuild_paths(at=now())) == [3]
    assert Path.objects.count() == len(orders)
    assert Path.objects.filter(is_first_order=True).count() == 1


def test_what_a_customer_is_worth_so_far_stands_on_a_label(customer):
    an_order(customer, total=4_000)
    an_order(customer, total=6_000)
    set_values(customer_ids=[customer.pk], at=now())
    set_values(customer_ids=[customer.pk], at=now())
    label = Label.objects.get(customer=customer, kind="value", key="lifetime")
    assert label.value == {"orders": 2, "amount_minor": 10_000, "currency": "USD"}
