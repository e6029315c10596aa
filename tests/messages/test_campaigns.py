"""One send to many over the API: counted, sent once each, paused, resumed, and what came of it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from campaigns.messages.models import Campaign, Decision, Message, MessageOrder, SendingPolicy
from campaigns.messages.services.attributing import count_order
from campaigns.messages.services.campaigns import plan_batch, start_due
from campaigns.messages.services.sending import send_due
from campaigns.messages.services.touching import record_touch
from campaigns.segments.models import Segment
from customers.models import Customer, Label
from omnichannel.kernel.clock import now
from orders.models import Order
from tests.customers.factories import CustomerFactory
from tests.messages.people import willing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_settling() -> None:
    SendingPolicy.objects.create(settle_seconds=0)


def segment(key: str, people: list[Any]) -> str:
    made = Segment.objects.create(key=key, name=key.capitalize(), state="live")
    Label.objects.bulk_create([Label(customer=one, kind="segment", key=key, valid_from=now()) for one in people])
    return str(made.pk)


def bought(customer: Customer, at: datetime) -> Order:
    return Order.objects.create(
        number=uuid4().hex[:10], customer=customer, status="confirmed", currency="USD", items_minor=4200, total_minor=4200,
        current_total_minor=4200, channel="web", placed_at=at, confirmed_at=at,
    )  # fmt: skip


def run(campaign_id: str) -> None:
    start_due(at=now())
    while plan_batch(campaign_id=Campaign.objects.get(pk=campaign_id).pk, at=now()):
        pass
    plan_batch(campaign_id=Campaign.objects.get(pk=campaign_id).pk, at=now())


def test_a_campaign_goes_to_its_people_once_and_says_who_did_not_get_it(staff_web, smtp):
    # given
    yes, no, out = [willing() for _ in range(3)], CustomerFactory(email="no@example.com"), willing()
    everybody, vip = segment("everybody", [*yes, no, out]), segment("vip", [out])
    counted = staff_web.post_json(
        "/campaigns/audience", {"segments": [everybody], "excluded": [vip], "channels": ["email"]}
    ).json()
    assert counted == {"count": 4, "reachable": 3}
    made = staff_web.post_json(
        "/campaigns", {"name": "Summer", "template": "points_statement", "segments": [everybody], "excluded": [vip]}
    )
    assert made.status_code == 201, made.content
    campaign = made.json()["id"]
    # when
    assert staff_web.post_json(f"/campaigns/{campaign}/schedule").json()["state"] == "scheduled"
    run(campaign)
    run(campaign)
    send_due(at=now())
    # then
    assert {mail["To"] for mail in smtp.mails} == {one.email for one in yes} and len(smtp.mails) == 3
    results = staff_web.get_json(f"/campaigns/{campaign}/results").json()
    assert (results["audience"], results["planned"], results["totals"]["sent"]) == (4, 4, 3)
    assert results["refused"] == [
        {"code": "no_consent", "reason": "They never said yes to news and offers by email.", "count": 1}
    ]
    why = staff_web.get_json(f"/messages/why?customer={no.pk}").json()["items"]
    assert [(row["outcome"], row["code"]) for row in why] == [("refused", "no_consent")]
    assert staff_web.get_json(f"/campaigns/{campaign}").json()["state"] == "done"
    assert staff_web.patch_json(f"/campaigns/{campaign}", {"name": "x"}).json()["code"] == "campaign_state"


def test_pausing_stops_and_resuming_goes_on_where_it_was(staff_web, smtp):
    everybody = segment("everybody", [willing() for _ in range(3)])
    campaign = staff_web.post_json(
        "/campaigns", {"name": "S", "template": "points_statement", "segments": [everybody]}
    ).json()["id"]
    staff_web.post_json(f"/campaigns/{campaign}/schedule")
    run(campaign)
    Campaign.objects.update(state="running")
    assert staff_web.post_json(f"/campaigns/{campaign}/pause").json()["state"] == "paused"
    send_due(at=now())
    assert smtp.mails == []
    assert staff_web.post_json(f"/campaigns/{campaign}/resume").json()["state"] == "scheduled"
    run(campaign)
    send_due(at=now() + timedelta(seconds=1))
    assert len(smtp.mails) == 3 and Decision.objects.count() == 3
    assert staff_web.post_json(f"/campaigns/{campaign}/cancel").json()["code"] == "campaign_state"


def test_what_a_campaign_lacks_is_named(staff_web):
    campaign = staff_web.post_json("/campaigns", {"name": "S", "template": "nonsense"}).json()
    assert campaign["missing"] == ["a message", "an audience"]
    refused = staff_web.post_json(f"/campaigns/{campaign['id']}/schedule")
    assert (refused.status_code, refused.json()["code"]) == (422, "campaign_incomplete")
    assert staff_web.get_json(f"/campaigns/{uuid4()}").status_code == 404


def test_an_order_counts_for_the_message_clicked_last_within_a_week_and_is_worth_what_it_comes_to_now(staff_web):
    customer = willing()
    everybody = segment("everybody", [customer])
    campaign = staff_web.post_json(
        "/campaigns", {"name": "S", "template": "points_statement", "segments": [everybody]}
    ).json()["id"]
    staff_web.post_json(f"/campaigns/{campaign}/schedule")
    run(campaign)
    at = now()
    kept, late, gone = (bought(customer, at) for _ in range(3))

    def count(order: Order, placed_at: datetime) -> MessageOrder | None:
        return count_order(
            order_id=order.pk, customer_id=customer.pk, placed_at=placed_at, amount_minor=order.total_minor,
            currency="USD", at=at,
        )  # fmt: skip

    # given nothing clicked, then a click a day ago
    assert count(kept, at) is None
    Message.objects.update(state="sent", clicked_at=at - timedelta(days=1))
    assert count(late, at + timedelta(days=7)) is None
    for order in (kept, kept, gone):
        count(order, at)
    results = staff_web.get_json(f"/campaigns/{campaign}/results").json()
    assert (results["orders"], results["revenue"]) == (2, [{"amount_minor": 8400, "currency": "USD"}])
    # when part of one comes back, and the other is cancelled
    Order.objects.filter(pk=kept.pk).update(current_total_minor=3000)
    Order.objects.filter(pk=gone.pk).update(status="cancelled", current_total_minor=0)
    # then the revenue is what is left, and its rows say so
    results = staff_web.get_json(f"/campaigns/{campaign}/results").json()
    assert (results["orders"], results["revenue"], results["came_back"]) == (
        1, [{"amount_minor": 3000, "currency": "USD"}], [{"amount_minor": 1200, "currency": "USD"}],
    )  # fmt: skip
    [row] = staff_web.get_json(f"/messages/orders?campaign={campaign}").json()["items"]
    assert (row["number"], row["total"]["amount_minor"], row["now"]["amount_minor"]) == (kept.number, 4200, 3000)
    # and who follows the link once more counts from then on
    assert record_touch(
        message_id=Message.objects.get().pk, kind="clicked", url="https://shop.example/", method="GET",
        headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}, at=at + timedelta(days=5),
    )  # fmt: skip
    assert count(late, at + timedelta(days=7)) is not None


def test_every_number_opens_the_rows_that_it_counts(staff_web, smtp):
    # given four people written to: all opened it, two clicked, one bounced
    everybody = segment("everybody", [willing() for _ in range(4)])
    campaign = staff_web.post_json(
        "/campaigns", {"name": "S", "template": "points_statement", "segments": [everybody]}
    ).json()["id"]
    staff_web.post_json(f"/campaigns/{campaign}/schedule")
    run(campaign)
    send_due(at=now())
    first, second, third, _ = Message.objects.order_by("id")
    Message.objects.update(opened_at=now())
    Message.objects.filter(pk__in=[first.pk, second.pk]).update(clicked_at=now())
    Message.objects.filter(pk=third.pk).update(bounced_at=now())
    # then each count is as long as its list, of the campaign and of the message it sent
    totals = staff_web.get_json(f"/campaigns/{campaign}/results").json()["totals"]
    assert {name: totals[name] for name in ("sent", "delivered", "opened", "clicked", "bounced", "failed")} == {
        "sent": 4, "delivered": 3, "opened": 4, "clicked": 2, "bounced": 1, "failed": 0,
    }  # fmt: skip
    for scope in (f"campaign={campaign}", "template=points_statement&days=30"):
        assert staff_web.get_json(f"/messages/results?{scope}").json()["totals"] == totals
        for name, count in totals.items():
            rows = staff_web.get_json(f"/messages/sent?{scope}&what={name}").json()["items"]
            assert len(rows) == count, name
    clicked = staff_web.get_json(f"/messages/sent?campaign={campaign}&what=clicked&channel=email").json()["items"]
    assert {row["recipient"] for row in clicked} == {first.recipient, second.recipient}
    # hours are counted from the campaign's beginning
    [hour] = staff_web.get_json(f"/campaigns/{campaign}/results").json()["hours"]
    assert hour == {"hour": 0, "opened": 4, "clicked": 2}
    for number, count in ((0, 2), (1, 0)):
        rows = staff_web.get_json(f"/messages/sent?campaign={campaign}&what=clicked&hour={number}").json()["items"]
        assert len(rows) == count
    refused = staff_web.get_json(f"/messages/sent?campaign={campaign}&what=sent&hour=0")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/hour")
    # verdicts are those of the days that were counted
    Decision.objects.filter(message=first).update(created_at=now() - timedelta(days=31))
    for days, count in ((30, 3), (40, 4)):
        found = staff_web.get_json(f"/messages/why?template=points_statement&days={days}").json()["items"]
        assert len(found) == count
    # and without a scope nothing is shown
    refused = staff_web.get_json("/messages/sent?what=sent")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/template")
