"""B19: one command loads a year of simulated trade; loading again changes nothing. (The page is played in tests/demo.)"""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import Count, Max, Min
from django.db.models.functions import TruncMonth

from carts.models import Cart
from customers.models import Customer
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Fulfilment, Order
from stores.models import StockLevel, Store
from stores.services.reconciling import reconcile_stock

pytestmark = pytest.mark.django_db


def figures() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Order, Customer, Cart, Store, StockLevel, Fulfilment)}


@pytest.mark.prove  # a year takes a minute of both cores; the small load is played by tests/demo
def test_an_empty_database_gets_a_year_of_trade_once(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("demo_load", verbosity=0)
    # then there are sales in each of the last twelve months, in stores and online
    span = Order.objects.aggregate(first=Min("placed_at"), last=Max("placed_at"))
    assert span["first"] < now() - timedelta(days=360) and span["last"] > now() - timedelta(days=2)
    months = Order.objects.annotate(month=TruncMonth("placed_at")).values("month").annotate(orders=Count("id"))
    assert len(months) >= 12 and min(row["orders"] for row in months) > 10
    channels = set(Order.objects.values_list("channel", flat=True))
    assert {"web", "mobile"} <= channels and channels & {"tablet", "pos"}
    # and today: open carts, pickups that wait, a ledger that sums
    assert (
        Cart.objects.filter(status="open").exists()
        and Fulfilment.objects.filter(kind="pickup", status="placed").exists()
    )
    assert reconcile_stock(repair=False, by=SYSTEM, at=now()) == []
    # when it is loaded again, nothing changes
    before = figures()
    call_command("demo_load", verbosity=0)
    assert figures() == before
    assert before["Order"] > 1_000 and before["Customer"] > 100
