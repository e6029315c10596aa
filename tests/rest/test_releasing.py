"""`@releases_early`: the commit does not wait for the disk, everything after it does."""

from collections.abc import Iterator

import orjson
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from omnichannel.events.models import Event
from omnichannel.rest.releasing import REACH_DISK
from tests.rest.urls import HotBells

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def durable() -> Iterator[None]:
    """Commits that wait for the disk, as they do outside the tests."""
    HotBells.heard.clear()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO on")
        yield
        cursor.execute("RESET synchronous_commit")


def ring(api, times=3):
    return api.post(
        "/api/v1/bells/hot",
        orjson.dumps({"bell": "0190f9a2-0000-7000-8000-000000000001", "times": times}),
        content_type="application/json",
    )


def setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return cursor.fetchone()[0]


def test_the_disk_is_reached_after_the_commit_and_before_the_answer(api, durable):
    # when a write that releases early is made
    with CaptureQueriesContext(connection) as captured:
        answer = ring(api)
    # then its transaction ends, and the flush is the first thing after it
    statements = [query["sql"] for query in captured]
    assert (answer.status_code, HotBells.heard, Event.objects.count()) == (201, [3], 1)
    assert "synchronous_commit" in statements[1]
    assert statements[-2:] == ["COMMIT", REACH_DISK]
    # and the next transaction of this connection is an ordinary one
    assert (setting("synchronous_commit"), setting("plan_cache_mode")) == ("on", "auto")


def test_where_commits_never_wait_nothing_is_flushed(api):
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    with CaptureQueriesContext(connection) as captured:
        assert ring(api).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("RESET synchronous_commit")
    assert [query["sql"] for query in captured][-1] == "COMMIT"


def test_a_flush_that_fails_promises_nothing(api, durable):
    # given a database that goes away between the commit and the flush
    def lose(execute, sql, params, many, context):
        if sql == REACH_DISK:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, params, many, context)

    # when something is written
    with connection.execute_wrapper(lose):
        answer = ring(api)
    # then the caller is told to ask again, and nothing that waits for the commit has happened
    assert (answer.status_code, answer.json()["code"], HotBells.heard) == (503, "temporarily_unavailable", [])


def test_a_refused_write_releases_nothing(api, durable):
    with CaptureQueriesContext(connection) as captured:
        assert ring(api, times=0).status_code == 400
    assert REACH_DISK not in [query["sql"] for query in captured]
    assert (HotBells.heard, Event.objects.count(), setting("synchronous_commit")) == ([], 0, "on")
