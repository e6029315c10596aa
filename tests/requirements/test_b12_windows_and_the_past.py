"""B12: leaving a time window takes a member out within 60 s with no event; membership as of any past moment."""

import time
from datetime import timedelta

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings

from omnichannel.celery import app
from omnichannel.kernel.clock import now
from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.world import World

__all__ = ["marketer"]


@pytest.mark.django_db(transaction=True)
def test_the_clock_takes_her_out_and_the_past_is_kept(marketer: Marketer, fresh_redis: None):
    world = World.build()
    # given she looked 59 seconds ago, and a rule over the last minute
    marketer.send(world.suzie, "Product Viewed", ago=timedelta(seconds=58))
    segment = marketer.live("Just now", {"kind": "event", "name": "Product Viewed", "window": {"last_minutes": 1}})
    inside = now()
    assert marketer.names(segment) == [str(world.suzie)]
    # when the window ends, and the beat's task runs in a worker as it does every so often
    every = settings.CELERY_BEAT_SCHEDULE["segments.tick"]["schedule"]
    assert every <= 30
    with start_worker(app, pool="solo", perform_ping_check=False, queues=["reactions"], shutdown_timeout=30):
        deadline = time.monotonic() + 60
        while marketer.names(segment) and time.monotonic() < deadline:
            app.send_task("segments.tick")
            time.sleep(0.5)
    # then she is out, without an event of hers
    assert marketer.names(segment) == []
    # and was in it then, and is not as of now, nor before it was built
    assert marketer.names(segment, at=inside) == [str(world.suzie)]
    assert marketer.names(segment, at=now()) == []
    assert marketer.names(segment, at=inside - timedelta(minutes=5)) == []
    [was] = marketer.members(segment, at=inside)
    assert was["reason"].startswith("Looked at") and was["until"] is not None
