"""P10: one order, part carried out, part picked up elsewhere, part sent from the stores that have it."""

import pytest

from tests.requirements.world import ADDRESS, World, add, check_out, said

pytestmark = pytest.mark.django_db


def test_one_order_goes_three_ways(world: World):
    # given a belt in the hand, a dress at Mill Lane, and hats that no single place has enough of
    world.sell("BELT", 1999, stock={world.harbour: 1})
    world.sell("DRESS-10", 4999, stock={world.mill: 2})
    world.sell("HAT", 2500, stock={world.depot: 2, world.mill: 1})
    path = f"/carts/{said(world.till.post_json('/carts'), 201)['id']}"
    lines = {
        line["sku"]: line["id"]
        for sku in ("BELT", "DRESS-10", "HAT")
        for line in add(world.till, sku, 3 if sku == "HAT" else 1, path)["lines"]
    }
    said(
        world.till.put_json(
            f"{path}/fulfilment",
            {
                "kind": "carry_out",
                "ship_to": ADDRESS,
                "shipping_method": "standard",
                "lines": {
                    lines["DRESS-10"]: {"kind": "pickup", "store_id": str(world.mill.pk)},
                    lines["HAT"]: {"kind": "ship"},
                },
            },
        )
    )
    # when it is paid at the till
    order = check_out(world.till, {"provider": "terminal"}, path=path, email="suzie@example.com")
    # then it is one order of four parts: carried out, to pick up, and two parcels
    parts = sorted(
        (part["kind"], part["store_id"], sum(line["quantity"] for line in part["lines"]), part["status"])
        for part in order["fulfilments"]
    )
    harbour, mill, depot = (str(store.pk) for store in (world.harbour, world.mill, world.depot))
    assert parts == sorted(
        [
            ("carry_out", harbour, 1, "collected"),
            ("pickup", mill, 1, "placed"),
            ("ship", depot, 2, "placed"),
            ("ship", mill, 1, "placed"),
        ]
    )
    assert (world.stock(world.harbour, "BELT"), world.stock(world.mill, "DRESS-10")) == ((0, 0), (2, 1))
    assert (world.stock(world.depot, "HAT"), world.stock(world.mill, "HAT")) == ((2, 2), (1, 1))
    # and each part goes its own way; the order is completed with the last
    desk = world.till_in(world.mill)
    for part in order["fulfilments"]:
        if part["kind"] == "ship":
            client = desk if part["store_id"] == mill else world.till_in(world.depot, "Ida")
            said(client.post_json(f"/fulfilments/{part['id']}/ship", {"carrier": "UPS", "tracking_number": "1Z9"}))
            said(client.post_json(f"/fulfilments/{part['id']}/deliver"))
    assert said(world.till.get_json(f"/orders/{order['id']}"))["status"] == "confirmed"
    (pickup,) = [part["id"] for part in order["fulfilments"] if part["kind"] == "pickup"]
    said(desk.post_json(f"/fulfilments/{pickup}/accept"))
    said(desk.post_json(f"/fulfilments/{pickup}/reject", {"reason": "Torn"}))
    after = said(world.till.get_json(f"/orders/{order['id']}"))
    assert (after["status"], after["totals"]["refunded"]["amount_minor"]) == ("completed", 4999)
    assert world.stock(world.mill, "DRESS-10") == (2, 0)
