"""Raw Redis publishes that tell other processes to look now. Losing one costs a little delay, nothing else.

A thread of its own sends them, all that wait in one round trip: no request waits for Redis, not even for one that hangs.
"""

import logging
import os
import threading
from functools import lru_cache
from queue import Empty, SimpleQueue

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

RELAY_CHANNEL = "omnichannel:relay"
LIVE_PREFIX = "omnichannel:live:"
#: A Redis that is down for long must not fill the memory; what is dropped is old by then.
MAX_WAITING = 10_000

_waiting: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
_starting = threading.Lock()
_sender_of: int | None = None


@lru_cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1.0, socket_connect_timeout=1.0)


def nudge_relay() -> None:
    """Tell the relay that deliveries are due; it sweeps every second anyway."""
    _publish(RELAY_CHANNEL, b"1")


def publish_version(topic: str, version: int) -> None:
    """Tell live streams that `topic` (`cart:<id>`) now stands at `version`. Call after commit."""
    _publish(LIVE_PREFIX + topic, str(version).encode())


def _publish(channel: str, payload: bytes) -> None:
    if _sender_of != os.getpid():  # the first of this process; a fork inherits no threads
        _start_sender()
    if _waiting.qsize() < MAX_WAITING:
        _waiting.put((channel, payload))


def _start_sender() -> None:
    global _sender_of, _waiting
    with _starting:
        if _sender_of != os.getpid():
            _waiting = SimpleQueue()
            _client.cache_clear()
            threading.Thread(target=_send, args=(_waiting,), name="live-publisher", daemon=True).start()
            _sender_of = os.getpid()


def _send(waiting: SimpleQueue[tuple[str, bytes]]) -> None:
    while True:
        channel, payload = waiting.get()
        # Of many for one channel the last says all: versions only rise, and a nudge is a nudge.
        batch = {channel: payload}
        try:
            while len(batch) < 500:
                channel, payload = waiting.get_nowait()
                batch[channel] = payload
        except Empty:
            pass
        try:
            with _client().pipeline(transaction=False) as pipe:
                for channel, payload in batch.items():
                    pipe.publish(channel, payload)
                pipe.execute()
        except redis.RedisError:
            logger.warning("live publish failed", extra={"channels": len(batch)})
