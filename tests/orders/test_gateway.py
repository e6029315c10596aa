"""Card payments through the sandbox gateway: a process of its own that answers well, badly, late and twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import GatewayMessage, Order, Payment, Refund
from orders.services.expiring import expire_order
from orders.services.gateway import poll_due
from tests.orders.shop import checkout, fill, for_pickup, guest, level, stocked
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop():
    store = StoreFactory()
    return store, stocked(store, price=4900)


def buy(shop, token: str = "", **payment):
    """A guest orders one dress for pickup and pays by card."""
    store, dress = shop
    api = guest()
    fill(api, (dress, 1))
    for_pickup(api, store)
    method = {"token": token} if token else {}
    answer = checkout(api, {"provider": "sandbox", "method": method, **payment})
    assert answer.status_code == 201, answer.content
    return api, answer.json()


def again(api, order):
    return api.get(f"orders/{order['id']}").json()


def poll_everything():
    Payment.objects.exclude(poll_at=None).update(poll_at=now() - timedelta(seconds=1))
    Refund.objects.exclude(poll_at=None).update(poll_at=now() - timedelta(seconds=1))
    poll_due(at=now())


def facts(order):
    return list(Event.objects.filter(subject_id=order["id"]).order_by("id").values_list("name", flat=True))


def test_a_card_is_captured_once_though_answer_and_webhook_both_say_so(gateway, shop, live_server):
    # when a good card pays
    _api, order = buy(shop, "tok_visa")
    # then the answer to the checkout says so already
    assert (order["status"], order["payments"][0]["state"]) == ("confirmed", "captured")
    # and the webhook that follows changes nothing
    gateway.wait_for_messages(live_server.url, 1)
    assert facts(order).count("payment.captured") == 1 and facts(order).count("order.confirmed") == 1
    assert gateway.payment(Payment.objects.get().key)["captures"] == 1


def test_a_declined_card_leaves_the_order_open_for_another(gateway, shop):
    api, order = buy(shop, "tok_decline")
    assert (order["status"], order["payments"][0]["state"]) == ("placed", "failed")
    assert order["payments"][0]["failure_code"] == "card_declined"
    # when another card is offered
    answer = api.post(f"orders/{order['id']}/payments", {"provider": "sandbox", "method": {"token": "tok_visa"}})
    # then it covers the order
    assert answer.status_code == 201, answer.content
    assert (answer.json()["status"], [p["state"] for p in answer.json()["payments"]]) == (
        "confirmed",
        ["failed", "captured"],
    )


def test_a_timeout_is_unknown_until_asked_and_charges_once(gateway, shop):
    # given a gateway that charges and says nothing
    api, order = buy(shop, "tok_timeout")
    assert order["payments"][0]["state"] in ("unknown", "captured")  # the webhook may be faster than our patience
    # when the poll asks what became of it
    poll_everything()
    # then it is captured, once
    assert again(api, order)["status"] == "confirmed"
    assert gateway.payment(Payment.objects.get().key)["captures"] == 1
    assert facts(order).count("payment.captured") == 1


def test_a_gateway_that_fails_is_tried_again_with_the_same_key(gateway, shop):
    # given a gateway that answers 500 and did nothing
    gateway.behave("fail")
    api, order = buy(shop)
    assert order["payments"][0]["state"] == "unknown"
    # when it has recovered
    poll_everything()
    # then the payment waits on its page
    payment = again(api, order)["payments"][0]
    assert payment["state"] == "pending" and payment["action_url"].startswith(gateway.url)


def test_a_message_sent_twice_is_kept_once(gateway, shop, live_server):
    _api, order = buy(shop, "tok_twice")
    gateway.wait_for_messages(live_server.url, 2)
    assert GatewayMessage.objects.count() == 1
    assert facts(order).count("payment.captured") == 1


def test_a_late_answer_confirms_when_it_comes(gateway, shop, live_server):
    api, order = buy(shop, "tok_late")
    assert (order["status"], order["payments"][0]["state"]) == ("placed", "pending")
    # when the gateway speaks at last
    assert gateway.release() == 1
    gateway.wait_for_messages(live_server.url, 1)
    # then the order is confirmed
    assert again(api, order)["status"] == "confirmed"


def test_the_hosted_page_takes_the_card(gateway, shop, live_server):
    # given no token: the customer is sent to the gateway's page
    api, order = buy(shop)
    page = order["payments"][0]["action_url"]
    # when a first card is declined there and a second is good
    assert "declined" in gateway.pay(page, "4000000000000002").text
    assert again(api, order)["status"] == "placed"
    gateway.pay(page)
    gateway.wait_for_messages(live_server.url, 1)
    # then the webhook confirms the order
    assert again(api, order)["status"] == "confirmed"


def test_an_authorised_card_is_captured_when_the_goods_leave(gateway, shop):
    # given a card only authorised with the order
    store, _ = shop
    api, order = buy(shop, "tok_visa", capture="on_handover")
    assert (order["status"], order["payments"][0]["state"]) == ("confirmed", "authorised")
    from tests.orders.shop import till

    desk = till(store)
    part = order["fulfilments"][0]["id"]
    for step in ("accept", "pick", "ready"):
        assert desk.post(f"fulfilments/{part}/{step}").status_code == 200
    code = again(api, order)["fulfilments"][0]["pickup_code"]
    # when the goods are handed over
    assert desk.post(f"fulfilments/{part}/collect", {"code": code}).status_code == 200
    # then the money is taken
    after = again(api, order)
    assert (after["payments"][0]["state"], after["payment_status"], after["status"]) == (
        "captured",
        "paid",
        "completed",
    )


def test_cancelling_an_authorised_order_voids_and_a_captured_one_refunds(gateway, shop):
    api, authorised = buy(shop, "tok_visa", capture="on_handover")
    assert api.post(f"orders/{authorised['id']}/cancel").status_code == 200
    assert again(api, authorised)["payments"][0]["state"] == "voided"
    api, captured = buy(shop, "tok_visa")
    assert api.post(f"orders/{captured['id']}/cancel").status_code == 200
    after = again(api, captured)
    assert [(r["state"], r["amount"]["amount_minor"]) for r in after["refunds"]] == [("done", 4900)]
    assert gateway.payment(Payment.objects.get(order_id=captured["id"]).key)["refunded_minor"] == 4900
    assert level(*shop) == (10, 0)


def test_a_refund_whose_answer_is_lost_is_paid_once(gateway, shop):
    api, order = buy(shop, "tok_visa")
    gateway.behave("timeout")
    assert api.post(f"orders/{order['id']}/cancel").status_code == 200
    assert again(api, order)["refunds"][0]["state"] == "unknown"
    poll_everything()
    assert again(api, order)["refunds"][0]["state"] == "done"
    assert gateway.payment(Payment.objects.get().key)["refunded_minor"] == 4900
    assert facts(order).count("refund.done") == 1


def test_a_refused_refund_is_taken_off_again_and_waits_for_a_person(gateway, shop):
    api, order = buy(shop, "tok_visa")
    gateway.behave("decline")
    api.post(f"orders/{order['id']}/cancel")
    after = again(api, order)
    assert (after["refunds"][0]["state"], after["totals"]["refunded"]["amount_minor"]) == ("failed", 0)
    assert Refund.objects.count() == 1
    assert "refund.failed" in facts(order)


def test_money_that_comes_after_the_order_was_cancelled_goes_back(gateway, shop, live_server):
    # given a payment whose answer is late, and an order cancelled meanwhile
    api, order = buy(shop, "tok_late")
    row = Order.objects.get(pk=order["id"])
    Order.objects.filter(pk=row.pk).update(pay_until=now() - timedelta(seconds=1))
    assert expire_order(order_id=row.pk, by=SYSTEM, at=now())
    # when the gateway says that it has the money
    gateway.release()
    gateway.wait_for_messages(live_server.url, 1)
    poll_everything()
    # then it goes back and the stock is free
    after = again(api, order)
    assert (after["status"], [(r["cause"], r["state"]) for r in after["refunds"]]) == (
        "cancelled",
        [("late_capture", "done")],
    )
    assert level(*shop) == (10, 0)


def test_fifty_checkouts_and_a_racing_webhook_make_one_order_and_one_capture(gateway, shop, live_server):
    # given one cart and fifty callers at once, each with a card that also speaks by webhook
    store, dress = shop
    api = guest()
    fill(api, (dress, 1))
    for_pickup(api, store)
    body = {
        "expected_total": api.get("cart").json()["totals"]["total"],
        "email": "a@example.com",
        "payments": [{"provider": "sandbox", "method": {"token": "tok_twice"}}],
    }
    barrier = Barrier(10)

    def call(number: int) -> int:
        try:
            if number < 10:
                barrier.wait()
            return int(api.post("checkout", body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        statuses = sorted(pool.map(call, range(50)))
    gateway.wait_for_messages(live_server.url, 2)
    # then one order, one capture
    assert statuses.count(201) == 1 and set(statuses) <= {201, 409, 503}
    assert Order.objects.count() == 1 and Payment.objects.count() == 1
    assert gateway.payment(Payment.objects.get().key)["captures"] == 1
    assert Event.objects.filter(name="payment.captured").count() == 1
    assert level(store, dress) == (10, 1)


def test_capture_and_expiry_race_and_one_of_them_wins(gateway, shop):
    # given unpaid orders at their deadline, each with its payer's page open
    pairs = [buy(shop) for _ in range(4)]
    Order.objects.update(pay_until=now() - timedelta(seconds=1))
    outcomes = []

    def pay(order) -> None:
        gateway.pay(order["payments"][0]["action_url"])

    def expire(order) -> None:
        try:
            expire_order(order_id=Order.objects.get(number=order["number"]).pk, by=SYSTEM, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda job: job[0](job[1]), [(f, order) for _, order in pairs for f in (pay, expire)]))
    for _ in range(3):
        poll_everything()
    for api, order in pairs:
        after = again(api, order)
        outcomes.append(after["status"])
        # then: confirmed with the money and the unit, or cancelled without either
        kept = after["totals"]["paid"]["amount_minor"] - after["totals"]["refunded"]["amount_minor"]
        assert (after["status"], kept) in (("confirmed", 4900), ("cancelled", 0)), after
    assert level(*shop)[1] == outcomes.count("confirmed")
