"""Raw Redis publishes that tell other processes to look now. Losing one costs a little delay, nothing else.

A thread of its own sends them, all that wait in one round trip: no request waits for Redis, not even for one that hangs.
One that comes alone goes at once; of many, those that come within a moment go together.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from queue import Empty, SimpleQueue
from uuid import UUID

import redis
from django.conf import settings

from omnichannel.kernel.clock import now

logger = logging.getLogger(__name__)

RELAY_CHANNEL = "omnichannel:relay"
LIVE_PREFIX = "omnichannel:live:"
#: A Redis that is down for long must not fill the memory; what is dropped is old by then.
MAX_WAITING = 10_000

#: Between two round trips of a busy process. One for each of its writes took a sixteenth of its time.
PAUSE_SECONDS = 0.02

#: How long the end of a process waits for what is still to be sent.
LAST_WORDS_SECONDS = 1.0

Waiting = SimpleQueue[tuple[str, bytes] | None]  # None: the process ends
_waiting: Waiting = SimpleQueue()
_starting = threading.Lock()
_sender: threading.Thread | None = None
_sender_of: int | None = None


def nudge_relay() -> None:
    """Tell the relay that deliveries are due; it sweeps every second anyway."""
    _publish(RELAY_CHANNEL, b"1")


def publish_version(topic: str, version: int) -> None:
    """Tell live streams that `topic` (`cart:<id>`) now stands at `version`. Call after commit."""
    _publish(LIVE_PREFIX + topic, str(version).encode())


def person_topic(customer_id: UUID) -> str:
    return f"person:{customer_id}"


def version_at(moment: datetime) -> int:
    """Milliseconds: what happens to a person has no number of its own, and later is more."""
    return int(moment.timestamp() * 1000)


def publish_people(customer_ids: Iterable[UUID]) -> None:
    """Tell who watches these customers that something happened to them. Call after commit."""
    version = version_at(now())
    for customer_id in customer_ids:
        publish_version(person_topic(customer_id), version)


def _publish(channel: str, payload: bytes) -> None:
    if _sender_of != os.getpid():  # the first of this process; a fork inherits no threads
        _start_sender()
    if _waiting.qsize() < MAX_WAITING:
        _waiting.put((channel, payload))


def _start_sender() -> None:
    global _sender, _sender_of, _waiting
    with _starting:
        if _sender_of != os.getpid():
            _waiting = SimpleQueue()
            _sender = threading.Thread(target=_send, args=(_waiting,), name="live-publisher", daemon=True)
            _sender.start()
            _sender_of = os.getpid()


@atexit.register
def stop_publishing() -> None:
    """Let the thread finish and close its connection; the next publish starts another one, on the settings of then."""
    global _sender_of
    if _sender is not None and _sender_of == os.getpid():
        _waiting.put(None)
        _sender.join(LAST_WORDS_SECONDS)
        _sender_of = None


def _send(waiting: Waiting) -> None:
    # The client is this thread's own. Were it a global, the interpreter would close it at exit, and wait for
    # ever for the lock of a thread that no longer runs.
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)
    goes_on = True
    while goes_on:
        batch, goes_on = _collect(waiting)
        try:
            with client.pipeline(transaction=False) as pipe:
                for channel, payload in batch.items():
                    pipe.publish(channel, payload)
                pipe.execute()
        except redis.RedisError:
            logger.warning("live publish failed", extra={"channels": len(batch)})
        if goes_on:
            time.sleep(PAUSE_SECONDS)
    client.close()


def _collect(waiting: Waiting) -> tuple[dict[str, bytes], bool]:
    """All that waits, at least one, and whether more may come.

    Of many for one channel the last says all: versions only rise, and a nudge is a nudge.
    """
    batch: dict[str, bytes] = {}
    item = waiting.get()
    try:
        while item is not None:
            batch[item[0]] = item[1]
            if len(batch) >= 500:
                return batch, True
            item = waiting.get_nowait()
    except Empty:
        return batch, True
    return batch, False
