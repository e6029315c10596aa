"""Throttles: a bucket for each caller, leased from Redis in portions, open when Redis is away."""

import os
import threading

import pytest
import redis
from django.test import Client, RequestFactory

from omnichannel.rest import throttles
from omnichannel.rest.throttles import client_address, seconds_to_wait

pytestmark = pytest.mark.usefixtures("fresh_throttles")


def calls_to_redis() -> int:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    return int(client.info("commandstats").get("cmdstat_evalsha", {}).get("calls", 0))


def test_a_caller_gets_a_minutes_worth_and_then_waits():
    # given a limit of 60 a minute
    waits = [seconds_to_wait("customer:1", 60, 1000.0) for _ in range(61)]
    # then the first sixty go through and the next is told how long
    assert waits[:60] == [0.0] * 60
    assert 0 < waits[60] <= 1.0
    # and another caller is not held up
    assert seconds_to_wait("customer:2", 60, 1000.0) == 0.0


def test_one_round_trip_serves_many_requests_of_a_busy_caller():
    # given a caller of 12,000 a minute
    before = calls_to_redis()
    waits = [seconds_to_wait("api_key:1", 12_000, 1000.0) for _ in range(2_000)]
    # then 2,000 requests took some seventeen round trips: 1, 2, 4 … 128, then 200 at a time
    assert set(waits) == {0.0}
    assert calls_to_redis() - before <= 18


def test_one_who_calls_now_and_then_wastes_no_tokens():
    # given a caller with 60 a minute who calls every ten seconds
    for second in range(0, 300, 10):
        assert seconds_to_wait("customer:1", 60, 1000.0 + second) == 0.0
    # then each call took one token
    left = redis.Redis.from_url(os.environ["REDIS_URL"]).hget(throttles.PREFIX + "customer:1", "tokens")
    assert 29 <= float(left) <= 60


def test_a_refused_caller_is_refused_without_asking_again():
    for _ in range(11):
        seconds_to_wait("customer:1", 10, 1000.0)
    before = calls_to_redis()
    assert seconds_to_wait("customer:1", 10, 1000.1) > 0
    assert calls_to_redis() == before


def test_threads_of_one_process_share_the_bucket():
    # given eight threads that take as much as they get
    passed = []

    def take() -> None:
        passed.extend(1 for _ in range(60) if seconds_to_wait("customer:1", 240, 1000.0) == 0.0)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then together they had the bucket, and what it gained meanwhile
    assert 240 <= len(passed) <= 250


def test_with_redis_away_everybody_may_come_in(settings):
    # given no Redis
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    throttles._script.cache_clear()
    # then nobody is refused
    assert {seconds_to_wait("customer:1", 1, 1000.0 + n / 10) for n in range(50)} == {0.0}


@pytest.mark.django_db
def test_who_calls_too_often_is_told_when_to_come_back(settings):
    # given three requests a minute for those without a name
    settings.ROOT_URLCONF = "tests.rest.urls"
    settings.THROTTLE_PER_MINUTE = settings.THROTTLE_PER_MINUTE | {"anonymous": 3}
    client = Client()
    statuses = [client.get("/api/v1/bells").status_code for _ in range(3)]
    # when the fourth comes
    answer = client.get("/api/v1/bells")
    # then it is a problem with the time to wait
    assert statuses == [200, 200, 200]
    assert (answer.status_code, answer.json()["code"], answer["Content-Type"]) == (
        429,
        "throttled",
        "application/problem+json",
    )
    assert 1 <= int(answer["Retry-After"]) <= 20
    # and a caller from elsewhere comes in
    assert client.get("/api/v1/bells", REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "found"),
    [
        (0, "203.0.113.9", "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "10.0.0.1", "203.0.113.9"),
        (3, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
    ],
)
def test_the_address_is_the_one_our_proxies_saw(settings, proxies, forwarded, remote, found):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote)) == found
