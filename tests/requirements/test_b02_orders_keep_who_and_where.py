"""B2 (the order's part): channel, store, device and associate of each line stand on the order and survive a return elsewhere."""

import pytest

from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db


def test_every_line_says_who_and_where_through_placing_and_returning(world: World):
    # given one cart, into which the app, the website and an associate have each put something
    for sku in ("DRESS-10", "BELT", "SOCKS"):
        world.sell(sku, 2000)
    cart = add(world.app, "DRESS-10")
    add(world.web, "BELT")
    path = f"/carts/{cart['id']}"
    add(world.till, "SOCKS", path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out", "store_id": str(world.harbour.pk)}))
    # when it is bought at the till
    order = check_out(world.till, {"provider": "cash"}, path=path)
    nobody = {"store_id": None, "device_id": None, "associate_id": None}
    maya = {"store_id": str(world.harbour.pk), "device_id": str(world.device.pk), "associate_id": str(world.maya.pk)}
    marks = {
        "DRESS-10": {"channel": "mobile", **nobody},
        "BELT": {"channel": "web", **nobody},
        "SOCKS": {"channel": "tablet", **maya},
    }
    assert {line["sku"]: line["added"] for line in order["lines"]} == marks
    assert (order["channel"], order["store_id"]) == ("tablet", str(world.harbour.pk))
    # and all of it is brought back in another store
    other = world.till_in(world.mill)
    given = {"lines": [{"line_id": line["id"], "quantity": 1} for line in order["lines"]]}
    after = said(other.post_json(f"/orders/{order['id']}/returns", given), 201)
    # then the lines still say where they came from, and the return says where it was taken
    assert {line["sku"]: line["added"] for line in after["lines"]} == marks
    assert (after["returns"][0]["channel"], after["returns"][0]["store_id"]) == ("tablet", str(world.mill.pk))
