"""S20: choosing to pick up in a store holds its stock, until the goods are collected or the time is over."""

import pytest

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from orders.services.expiring import expire_unpaid
from tests.requirements.world import World, add, check_out, guest_of, refused, said

pytestmark = pytest.mark.django_db


def pick_up(world: World, client, sku: str, quantity: int = 1):
    add(client, sku, quantity)
    return said(client.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))


def test_a_pickup_holds_the_stores_units_until_it_is_collected(world: World):
    # given the last three in Harbour Street
    world.sell("DRESS-10", 4999, stock={world.harbour: 3, world.mill: 9})
    pick_up(world, world.app, "DRESS-10", 2)
    assert world.stock(world.harbour, "DRESS-10") == (3, 0)
    # when two are ordered for pickup there
    order = check_out(world.app)
    # then they are held there and nowhere else, and everyone is told what is left
    assert (world.stock(world.harbour, "DRESS-10"), world.stock(world.mill, "DRESS-10")) == ((3, 2), (9, 0))
    shown = said(world.web.get_json("/availability?skus=DRESS-10&store=harbour"))["items"][0]["lines"][0]
    assert shown["available"] == 1
    other = guest_of()
    pick_up(world, other, "DRESS-10", 2)
    total = said(other.get_json("/cart"))["totals"]["total"]
    short = refused(
        other.post_json("/checkout", {"expected_total": total, "email": "o@example.com"}), 409, "insufficient_stock"
    )
    assert [row["available"] for row in short["data"]["shortages"]] == [1]
    # when the customer has paid and comes with the code
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "terminal"}), 201)
    part = order["fulfilments"][0]["id"]
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part}/{step}"))
    code = said(world.app.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    said(world.till.post_json(f"/fulfilments/{part}/collect", {"code": code}))
    # then they have left the shelf
    assert world.stock(world.harbour, "DRESS-10") == (1, 0)


def test_an_unpaid_pickup_gives_its_units_back_at_its_hour(world: World):
    world.sell("DRESS-10", 4999, stock={world.harbour: 1})
    pick_up(world, world.web, "DRESS-10")
    order = check_out(world.web)
    assert world.stock(world.harbour, "DRESS-10") == (1, 1)
    Order.objects.update(pay_until=now())
    assert expire_unpaid(by=SYSTEM, at=now()) == 1
    assert said(world.web.get_json(f"/orders/{order['id']}"))["status"] == "cancelled"
    assert world.stock(world.harbour, "DRESS-10") == (1, 0)
