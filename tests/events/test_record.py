"""Facts are recorded in the transaction of what they tell of, one statement for any number."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from omnichannel.events import ports
from omnichannel.events.facts import Fact
from omnichannel.events.models import Delivery, Event
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class BellRung(Fact):
    NAME: ClassVar[str] = "bell.rung"
    SUBJECT: ClassVar[str] = "bell_id"
    bell_id: UUID
    customer_id: UUID | None = None
    times: int = 1


@pytest.fixture
def listener():
    ports.subscribe(name="tests.listener", facts=["bell.*"], handle=lambda events: None)
    yield "tests.listener"
    ports._subscriptions.pop("tests.listener")
    ports._interested.clear()


@pytest.mark.django_db
def test_facts_and_one_delivery_for_the_batch_are_recorded_in_one_statement(listener, django_assert_num_queries):
    # given two facts of one write
    bell, customer = uuid7(), uuid7()
    # when they are recorded
    with django_assert_num_queries(1):
        ids = record(
            BellRung(bell_id=bell, times=2), BellRung(bell_id=bell, customer_id=customer), by=Context(channel="web", actor="staff:1"), at=now()
        )
    # then both are in the log and one delivery carries both
    first, second = Event.objects.order_by("id")
    assert [first.id, second.id] == sorted(ids)
    assert (first.name, first.subject_id, first.data["times"], first.channel, first.actor) == ("bell.rung", bell, 2, "web", "staff:1")
    assert {first.identity_id, second.identity_id} == {None, customer}
    delivery = Delivery.objects.get(handler=listener)
    assert delivery.event_ids == ids and delivery.state == "due"
