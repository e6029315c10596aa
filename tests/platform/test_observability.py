"""Health, metrics, request ids and logs, asked as a machine would ask."""

from __future__ import annotations

import json
import logging

import psycopg
import pytest
import redis
from django.core.cache import caches
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from omnichannel.observability import heartbeat, readiness
from omnichannel.observability.logs import JsonFormatter
from omnichannel.observability.middleware import observe
from omnichannel.observability.readiness import Finding
from omnichannel.observability.request_id import accept_or_make, current_request_id


def test_alive_asks_nothing(client: Client):
    # given no database access allowed in this test, when asked for its life, then it answers
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_probes_come_by_address_from_inside(client: Client):
    # given a host name that is not served, when a probe asks by it, then it is answered all the same
    assert client.get("/healthz", headers={"host": "10.1.2.3"}).status_code == 200


@pytest.mark.django_db
def test_ready_when_database_redis_migrations_worker_and_relay_are(client: Client):
    # given a worker and a relay that have just reported
    heartbeat.beat("worker", "test@here")
    heartbeat.beat("relay", "test@here")
    # when asked
    answer = client.get("/readyz")
    # then all five hold
    body = answer.json()
    assert {name: check["ok"] for name, check in body["checks"].items()} == {
        "database": True,
        "redis": True,
        "migrations": True,
        "worker": True,
        "relay": True,
    }
    assert (answer.status_code, body["ready"]) == (200, True)


@pytest.mark.django_db
def test_not_ready_names_what_is_missing(client: Client, fresh_redis: None):
    # given a relay but no worker, when asked
    heartbeat.beat("relay", "test@here")
    answer = client.get("/readyz")
    # then it says so, and only so
    body = answer.json()
    assert answer.status_code == 503
    assert [name for name, check in body["checks"].items() if not check["ok"]] == ["worker"]
    assert body["checks"]["worker"]["detail"] == "no worker has reported"


@pytest.mark.django_db
def test_a_condition_that_breaks_is_an_answer_without_its_secrets(monkeypatch: pytest.MonkeyPatch):
    # given a condition whose error names an address
    def broken() -> Finding:
        raise ConnectionError("postgresql://user:secret@db/")

    monkeypatch.setattr(readiness.conditions, "_providers", {"database": (10, broken)})
    # when all are asked, then only the kind of error leaves the house
    assert readiness.ask_all() == {"database": Finding(ok=False, detail="ConnectionError")}


@pytest.mark.django_db
def test_metrics_count_requests_by_route_and_show_the_gauges(client: Client):
    # given a request to an address that does not exist
    client.get("/no-such-page-here/")
    # when scraped
    text = client.get("/metrics").content.decode()
    # then it is counted under one label, whatever its path
    assert 'omnichannel_request_seconds_count{method="GET",route="unmatched",status="404"}' in text
    assert "no-such-page" not in text
    # and each gauge is there, none failed
    for name in (
        "omnichannel_relay_lag_seconds 0.0",
        'omnichannel_queue_length{queue="reactions"}',
        "omnichannel_carts_open",
        "omnichannel_orders_last_hour",
    ):
        assert name in text
    assert "omnichannel_gauge_failed{" not in text


def test_metrics_beyond_this_machine_need_their_token(client: Client, settings):
    settings.METRICS_OPEN = False
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401


@pytest.mark.django_db
def test_a_request_id_goes_in_and_out(client: Client):
    answer = client.get("/no-such-page-here/", headers={"x-request-id": "order-desk.17"})
    assert answer.headers["X-Request-ID"] == "order-desk.17"


@pytest.mark.parametrize("given", ["", "a" * 65, "with space", "line\nbreak", "{json}", "é"])
def test_a_request_id_unfit_for_logs_is_replaced(given: str):
    made = accept_or_make(given)
    assert made != given
    assert len(made) == 32


def test_log_lines_are_json_with_the_request_id():
    # given a record made while a request is at hand
    token = current_request_id.set("abc")
    try:
        record = logging.LogRecord("orders", logging.WARNING, "f.py", 1, "paid %s", ("late",), None)
        record.order_id = "o-1"
        record.request = "the whole request"
        line = json.loads(JsonFormatter().format(record))
    finally:
        current_request_id.reset(token)
    # then the line has it, the extra field, and not the request itself
    assert line.pop("at")
    assert line == {
        "level": "warning",
        "logger": "orders",
        "message": "paid late",
        "request_id": "abc",
        "order_id": "o-1",
    }


def test_a_cache_without_redis_is_a_miss_not_an_error(settings):
    # given a cache whose Redis is not there
    settings.CACHES = {
        "default": {
            "BACKEND": "omnichannel.observability.cache.ResilientRedisCache",
            "LOCATION": "unix:///nowhere/redis.sock",
        }
    }
    cache = caches["default"]
    # when used in every way, then it answers as an empty cache would
    assert cache.get("a") is None
    assert cache.get("a", 5) == 5
    assert cache.add("a", 1) is True
    cache.set("a", 1)
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert cache.delete("a") is False
    assert cache.touch("a") is False
    assert cache.has_key("a") is False
    assert cache.incr("a") == 1
    assert cache.clear() is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("method", "status", "asked"), [("get", 200, 2), ("post", 500, 1)])
def test_a_read_survives_a_restart_of_the_database_and_a_write_is_never_repeated(
    rf, method: str, status: int, asked: int
):
    # given a thread whose connection the server has ended
    calls = []

    def view(request: HttpRequest) -> HttpResponse:
        calls.append(request.method)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except OperationalError:
            return HttpResponse(status=500)
        return HttpResponse()

    connection.ensure_connection()
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    # when a request comes, then a read is asked again on a fresh connection, and a write is not
    answer = observe(view)(getattr(rf, method)("/"))
    assert (answer.status_code, len(calls)) == (status, asked)
    connection.close()


def test_a_heartbeat_without_redis_does_not_fail_its_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(heartbeat, "_client", lambda: redis.Redis.from_url("unix:///nowhere/redis.sock"))
    heartbeat.beat("worker", "x")
