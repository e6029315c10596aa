"""Raw Redis publishes that tell other processes to look now. Losing one costs a little delay, nothing else."""

import logging
from functools import lru_cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

RELAY_CHANNEL = "omnichannel:relay"
LIVE_PREFIX = "omnichannel:live:"


@lru_cache
def _client() -> redis.Redis:
    # 50 ms: a request that has committed must not wait for a Redis that is down.
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.05, socket_connect_timeout=0.05)


def nudge_relay() -> None:
    """Tell the relay that deliveries are due; it sweeps every second anyway."""
    _publish(RELAY_CHANNEL, b"1")


def publish_version(topic: str, version: int) -> None:
    """Tell live streams that `topic` (`cart:<id>`) now stands at `version`. Call after commit."""
    _publish(LIVE_PREFIX + topic, str(version).encode())


def _publish(channel: str, payload: bytes) -> None:
    try:
        _client().publish(channel, payload)
    except redis.RedisError:
        logger.warning("live publish failed", extra={"channel": channel})
