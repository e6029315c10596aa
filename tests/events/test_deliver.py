"""Deliveries: at least once, applied once, halved until the one bad fact stands alone."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from omnichannel.events import services
from omnichannel.events.models import Delivery, Event
from omnichannel.events.rules import MAX_ATTEMPTS, retry_wait
from omnichannel.events.services import claim_due, deliver, deliver_due, replay_parked, replay_range
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.events.conftest import ring
from tests.events.tools import deliver_twice

pytestmark = pytest.mark.django_db


class Heard(list):
    """What a handler heard, as numbers; `bad` ones make it fail."""

    def __init__(self, *bad: int) -> None:
        super().__init__()
        self.bad = set(bad)
        self.calls = 0

    def __call__(self, events) -> None:
        self.calls += 1
        numbers = [event.data["times"] for event in events]
        if self.bad & set(numbers):
            raise ValueError("a cracked bell")
        self.extend(numbers)


def test_a_batch_reaches_its_handler_in_one_call_and_is_gone(listen):
    # given three facts of one write
    heard = Heard()
    listen(heard)
    ring(1, 2, 3)
    # when they are delivered, and delivered again
    assert deliver_due() == 3
    assert deliver_due() == 0
    # then the handler heard each once, in order, in one call
    assert (heard, heard.calls) == ([1, 2, 3], 1)
    assert Delivery.objects.count() == 0


def test_halving_isolates_the_one_bad_fact(listen):
    # given a batch of eight with a bad one in it
    heard = Heard(5)
    listener = listen(heard)
    ids = ring(1, 2, 3, 4, 5, 6, 7, 8)
    # when it is delivered
    deliver_due(strict=False)
    # then all others are applied once and the bad one alone waits, with its error
    assert sorted(heard) == [1, 2, 3, 4, 6, 7, 8]
    left = Delivery.objects.get(handler=listener)
    assert (left.event_ids, left.attempts, left.state) == ([ids[4]], 1, "due")
    assert "a cracked bell" in left.error
    assert left.due_at > now()


def test_halving_works_across_deliveries_of_many_writes(listen):
    # given five writes of one fact each, one bad
    heard = Heard(3)
    listen(heard)
    for number in (1, 2, 3, 4, 5):
        ring(number)
    # when one task carries them all
    deliver_due(strict=False)
    # then four are applied
    assert sorted(heard) == [1, 2, 4, 5]
    assert Delivery.objects.count() == 1


def test_a_fact_that_keeps_failing_is_parked_and_replayed(listen):
    # given a fact its handler cannot take
    heard = Heard(1)
    listen(heard)
    ring(1)
    moment = now()
    # when it fails as often as it may
    for _ in range(MAX_ATTEMPTS):
        deliver_due(at=moment, strict=False)
        moment += timedelta(hours=2)
    # then it is parked, and not tried any more
    parked = Delivery.objects.get()
    assert (parked.state, parked.attempts, heard.calls) == ("parked", MAX_ATTEMPTS, MAX_ATTEMPTS)
    deliver_due(at=moment, strict=False)
    assert heard.calls == MAX_ATTEMPTS
    # when the cause is gone and staff replay it
    heard.bad.clear()
    assert replay_parked(at=now(), ids=[parked.pk]) == 1
    deliver_due()
    # then it is applied
    assert heard == [1]
    assert Delivery.objects.count() == 0


def test_a_database_that_is_away_parks_nothing_and_halves_nothing(listen):
    # given a handler whose database answers late
    calls = []

    def handle(events):
        calls.append(len(events))
        raise OperationalError("canceling statement due to lock timeout")

    listen(handle)
    ring(1, 2, 3, 4)
    moment = now()
    for _ in range(MAX_ATTEMPTS + 2):
        deliver_due(at=moment, strict=False)
        moment += timedelta(hours=2)
    # then the batch stays whole and due
    left = Delivery.objects.get()
    assert calls == [4] * (MAX_ATTEMPTS + 2)
    assert (len(left.event_ids), left.state) == (4, "due")


def test_a_handler_that_is_gone_keeps_its_facts(listen):
    # given a delivery to a handler this release does not know
    listen(lambda events: None)
    ring(1)
    Delivery.objects.update(handler="tests.removed")
    # when it is delivered
    deliver_due(strict=False)
    # then it waits with the reason
    assert "tests.removed" in Delivery.objects.get().error


def test_the_effects_of_a_failing_handler_are_rolled_back(listen):
    # given a handler that writes, then fails on one fact
    def handle(events):
        ring(*[event.data["times"] + 100 for event in events])
        if any(event.data["times"] == 2 for event in events):
            raise ValueError

    listen(handle, facts=["bell.rung"])
    listen(lambda events: None, name="tests.other", facts=["nothing"])
    ring(1, 2)
    Delivery.objects.filter().exclude(pk=Delivery.objects.order_by("pk").first().pk).delete()
    first = Delivery.objects.get()
    # when it is delivered
    claim_due(at=now())
    deliver(handler="tests.listener", ids=[first.pk], at=now())
    # then only the good fact's effect stands
    assert sorted(event.data["times"] for event in Event.objects.all()) == [1, 2, 101]


def test_each_event_twice_is_heard_twice_and_nothing_is_left(listen):
    # given two writes
    heard = Heard()
    listen(heard)
    ring(1, 2)
    ring(3)
    # when everything is delivered twice
    deliver_twice()
    # then the handler heard each twice
    assert sorted(heard) == [1, 1, 2, 2, 3, 3]
    assert Delivery.objects.count() == 0


def test_a_stretch_of_the_log_is_replayed_to_one_handler(listen):
    # given a log of 250 facts and a handler that comes later
    before, *ids = [ring(0)[0], *ring(*range(1, 251))]
    heard = Heard()
    listener = listen(heard)
    # when the stretch after the first is replayed to it
    assert replay_range(handler=listener, after=before, before=now() + timedelta(seconds=1), at=now()) == 3
    deliver_due()
    # then it heard that stretch
    assert sorted(heard) == list(range(1, 251))
    assert len(ids) == 250


def test_replay_takes_only_names_the_handler_subscribed_to(listen):
    # given a handler of bells
    ring(1)
    listener = listen(Heard())
    # then asking it for other facts gives nothing, and an unknown handler is refused
    span = {"after": uuid7(now() - timedelta(hours=1)), "before": now() + timedelta(seconds=1), "at": now()}
    assert replay_range(handler=listener, names=["order.placed"], **span) == 0
    with pytest.raises(services.replaying.NoSuchHandler):
        replay_range(handler="tests.unknown", **span)


def test_a_claim_is_a_lease(listen):
    # given a delivery claimed by a worker that died
    heard = Heard()
    listen(heard)
    ring(1)
    moment = now()
    assert len(claim_due(at=moment)) == 1
    # then nobody else gets it until the lease ends
    assert claim_due(at=moment + timedelta(seconds=59)) == []
    assert deliver_due(at=moment + timedelta(seconds=61)) == 1
    assert heard == [1]


def test_back_off_doubles_up_to_an_hour():
    assert [retry_wait(n, 0.5) for n in (1, 2, 3, 10, 12, 20)] == [2.0, 4.0, 8.0, 1024.0, 3600.0, 3600.0]
    assert (retry_wait(3, 0.0), retry_wait(3, 1.0)) == (6.0, 10.0)
