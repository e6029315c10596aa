"""Ways in for people without a log-in: number and email, signed links, payment links; and what belongs to whom."""

import pytest

from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.personal_data import personal_data
from orders import handlers
from orders.models import Order, PaymentLink
from orders.queries.links import order_status_token, payment_link_url
from tests.customers.factories import CustomerFactory, UserFactory
from tests.orders.shop import Api, checkout, fill, for_pickup, guest, stocked, till

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(store):
    api = guest()
    fill(api, (stocked(store, price=4900), 1))
    for_pickup(api, store)
    return checkout(api).json()


def test_number_and_email_tell_how_far_it_is_and_nothing_else(order):
    answer = Api().post("orders/lookup", {"number": order["number"].lower(), "email": "SUZIE@example.com"})
    assert answer.status_code == 200, answer.content
    assert (answer.json()["number"], answer.json()["fulfilments"][0]["status"]) == (order["number"], "placed")
    assert not {"payments", "email", "ship_to", "customer_id"} & set(answer.json())


def test_wrong_guesses_are_all_alike_and_few(order):
    wrong = [
        {"number": order["number"], "email": "other@example.com"},
        {"number": "M-000000", "email": "suzie@example.com"},
    ]
    first, second = (Api().post("orders/lookup", body) for body in wrong)
    assert (first.status_code, first.content) == (404, second.content)
    statuses = [Api().post("orders/lookup", wrong[0]).status_code for _ in range(11)]
    assert statuses[-1] == 429


def test_a_signed_link_tells_and_a_forged_one_does_not(order):
    token = order_status_token(Order.objects.get().pk)
    assert Api().get(f"orders/status/{token}").json()["number"] == order["number"]
    assert Api().get(f"orders/status/{token[:-1]}x").status_code == 404


def test_a_payment_link_takes_what_is_open_and_nothing_more(order, store, settings):
    settings.SANDBOX_GATEWAY_URL = "http://127.0.0.1:9"
    desk = till(store)
    made = desk.post(f"orders/{order['id']}/payment-links")
    assert made.status_code == 201, made.content
    link = PaymentLink.objects.get()
    assert made.json()["url"] == payment_link_url(link.pk) and made.json()["token"] not in link.token_hash
    # when anybody opens it
    shown = Api().get(f"pay/{made.json()['token']}")
    assert (shown.status_code, shown.json()["amount"]["amount_minor"], shown.json()["paid"]) == (200, 4900, False)
    assert "cash" not in shown.json()["providers"]
    # then it starts a payment, but none in cash
    assert Api().post(f"pay/{made.json()['token']}", {"provider": "cash"}).status_code == 422
    assert Api().post(f"pay/{made.json()['token']}", {"provider": "sandbox"}).json()["state"] == "pending"
    # and the page for people opens
    assert "$49.00" in Api().client.get(f"/pay/{made.json()['token']}").content.decode()
    # and once paid it says so; once revoked it is gone
    desk.post(f"orders/{order['id']}/payments", {"provider": "terminal"})
    assert Api().get(f"pay/{made.json()['token']}").json()["paid"] is True
    assert desk("delete", f"payment-links/{link.pk}").status_code == 204
    assert Api().get(f"pay/{made.json()['token']}").status_code == 404


def event(name, **data):
    return RecordedEvent(
        id=uuid7(), name=name, kind="domain", occurred_at=now(), identity_id=None, subject_id=None, channel="web", store_id=None,
        device_id=None, associate_id=None, actor="system", request_id="", context={}, data=data,
    )  # fmt: skip


def test_a_guests_order_joins_whoever_proves_its_address(order):
    # given the guest's record, made after placing
    for _ in range(2):
        handlers.give_guest_orders_a_customer([event("order.placed", order_id=order["id"], customer_id=None)])
    adopted = Order.objects.get()
    assert adopted.customer.email == "suzie@example.com" and adopted.customer.email_verified_at is None
    # when a customer proves the address, told twice
    owner = CustomerFactory(user=UserFactory(email="suzie@example.com"), email="suzie@example.com", email_verified=True)
    for _ in range(2):
        handlers.attach_orders_of_verified_email(
            [event("customer.email_verified", customer_id=str(owner.pk), email="suzie@example.com", merged_ids=[])]
        )
    # then it is theirs
    assert Order.objects.get().customer_id == owner.pk
    assert {row["number"] for row in personal_data.get("orders").export(customer_id=owner.pk)["orders"]} == {
        order["number"]
    }


def test_a_merge_moves_orders_and_its_undoing_takes_back_exactly_those(order):
    one, two = CustomerFactory(), CustomerFactory()
    Order.objects.update(customer=one)
    provider, merge = personal_data.get("orders"), uuid7()
    assert provider.move(from_id=one.pk, to_id=two.pk, merge_id=merge).moved == {"orders": 1}
    assert Order.objects.get().customer_id == two.pk
    assert provider.restore(merge_id=merge).moved == {"orders": 1}
    assert Order.objects.get().customer_id == one.pk


def test_erasing_blanks_the_person_and_keeps_the_sale(order):
    person = CustomerFactory()
    Order.objects.update(customer=person)
    personal_data.get("orders").erase(customer_id=person.pk, at=now())
    row = Order.objects.get()
    assert (row.email, row.ship_to, row.total_minor) == ("", {}, 4900)


@pytest.mark.parametrize("provider", ["cash", "nobody", "sandbox"])
def test_webhooks_of_gateways_that_are_not_open_find_nothing(provider):
    assert Api().post(f"gateways/{provider}/webhook", {"id": "1"}).status_code == 404


def test_an_unsigned_sandbox_message_is_refused(settings):
    settings.SANDBOX_GATEWAY_URL, settings.SANDBOX_GATEWAY_SECRET = "http://127.0.0.1:9", "secret"
    for header in ({}, {"Sandbox-Signature": "t=1,v1=00"}, {"Sandbox-Signature": "t=x"}):
        assert Api().post("gateways/sandbox/webhook", {"id": "1"}, **header).status_code == 403


def test_the_order_list_is_ones_own(order, store):
    mine = Api().get("orders")
    assert mine.status_code == 401
    desk = till(store)
    assert [row["number"] for row in desk.get(f"orders?q={order['number']}").json()["items"]] == [order["number"]]
    assert guest().get("orders").json() == {"items": [], "next": None}
    assert SYSTEM.actor == "system"
