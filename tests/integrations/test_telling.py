"""Facts become messages: one for each endpoint that wants them, numbered per resource."""

import json
from datetime import timedelta

import pytest

from omnichannel.events.models import Delivery, Event
from omnichannel.events.services import claim_due, deliver, deliver_due
from omnichannel.integrations.models import WebhookMessage
from omnichannel.integrations.services.endpoints import create_endpoint, update_endpoint
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.events.tools import deliver_twice
from tests.integrations.conftest import ring

pytestmark = pytest.mark.django_db


def sequences(**filters) -> list[tuple[int, int]]:
    """(times, sequence) of the messages in the order of the log."""
    order = {event.id: event.data["times"] for event in Event.objects.all()}
    rows = WebhookMessage.objects.filter(**filters).order_by("event_id").values_list("event_id", "sequence")
    return [(order[event_id], sequence) for event_id, sequence in rows]


def test_each_endpoint_gets_what_it_wants_once_even_when_told_twice(endpoint, receiver):
    # given one endpoint for bells and one for carts
    carts, _ = create_endpoint(url=receiver.url, facts=["cart.*"], at=now())
    bell = uuid7()
    ring(1, 2, bell=bell)
    ring(3, bell=bell)
    # when the facts are delivered twice
    deliver_twice()
    # then there is one message a fact, for the one, numbered in order
    assert sequences(endpoint=endpoint[0]) == [(1, 1), (2, 2), (3, 3)]
    assert WebhookMessage.objects.filter(endpoint=carts).count() == 0


def test_every_resource_has_its_own_numbers(endpoint):
    first, second = uuid7(), uuid7()
    ring(1, bell=first)
    ring(2, bell=second)
    ring(3, bell=first)
    deliver_due()
    assert sequences(subject_id=first) == [(1, 1), (3, 2)]
    assert sequences(subject_id=second) == [(2, 1)]


def test_numbers_follow_the_log_whatever_order_batches_arrive_in(endpoint):
    # given three writes about one bell, whose deliveries come newest first
    bell = uuid7()
    for times in (1, 2, 3):
        ring(times, bell=bell)
    deliveries = [entry.id for entry in claim_due(at=now())]
    for delivery in sorted(deliveries, reverse=True):
        deliver(handler="integrations.tell_webhooks", ids=[delivery], at=now(), strict=True)
    # then the oldest has the lowest number all the same
    assert sequences() == [(1, 1), (2, 2), (3, 3)]


def test_two_endpoints_hear_the_same_number_of_a_fact(endpoint, receiver):
    other, _ = create_endpoint(url=receiver.url, facts=[], at=now())
    ring(1, 2)
    deliver_due()
    assert sequences(endpoint=other) == sequences(endpoint=endpoint[0]) == [(1, 1), (2, 2)]


def test_nobody_listening_costs_one_statement_and_keeps_nothing(receiver, django_assert_num_queries):
    # given no endpoint
    ring(1, 2, 3)
    (claimed,) = claim_due(at=now())
    # when the facts are delivered: savepoint, take, load, the endpoints, savepoint
    with django_assert_num_queries(5):
        deliver(handler=claimed.handler, ids=[claimed.id], at=now())
    assert (WebhookMessage.objects.count(), Delivery.objects.count()) == (0, 0)


def test_an_endpoint_is_not_told_of_what_happened_before_it_was_made(receiver, bells):
    ring(1)
    late, _ = create_endpoint(url=receiver.url, facts=[], at=now() + timedelta(seconds=1))
    deliver_due()
    assert WebhookMessage.objects.filter(endpoint=late).count() == 0


def test_a_paused_endpoint_keeps_its_messages_and_a_disabled_one_gets_none(endpoint):
    update_endpoint(endpoint_id=endpoint[0].id, state="paused", at=now())
    ring(1)
    deliver_due()
    assert WebhookMessage.objects.count() == 1
    update_endpoint(endpoint_id=endpoint[0].id, state="disabled", at=now())
    ring(2)
    deliver_due()
    assert WebhookMessage.objects.count() == 1


def test_the_body_is_that_of_the_standard(endpoint):
    bell = uuid7()
    (event_id,) = ring(4, bell=bell)
    deliver_due()
    body = json.loads(WebhookMessage.objects.get().body)
    assert set(body) == {"type", "timestamp", "data"}
    assert (body["type"], body["data"]["resource_id"], body["data"]["sequence"]) == ("bell.rung", str(bell), 1)
    assert (body["data"]["event_id"], body["data"]["times"]) == (str(event_id), 4)
