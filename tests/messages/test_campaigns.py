"""One send to many over the API: counted, sent once each, paused, resumed, and what came of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from campaigns.messages.models import Campaign, Decision, Message, SendingPolicy
from campaigns.messages.services.attributing import count_order
from campaigns.messages.services.campaigns import plan_batch, start_due
from campaigns.messages.services.sending import send_due
from campaigns.segments.models import Segment
from customers.models import Label
from omnichannel.kernel.clock import now
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


def test_an_order_counts_for_the_message_clicked_last_within_a_week(staff_web):
    customer = willing()
    everybody = segment("everybody", [customer])
    campaign = staff_web.post_json(
        "/campaigns", {"name": "S", "template": "points_statement", "segments": [everybody]}
    ).json()["id"]
    staff_web.post_json(f"/campaigns/{campaign}/schedule")
    run(campaign)
    at = now()
    order = {"order_id": uuid4(), "customer_id": customer.pk, "amount_minor": 4200, "currency": "USD", "at": at}
    assert count_order(placed_at=at, **order) is None
    Message.objects.update(state="sent", clicked_at=at - timedelta(days=1))
    assert count_order(placed_at=at + timedelta(days=7), **order | {"order_id": uuid4()}) is None
    count_order(placed_at=at, **order)
    count_order(placed_at=at, **order)
    results = staff_web.get_json(f"/campaigns/{campaign}/results").json()
    assert (results["orders"], results["revenue"]) == (1, [{"amount_minor": 4200, "currency": "USD"}])
