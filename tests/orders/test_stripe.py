"""Stripe through its own SDK, against a server on a real port that speaks its API; webhooks signed as Stripe does."""

from datetime import timedelta

import pytest
from django.db import connection

from omnichannel.kernel.clock import now
from orders.models import GatewayMessage, Order, Payment
from orders.providers import stripe_gateway
from orders.services.gateway import poll_due
from tests.orders.shop import Api, checkout, fill, for_pickup, guest, stocked
from tests.orders.stripe_server import Stripe
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "whsec_of_the_tests"


@pytest.fixture
def stripe(settings):
    server = Stripe()
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", server.url, SECRET
    yield server
    stripe_gateway._client("sk_test_1", server.url)._requestor._get_http_client().close()
    stripe_gateway._client.cache_clear()
    server.close()


def buy(token="", **payment):
    store = StoreFactory()
    api = guest()
    fill(api, (stocked(store, price=4900), 1))
    for_pickup(api, store)
    answer = checkout(api, {"provider": "stripe", "method": {"token": token} if token else {}, **payment})
    assert answer.status_code == 201, answer.content
    return api, answer.json()


def hook(body, signature):
    return Api().client.post(
        "/api/v1/gateways/stripe/webhook",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )


def test_the_payer_gets_a_client_secret_and_the_signed_webhook_confirms(stripe):
    # given an order to be paid on Stripe's element
    api, order = buy()
    payment = order["payments"][0]
    assert (payment["state"], payment["client_secret"]) == ("pending", "pi_1_secret")
    assert stripe.intents["pi_1"]["amount"] == 4900
    # when Stripe says that it was paid, twice
    body, signature = stripe.event("payment_intent.succeeded", stripe.succeed("pi_1"), SECRET)
    assert [hook(body, signature).json() for _ in range(2)] == [{"received": True}, {"received": False}]
    # then the order is confirmed, once
    assert api.get(f"orders/{order['id']}").json()["status"] == "confirmed"
    assert GatewayMessage.objects.get().outcome == "Payment captured"


@pytest.mark.parametrize("broken", ["secret", "old", "body", "none"])
def test_a_message_that_stripe_did_not_sign_is_refused(stripe, broken):
    _, order = buy()
    body, signature = stripe.event(
        "payment_intent.succeeded",
        stripe.succeed("pi_1"),
        "whsec_wrong" if broken == "secret" else SECRET,
        at=int((now() - timedelta(hours=1)).timestamp()) if broken == "old" else None,
    )
    if broken == "body":
        body = body.replace(b"4900", b"4901")
    answer = hook(body, "" if broken == "none" else signature)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_invalid")
    assert Order.objects.get(pk=order["id"]).status == "placed" and not GatewayMessage.objects.exists()


def test_messages_out_of_order_do_not_take_a_payment_back(stripe):
    _, order = buy()
    before = dict(stripe.intents["pi_1"])
    body, signature = stripe.event("payment_intent.succeeded", stripe.succeed("pi_1"), SECRET, event_id="evt_2")
    hook(body, signature)
    body, signature = stripe.event("payment_intent.created", before, SECRET, event_id="evt_1")
    assert hook(body, signature).status_code == 200
    assert Payment.objects.get().state == "captured"
    assert Order.objects.get(pk=order["id"]).status == "confirmed"


def test_a_card_given_with_the_order_is_charged_and_refunded(stripe):
    api, order = buy("pm_card_visa")
    assert order["status"] == "confirmed"
    after = api.post(f"orders/{order['id']}/cancel").json()
    assert after["status"] == "cancelled"
    assert [refund["amount"] for refund in stripe.refunds.values()] == [4900]
    assert api.get(f"orders/{order['id']}").json()["refunds"][0]["state"] == "done"


def test_a_declined_card_closes_its_intent(stripe):
    _, order = buy("pm_card_chargeDeclined")
    assert (order["payments"][0]["state"], order["payments"][0]["failure_code"]) == ("failed", "card_declined")
    assert stripe.intents["pi_1"]["status"] == "canceled"


def test_an_authorised_card_is_voided_when_the_order_is_cancelled(stripe):
    api, order = buy("pm_card_visa", capture="on_handover")
    assert (order["status"], order["payments"][0]["state"]) == ("confirmed", "authorised")
    api.post(f"orders/{order['id']}/cancel")
    assert stripe.intents["pi_1"]["status"] == "canceled"
    assert Payment.objects.get().state == "voided"


def test_trouble_at_stripe_is_unknown_and_asked_again(stripe):
    stripe.fail_next = 1
    api, order = buy("pm_card_visa")
    assert order["payments"][0]["state"] == "unknown"
    Payment.objects.update(poll_at=now() - timedelta(seconds=1))
    poll_due(at=now())
    assert api.get(f"orders/{order['id']}").json()["status"] == "confirmed"
    assert len(stripe.intents) == 1


def test_the_card_is_known_by_its_fingerprint_which_nobody_is_shown(stripe):
    # given one card charged with the order, and one that Stripe tells of after the payment itself
    api, order = buy("pm_card_visa")
    paid = Payment.objects.get(order_id=order["id"])
    assert paid.method["fingerprint"] == "Xt5EWLLDS7FJ4242"
    shown = api.get(f"orders/{order['id']}").json()["payments"][0]["method"]
    assert shown == {"brand": "visa", "last4": "4242"}
    _, late = buy()
    body, signature = stripe.event("payment_intent.succeeded", stripe.succeed("pi_2"), SECRET)
    hook(body, signature)
    assert "fingerprint" not in Payment.objects.get(order_id=late["id"]).method
    body, signature = stripe.event("charge.succeeded", stripe.charge("pi_2", "0341"), SECRET, event_id="evt_2")
    hook(body, signature)
    paid = Payment.objects.get(order_id=late["id"])
    assert (paid.method["fingerprint"], paid.state) == ("Xt5EWLLDS7FJ0341", "captured")
    # and a charge told first is payment enough
    _, early = buy()
    stripe.succeed("pi_3")
    body, signature = stripe.event("charge.succeeded", stripe.charge("pi_3"), SECRET, event_id="evt_3")
    hook(body, signature)
    paid = Payment.objects.get(order_id=early["id"])
    assert (paid.state, paid.captured_minor, paid.gateway_reference) == ("captured", 4900, "pi_3")


def test_nothing_is_charged_before_its_intent_is_written_down(stripe):
    # given a gateway at which we look into our own database, from outside, as each request comes in
    written = {}

    def look(path):
        payment = Payment.objects.first()
        written[path.removeprefix("/v1/")] = payment and payment.gateway_reference
        connection.close()

    stripe.before = look
    buy("pm_card_visa")
    # then the payment was on disk when the intent was made, and the intent when the card was charged
    assert written == {"payment_intents": "", "payment_intents/pi_1/confirm": "pi_1"}
    assert (stripe.charges, Payment.objects.get().state) == (1, "captured")


@pytest.mark.parametrize("broken", ["/payment_intents", "/confirm"])
def test_a_line_that_breaks_after_a_step_was_done_charges_once(stripe, broken):
    # given Stripe did what was asked and its answer never came
    stripe.break_after = [broken]
    api, order = buy("pm_card_visa")
    assert order["payments"][0]["state"] == "unknown"
    # when we ask again, and again
    for _ in range(2):
        Payment.objects.update(poll_at=now() - timedelta(seconds=1))
        poll_due(at=now())
    # then it is paid, by one intent charged once
    assert api.get(f"orders/{order['id']}").json()["status"] == "confirmed"
    assert (len(stripe.intents), stripe.charges) == (1, 1)


def test_an_order_cancelled_while_its_intent_waits_is_never_charged(stripe):
    # given an intent that is open and written down, and a process that died before it confirmed
    stripe.before = lambda path: path.endswith("/confirm") and setattr(stripe, "fail_next", 1)
    api, order = buy("pm_card_visa")
    assert (stripe.intents["pi_1"]["status"], Payment.objects.get().gateway_reference) == (
        "requires_confirmation",
        "pi_1",
    )
    # when the order is cancelled
    stripe.before = lambda path: None
    api.post(f"orders/{order['id']}/cancel")
    Payment.objects.update(poll_at=now() - timedelta(seconds=1))
    poll_due(at=now())
    # then the intent is closed and nobody paid
    assert (stripe.intents["pi_1"]["status"], stripe.charges) == ("canceled", 0)
    assert Payment.objects.get().state == "voided"
