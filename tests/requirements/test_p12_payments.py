"""P12: authorise, capture, void, refund; several tenders on one bill; links to pay; refunds in reverse of tender."""

import pytest

from tests.orders.conftest import gateway, sandbox_process  # noqa: F401  the sandbox gateway, a process of its own
from tests.requirements.world import World, add, check_out, guest_of, refused, said

pytestmark = pytest.mark.django_db(transaction=True)


def pickup(world: World, client, quantity: int = 1):
    add(client, "DRESS-10", quantity)
    said(client.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))


def test_a_card_is_authorised_captured_at_hand_over_and_refunded(world: World, gateway):  # noqa: F811
    world.sell("DRESS-10", 5000)
    pickup(world, world.app, 2)
    card = {"provider": "sandbox", "method": {"token": "tok_visa"}, "capture": "on_handover"}
    order = check_out(world.app, card)
    assert [payment["state"] for payment in order["payments"]] == ["authorised"]
    part = order["fulfilments"][0]["id"]
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part}/{step}"))
    code = said(world.app.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    said(world.till.post_json(f"/fulfilments/{part}/collect", {"code": code}))
    after = said(world.app.get_json(f"/orders/{order['id']}"))
    assert (after["payments"][0]["state"], after["payments"][0]["captured"]["amount_minor"]) == ("captured", 10000)
    # a return goes back to the card
    given = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]}
    said(world.till.post_json(f"/orders/{order['id']}/returns", given), 201)
    after = said(world.app.get_json(f"/orders/{order['id']}"))
    assert [(row["amount"]["amount_minor"], row["state"]) for row in after["refunds"]] == [(5000, "done")]
    # and what was only authorised is let go when the order is cancelled
    pickup(world, world.app)
    order = check_out(world.app, card)
    said(world.app.post_json(f"/orders/{order['id']}/cancel"))
    assert said(world.app.get_json(f"/orders/{order['id']}"))["payments"][0]["state"] == "voided"


def test_cash_terminal_and_card_share_a_bill_and_go_back_in_reverse(world: World, gateway):  # noqa: F811
    # given a bill of 100.00 at the till
    world.sell("DRESS-10", 5000)
    path = world.walk_in(world.till)
    add(world.till, "DRESS-10", 2, path)
    order = check_out(
        world.till,
        {"provider": "cash", "amount_minor": 2000},
        {"provider": "terminal", "amount_minor": 3000, "method": {"brand": "Visa", "last4": "4242"}},
        {"provider": "sandbox", "method": {"token": "tok_visa"}},
        path=path,
    )
    assert [(p["provider"], p["captured"]["amount_minor"]) for p in order["payments"]] == [
        ("cash", 2000),
        ("terminal", 3000),
        ("sandbox", 5000),
    ]
    # when one of two comes back, and then the other
    given = {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]}
    said(world.till.post_json(f"/orders/{order['id']}/returns", given), 201)
    said(world.till.post_json(f"/orders/{order['id']}/returns", given), 201)
    # then the last tender was first to be given back
    after = said(world.till.get_json(f"/orders/{order['id']}"))
    provider = {payment["id"]: payment["provider"] for payment in after["payments"]}
    back = [(provider[row["payment_id"]], row["amount"]["amount_minor"], row["state"]) for row in after["refunds"]]
    assert back == [("sandbox", 5000, "done"), ("terminal", 3000, "done"), ("cash", 2000, "done")]
    assert after["payment_status"] == "refunded"
    refused(world.till.post_json(f"/orders/{order['id']}/returns", given), 409, "not_returnable")


def test_a_payment_link_is_paid_on_its_page_by_somebody_else(world: World, gateway, live_server, client):  # noqa: F811
    world.sell("DRESS-10", 5000)
    guest = guest_of()
    pickup(world, guest)
    order = check_out(guest, email="suzie@example.com")
    link = said(world.till.post_json(f"/orders/{order['id']}/payment-links"), 201)
    # when a friend opens the page and pays with a card
    page = client.get(f"/pay/{link['token']}")
    assert page.status_code == 200 and "$50.00" in page.content.decode() and order["number"] in page.content.decode()
    started = said(
        client.post(f"/api/v1/pay/{link['token']}", {"provider": "sandbox"}, content_type="application/json"), 201
    )
    gateway.pay(started["action_url"])
    gateway.wait_for_messages(live_server.url, 1)
    # then the order is paid, and the page says so
    assert said(guest.get_json(f"/orders/{order['id']}"))["status"] == "confirmed"
    assert "is paid" in client.get(f"/pay/{link['token']}").content.decode()
    # a link nobody made leads nowhere
    assert client.get("/pay/nonsense").status_code == 404
