"""What customers are written when something happens to their orders: once each, over a real SMTP server."""

from datetime import timedelta

import pytest

from campaigns.messages.handlers import UNPAID_MAIL_AFTER, tell_customer
from campaigns.messages.models import Message
from campaigns.messages.services.sending import send_due
from omnichannel.brand.models import BrandKit
from omnichannel.events.models import Event
from omnichannel.events.queries import load_events
from omnichannel.events.services.delivering import deliver_due
from omnichannel.kernel.clock import now
from stores.models import Store
from tests.messages.conftest import CaughtBySmtp, html_of, plain_of
from tests.orders.shop import checkout, fill, for_pickup, for_shipping, guest, stocked, system, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db
BUYER = "suzie@example.com"


@pytest.fixture(autouse=True)
def brand():
    kit = BrandKit.objects.first() or BrandKit()
    kit.name, kit.sender_email = "Marram", "hello@marram.example"
    kit.save()
    return kit


@pytest.fixture
def store():
    return StoreFactory(
        name="Harbour Street", line1="12 Harbour Street", city="Portland", region="ME", postal_code="04101"
    )


def react(*, later=timedelta(0)):
    """Deliver the facts, twice each to us, and send what is due."""
    deliver_due()
    ours = Event.objects.filter(
        name__in=(
            "order.placed",
            "order.confirmed",
            "order.cancelled",
            "fulfilment.ready",
            "refund.done",
            "return.recorded",
            "payment_link.created",
        )
    )
    tell_customer(load_events(list(ours.order_by("id").values_list("id", flat=True))))
    while send_due(at=now() + later):
        pass


def subjects(smtp):
    return [mail["Subject"] for mail in smtp.to(BUYER)]


def paid_at_the_till(store, *lines, kind="carry_out", **more):
    api = till(store)
    path = walk_in(api, *lines, kind=kind, store=store if kind == "pickup" else None)
    answer = checkout(api, {"provider": "terminal"}, path=f"{path}/checkout", email=BUYER, **more)
    assert answer.status_code == 201, answer.content
    return api, answer.json()


def test_a_paid_order_is_confirmed_in_one_mail(smtp: CaughtBySmtp, store):
    jumper = stocked(store, price=12000)
    _, order = paid_at_the_till(store, (jumper, 2))
    react()
    assert subjects(smtp) == [f"Your order {order['number']} is confirmed"]
    [mail] = smtp.mails
    for part in (html_of(mail), plain_of(mail)):
        assert order["lines"][0]["name"] in part and "$240.00" in part and "Harbour Street" in part
        assert "/order/?token=" in part
    message = Message.objects.get()
    assert (str(message.order_id), message.dedup_key) == (order["id"], f"order_confirmed:{order['id']}")


def test_the_link_in_the_mail_opens_that_order_and_no_other(smtp: CaughtBySmtp, store, anonymous_api):
    _, order = paid_at_the_till(store, (stocked(store), 1))
    react()
    token = plain_of(smtp.mails[0]).split("/order/?token=")[1].split()[0]
    seen = anonymous_api.get_json(f"/orders/status/{token}")
    assert (seen.status_code, seen.json()["number"]) == (200, order["number"])
    assert anonymous_api.get_json(f"/orders/status/{token}x").status_code == 404


def test_an_unpaid_order_is_reminded_once_and_not_at_all_when_it_is_paid_or_cancelled_in_time(
    smtp: CaughtBySmtp, store
):
    # given two unpaid orders, one cancelled at once
    shirt = stocked(store)
    numbers = []
    for cancel in (False, True):
        api = guest()
        fill(api, (shirt, 1))
        for_pickup(api, store)
        order = checkout(api).json()
        numbers.append(order["number"])
        react()
        if cancel:
            answer = system("orders:write").post(f"orders/{order['id']}/cancel", {"reason": "changed mind"})
            assert answer.status_code == 200, answer.content
            react()
    # then nothing is said at once about the unpaid, and five minutes later only about the one that still is
    assert subjects(smtp) == [f"Your order {numbers[1]} is cancelled"]
    react(later=UNPAID_MAIL_AFTER + timedelta(seconds=1))
    assert subjects(smtp)[1:] == [f"Your order {numbers[0]} waits for your payment"]


def test_ready_for_pickup_says_where_and_shows_the_code(smtp: CaughtBySmtp, store):
    api, order = paid_at_the_till(store, (stocked(store), 1), kind="pickup")
    part = order["fulfilments"][0]["id"]
    for step, body in (("accept", {}), ("pick", {}), ("ready", {"place": "Shelf 3"})):
        answer = api.post(f"fulfilments/{part}/{step}", body)
        assert answer.status_code == 200, answer.content
    react()
    assert sorted(subjects(smtp)) == [
        f"Your order {order['number']} is confirmed",
        f"Your order {order['number']} is ready at Harbour Street",
    ]
    message = Message.objects.get(template_key="pickup_ready")
    assert "12 Harbour Street, Portland, ME 04101" in message.text
    assert "Show this code in the store: " in message.text


def test_a_return_and_its_refund_are_told_once_each(smtp: CaughtBySmtp, store):
    jumper = stocked(store, price=12000)
    api, order = paid_at_the_till(store, (jumper, 2))
    line = order["lines"][0]["id"]
    answer = api.post(
        f"orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1, "reason": "does_not_fit"}]}
    )
    assert answer.status_code == 201, answer.content
    react()
    told = subjects(smtp)
    assert len([subject for subject in told if subject.startswith("We have your return")]) == 1
    returned = Message.objects.get(template_key="return_recorded")
    assert "$120.00" in returned.text and "1 x " in returned.text
    refunds = Message.objects.filter(template_key="refund_done")
    assert [message.subject for message in refunds] in ([], ["$120.00 is on its way back to you"])


def test_a_shipped_parcel_can_be_followed(smtp: CaughtBySmtp, store):
    store.ships = True
    store.save()
    api = guest()
    fill(api, (stocked(store), 1))
    for_shipping(api)
    order = checkout(api).json()
    desk = till(Store.objects.get(pk=order["fulfilments"][0]["store_id"]))
    paid = desk.post(f"orders/{order['id']}/payments", {"provider": "terminal"})
    assert paid.status_code in (200, 201), paid.content
    part = order["fulfilments"][0]["id"]
    desk.post(f"fulfilments/{part}/pick", {})
    shipped = desk.post(
        f"fulfilments/{part}/ship",
        {"carrier": "Parcel Post", "tracking_number": "PP1", "tracking_url": "https://parcel.example/PP1"},
    )
    assert shipped.status_code == 200, shipped.content
    react()
    message = Message.objects.get(template_key="shipped")
    assert message.subject == f"Your order {order['number']} is on its way"
    assert "https://parcel.example/PP1" in message.text and "Parcel Post" in message.html
