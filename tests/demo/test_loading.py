"""The demo brand loads whole, once, and what it shows stays there."""

from datetime import timedelta

import pytest

from demo.services.loading import is_loaded, load_demo
from omnichannel.kernel.clock import now
from orders.models import Fulfilment, Order
from stores.queries.levels import list_available_to_sell


@pytest.mark.django_db
def test_the_demo_has_sales_stock_open_carts_and_paid_pickups():
    # when the small demo is loaded
    at = now()
    load_demo(at=at, say=lambda text: None, small=True)
    # then there is trade, and the pickups on the board are paid and do not lapse
    assert is_loaded()
    assert Order.objects.filter(source="demo").count() > 100
    waiting = Fulfilment.objects.filter(kind="pickup", status="placed")
    assert waiting.count() == 9
    assert set(waiting.values_list("order__status", flat=True)) == {"confirmed"}
    assert sum(list_available_to_sell(list(waiting.values_list("lines__line__variant", flat=True)), None).values()) > 0
    assert at - timedelta(days=366) < Order.objects.earliest("placed_at").placed_at
