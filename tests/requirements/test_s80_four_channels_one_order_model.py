"""S80: bought in a store, on the website, through the app and from a social channel: one order model."""

import pytest

from omnichannel.kernel.clock import now
from tests.requirements.world import ADDRESS, World, add, check_out, said
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


def test_the_four_orders_have_one_shape_one_price_and_one_list(world: World):
    world.sell("DRESS-10", 4999)
    key = key_api("orders:write", "orders:read")
    orders = {}
    # on the website, sent home
    add(world.web, "DRESS-10")
    said(world.web.put_json("/cart/fulfilment", {"kind": "ship", "ship_to": ADDRESS, "shipping_method": "standard"}))
    orders["web"] = check_out(world.web)
    # through the app, picked up
    add(world.app, "DRESS-10")
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    orders["mobile"] = check_out(world.app)
    # in the store, for the same customer, carried out
    path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
    add(world.till, "DRESS-10", path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    orders["tablet"] = check_out(world.till, {"provider": "cash"}, path=path)
    # and from a social channel
    sale = {
        "source": "instagram", "external_id": "1", "placed_at": now().isoformat(), "customer_id": str(world.suzie.pk),
        "lines": [{"sku": "DRESS-10", "quantity": 1, "unit_price_minor": 4999}], "total": {"amount_minor": 4999, "currency": "USD"},
        "store_id": str(world.depot.pk),
    }  # fmt: skip
    said(key.post_json("/orders/record", sale, X_Channel="social"), 201)
    # then the customer's list has all four, each of its channel
    listed = said(world.app.get_json("/orders"))["items"]
    assert {row["channel"] for row in listed} == {"web", "mobile", "tablet", "social"}
    whole = [said(world.web.get_json(f"/orders/{row['id']}")) for row in listed]
    # one shape for all, lines, payments and parts alike
    assert len({frozenset(order) for order in whole}) == 1
    for order in whole:
        assert order["totals"]["items"]["amount_minor"] == 4999 == order["lines"][0]["unit_price"]["amount_minor"]
        assert order["lines"][0]["added"]["channel"] == order["channel"]
        assert len(order["fulfilments"]) == 1
    assert {order["fulfilments"][0]["kind"] for order in whole} == {"ship", "pickup", "carry_out"}
