"""The relay: finds due deliveries and hands their ids to the workers.

It holds nothing: what it knows stands in the deliveries' leases. Any number may run; one that dies, or a Redis or
a broker that is down, costs delay and never a fact.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterable

import redis
from celery import Celery, current_app
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from kombu.exceptions import OperationalError as BrokerError

from omnichannel.events.live import RELAY_CHANNEL
from omnichannel.events.services.delivering import CLAIM_LIMIT, Claimed, claim_due, release
from omnichannel.kernel.clock import now
from omnichannel.observability.heartbeat import beat

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 1.0
#: A fact that comes alone is handed on at once; those that come right after it wait this long for each other. Thirty
#: deliveries in one task cost a worker half as much as thirty tasks, and a tenth where the handler has little to do.
GATHER_SECONDS = 0.05
BEAT_SECONDS = 5
#: Events in one task: enough to spread the cost of a transaction, few enough to halve quickly.
GROUP_EVENTS = 100


def relay_once(app: Celery | None = None) -> int:
    """Hand on what is due; return how many deliveries that were. Raises BrokerError when the broker is away."""
    claimed = claim_due(at=now())
    waiting = group(claimed)
    while waiting:
        handler, queue, ids = waiting[0]
        try:
            # No retry: the sweep tries again, and its claim is fresh.
            (app or current_app).send_task("events.deliver", args=[handler, ids], queue=queue, retry=False)
        except (BrokerError, redis.RedisError, OSError) as error:
            release(ids=[delivery for _, _, left in waiting for delivery in left], at=now())
            raise BrokerError(str(error)) from error
        waiting.pop(0)
    return len(claimed)


def group(claimed: Iterable[Claimed]) -> list[tuple[str, str, list[int]]]:
    """Deliveries in tasks: by handler, up to a hundred events each, oldest first."""
    tasks: list[tuple[str, str, list[int]]] = []
    filling: dict[tuple[str, str], tuple[list[int], int]] = {}
    for entry in claimed:
        ids, events = filling.get((entry.handler, entry.queue), ([], GROUP_EVENTS))
        if events + entry.events > GROUP_EVENTS:
            ids, events = [], 0
            tasks.append((entry.handler, entry.queue, ids))
        ids.append(entry.id)
        filling[entry.handler, entry.queue] = (ids, events + entry.events)
    return tasks


class Nudges:
    """Waits for a nudge from Redis, or for the sweep when there is none or Redis is away."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5)
        self._listening: redis.client.PubSub | None = None

    def wait(self, stop: threading.Event) -> None:
        try:
            if self._listening is None:
                listening = self._client.pubsub(ignore_subscribe_messages=True)
                listening.subscribe(RELAY_CHANNEL)
                self._listening = listening
                return  # what was published before the subscription is found by a sweep now
            self._listening.get_message(timeout=SWEEP_SECONDS)
            while self._listening.get_message() is not None:
                pass  # one sweep answers all nudges so far
        except (redis.RedisError, OSError) as error:
            logger.warning("no nudges from Redis", extra={"reason": str(error)})
            self.close()
            stop.wait(SWEEP_SECONDS)

    def close(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None


def run_relay(stop: threading.Event, app: Celery | None = None) -> None:
    """Relay until `stop` is set."""
    nudges = Nudges(settings.REDIS_URL)
    pulse = threading.Thread(target=_beat_until, args=[stop], daemon=True)
    pulse.start()
    while not stop.is_set():
        try:
            handed_on = relay_once(app)
            if 0 < handed_on < CLAIM_LIMIT:
                stop.wait(GATHER_SECONDS)
            if handed_on < CLAIM_LIMIT:
                nudges.wait(stop)
        except BrokerError as error:
            logger.warning("no broker", extra={"reason": str(error)})
            stop.wait(SWEEP_SECONDS)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("no database", extra={"reason": str(error)})
            connection.close()
            stop.wait(SWEEP_SECONDS)
    nudges.close()
    connection.close()
    pulse.join()


def _beat_until(stop: threading.Event) -> None:
    name = f"{socket.gethostname()}:{os.getpid()}"
    while not stop.is_set():
        beat("relay", name)
        stop.wait(BEAT_SECONDS)
