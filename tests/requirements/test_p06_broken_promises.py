"""P6, P9: a stock change below what is promised is told to the order, and somebody decides before goods are handed over."""

import pytest

from omnichannel.events.models import Event
from orders.models import StockDiscrepancy
from stores.models import StockMovement
from tests.events.tools import deliver_twice
from tests.requirements.world import World, add, check_out, guest_of, refused, said, staff_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


@pytest.fixture
def promised(world: World):
    """Two dresses promised for pickup and paid, of which one turns out to be stolen."""
    world.sell("DRESS-10", 4999, stock={world.harbour: 2})
    guest = guest_of()
    add(guest, "DRESS-10", 2)
    said(guest.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(guest, email="guest@example.com")
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    erp = key_api("stock:write", "stock:read")
    said(
        erp.post_json(
            "/stock/adjustments", {"store": "harbour", "sku": "DRESS-10", "set_on_hand": 1, "reason": "Stolen"}
        ),
        201,
    )
    deliver_twice()
    return guest, order, erp


def make_ready(world: World, guest, order) -> tuple[str, str]:
    part = order["fulfilments"][0]["id"]
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part}/{step}"))
    code = said(guest.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    return f"/fulfilments/{part}/collect", code


def test_the_order_says_so_to_staff_once(world: World, promised):
    _, order, _ = promised
    # then one row waits for staff, and one fact tells it, though the event came twice
    row = StockDiscrepancy.objects.get()
    assert (str(row.order_id), row.missing, row.state, row.store) == (order["id"], 1, "open", world.harbour)
    assert "Stolen" in row.note
    assert Event.objects.filter(name="stock_discrepancy.opened").count() == 1
    # and it stands on the order's page
    page = staff_of(is_superuser=True).get(f"/admin/orders/order/{order['id']}/change/").content.decode()
    assert "Missing stock" in page and "Stolen" in page


def test_the_missing_unit_is_cancelled_with_its_money_and_the_other_collected(world: World, promised):
    guest, order, _ = promised
    line = order["lines"][0]["id"]
    # when both are to be handed over, there is too little
    collect, code = make_ready(world, guest, order)
    refused(world.till.post_json(collect, {"code": code}), 409, "insufficient_stock")
    # when the missing one is cancelled
    cancelled = said(
        world.till.post_json(f"/orders/{order['id']}/cancel", {"lines": [{"line_id": line, "quantity": 1}]})
    )
    assert cancelled["totals"]["refunded"]["amount_minor"] == 4999
    # then the other one goes out, and the ledger sums
    code = said(guest.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    assert said(world.till.post_json(collect, {"code": code}))["status"] == "collected"
    assert world.stock(world.harbour, "DRESS-10") == (0, 0)
    assert sum(StockMovement.objects.values_list("on_hand_delta", flat=True)) == 0


def test_a_unit_that_is_found_again_is_handed_over(world: World, promised):
    guest, order, erp = promised
    said(
        erp.post_json("/stock/adjustments", {"store": "harbour", "sku": "DRESS-10", "change_by": 1, "reason": "Found"}),
        201,
    )
    collect, code = make_ready(world, guest, order)
    assert said(world.till.post_json(collect, {"code": code}))["status"] == "collected"
    assert world.stock(world.harbour, "DRESS-10") == (0, 0)
