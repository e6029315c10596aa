"""Signs of life of processes nobody calls: workers, the relay."""

from __future__ import annotations

import time
from functools import lru_cache

import redis
from django.conf import settings

KEEP_SECONDS = 600
PREFIX = "omnichannel:heartbeat:"


@lru_cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def beat(kind: str, name: str) -> None:
    """Say that this process of `kind` lives. A Redis that is down is not this process's failure."""
    try:
        client = _client()
        client.hset(PREFIX + kind, name, str(time.time()))
        client.expire(PREFIX + kind, KEEP_SECONDS)
    except redis.RedisError:
        pass


def seconds_since_beat(kind: str) -> float | None:
    """Age of the youngest heartbeat of `kind`; None when there is none. Raises RedisError."""
    beats = _client().hvals(PREFIX + kind)
    return min((max(0.0, time.time() - float(beat)) for beat in beats), default=None)


def ping() -> None:
    """Raises RedisError when Redis does not answer."""
    _client().ping()
