"""The commuter: reloads a card, orders ahead on the train, picks up with a code. Open steps are strict expected failures."""

import pytest

from tests.requirements.world import World, add, check_out, refused, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    world = World.build()
    world.sell("FLAT-WHITE", 450, tax="standard")
    return world


def test_orders_ahead_on_the_train_and_picks_up_with_a_code_when_it_is_ready(world: World) -> None:
    # given an order from the phone for the store at the station, paid there
    add(world.app, "FLAT-WHITE")
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.app)
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "terminal"}), 201)
    part = order["fulfilments"][0]
    assert part["kind"] == "pickup"
    # when it is made, the phone has the code at once
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part['id']}/{step}"))
    ready = said(world.app.get_json(f"/orders/{order['id']}"))["fulfilments"][0]
    assert ready["status"] == "ready"
    # then a wrong code opens nothing, the right one once
    refused(world.till.post_json(f"/fulfilments/{part['id']}/collect", {"code": "000000x"}), 422, "pickup_code_wrong")
    said(world.till.post_json(f"/fulfilments/{part['id']}/collect", {"code": ready["pickup_code"]}))
    assert said(world.web.get_json(f"/orders/{order['id']}"))["status"] == "completed"


@pytest.mark.xfail(strict=True, reason="S59, P19: there is no stored-value card to reload yet")
def test_reloads_the_stored_value_card_on_the_phone_and_sees_it_everywhere_at_once(world: World) -> None:
    body = {"amount": {"amount_minor": 2_500, "currency": "USD"}, "provider": "sandbox"}
    said(world.app.post_json("/me/stored-value/reloads", body), 201)
    for client in (world.web, world.app):
        assert said(client.get_json("/me/stored-value"))["balance"]["amount_minor"] == 2_500


@pytest.mark.xfail(strict=True, reason="S61: pickups promise no minute chosen by the customer yet")
def test_the_order_ahead_names_when_it_is_wanted(world: World) -> None:
    add(world.app, "FLAT-WHITE")
    way = {"kind": "pickup", "store_id": str(world.harbour.pk), "slot": "next"}
    said(world.app.put_json("/cart/fulfilment", way))
