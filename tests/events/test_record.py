"""Facts are recorded in the transaction of what they tell of, one statement for any number."""

import pytest
from django.db import transaction

from omnichannel.events.models import Delivery, Event
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from tests.events.conftest import BellRung, ring


@pytest.mark.django_db
def test_facts_and_one_delivery_for_the_batch_are_recorded_in_one_statement(listen, django_assert_num_queries):
    # given two facts of one write
    listener = listen(lambda events: None)
    bell, customer = uuid7(), uuid7()
    # when they are recorded
    with django_assert_num_queries(1):
        ids = record(
            BellRung(bell_id=bell, times=2),
            BellRung(bell_id=bell, customer_id=customer),
            by=Context(channel="web", actor="staff:1"),
            at=now(),
        )
    # then both are in the log in their order, and one delivery carries both
    first, second = Event.objects.order_by("id")
    assert [first.id, second.id] == ids
    assert (first.name, first.subject_id, first.data["times"], first.channel, first.actor) == (
        "bell.rung",
        bell,
        2,
        "web",
        "staff:1",
    )
    assert [first.identity_id, second.identity_id] == [None, customer]
    delivery = Delivery.objects.get(handler=listener)
    assert delivery.event_ids == ids and delivery.state == "due"


@pytest.mark.django_db
def test_facts_of_a_write_that_fails_do_not_exist(listen):
    # given a handler, and a write that fails after it recorded
    listen(lambda events: None)
    with pytest.raises(RuntimeError), transaction.atomic():
        ring(1)
        raise RuntimeError
    # then neither fact nor delivery is there
    assert (Event.objects.count(), Delivery.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_facts_nobody_listens_to_are_recorded_without_a_delivery():
    # when a fact without a handler is recorded
    (event_id,) = ring(1)
    # then it is in the log alone
    assert Event.objects.get().id == event_id
    assert Delivery.objects.count() == 0
