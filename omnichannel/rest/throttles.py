"""One throttle for every caller, by kind: token buckets in Redis, from which each process leases a few at a time.

A lease grows while a caller is busy, so that one round trip serves many of its requests, and is a fifth of a second's
worth for one who calls now and then. Redis down means open: a customer must not pay for our outage.
"""

import ipaddress
import logging
import threading
import time
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from omnichannel.rest.principal import Caller, principal_of

logger = logging.getLogger(__name__)

PREFIX = "omnichannel:throttle:"
#: A lease not used up by then is lost, so that it cannot be saved for a burst.
LEASE_SECONDS = 5.0
#: After a failed call the throttle stays open this long without asking again.
OPEN_SECONDS = 1.0
MAX_CALLERS = 50_000

# KEYS[1] bucket; ARGV: tokens a minute, tokens wanted. Answers the tokens given and milliseconds until the next.
# The bucket holds a minute's worth, so a caller may burst that far after a minute of rest.
LEASE = """
local per_minute, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(held[1]) or per_minute, tonumber(held[2]) or now
tokens = math.min(per_minute, tokens + (now - at) * per_minute / 60000)
local given = math.min(wanted, math.floor(tokens))
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - given), 'at', now)
redis.call('PEXPIRE', KEYS[1], 61000)
if given > 0 then return {given, 0} end
return {0, math.ceil((1 - tokens) * 60000 / per_minute)}
"""


class _Bucket:
    """What this process holds of one caller's tokens."""

    __slots__ = ("left", "size", "until", "wait_until")

    def __init__(self) -> None:
        self.left = 0
        self.size = 0
        self.until = 0.0
        self.wait_until = 0.0


_buckets: dict[str, _Bucket] = {}
_lock = threading.Lock()
_open_until = 0.0


class PrincipalThrottle(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        principal = principal_of(request)
        per_minute = settings.THROTTLE_PER_MINUTE.get(principal.kind, 0)
        if per_minute <= 0:
            return True
        key = (
            principal.key if principal.kind is not Caller.ANONYMOUS else f"anonymous:{client_address(request._request)}"
        )
        self.seconds = seconds_to_wait(key, per_minute, time.monotonic())
        return self.seconds <= 0

    def wait(self) -> float | None:
        return self.seconds


def seconds_to_wait(key: str, per_minute: int, moment: float) -> float:
    """Take one token of this caller; 0 when there was one, else the seconds until there will be.

    moment  monotonic seconds of this process.
    """
    with _lock:
        bucket = _buckets.get(key)
        if bucket is None:
            if len(_buckets) >= MAX_CALLERS:
                _buckets.clear()  # leases are short: forgetting them costs each caller a few tokens
            bucket = _buckets[key] = _Bucket()
        if bucket.left > 0 and bucket.until > moment:
            bucket.left -= 1
            return 0.0
        if bucket.wait_until > moment:
            return bucket.wait_until - moment
        if _open_until > moment:
            return 0.0
        # Used up before its time: the next one is twice as large, up to a second's worth.
        busy = bucket.size > 0 and bucket.until > moment
        # The first lease is small: what one who calls now and then does not use of it is lost.
        wanted = min(bucket.size * 2, max(1, per_minute // 60)) if busy else max(1, per_minute // 300)
    given, wait = _lease(key, per_minute, wanted, moment)
    with _lock:
        # Another thread may have leased meanwhile: add to what it brought.
        held = bucket.left if bucket.until > moment else 0
        if given == 0 and held == 0:
            bucket.size, bucket.left, bucket.wait_until = 0, 0, moment + wait
            return wait
        bucket.left = held + given - 1
        if given:
            bucket.size, bucket.until = given, moment + LEASE_SECONDS
    return 0.0


def _lease(key: str, per_minute: int, wanted: int, moment: float) -> tuple[int, float]:
    global _open_until
    try:
        given, milliseconds = _script()(keys=[PREFIX + key], args=[per_minute, wanted])
    except redis.RedisError as error:
        logger.warning("throttles are open", extra={"reason": str(error)})
        _open_until = moment + OPEN_SECONDS
        return 1, 0.0
    return int(given), max(0.001, milliseconds / 1000)


@lru_cache
def _script() -> Any:
    # 50 ms: a throttle must never cost more than what it protects.
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.05, socket_connect_timeout=0.05)
    return client.register_script(LEASE)


def client_address(request: HttpRequest) -> str:
    """The caller's address: the one our own proxies (`TRUSTED_PROXIES` of them) were called from. A /64 for IPv6."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES and (header := request.META.get("HTTP_X_FORWARDED_FOR")):
        hops = [hop.strip() for hop in header.split(",")]
        found = hops[-min(settings.TRUSTED_PROXIES, len(hops))]
    if ":" not in found:
        return found
    try:
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    except ValueError:
        return found[:64]
