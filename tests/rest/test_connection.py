"""A database that restarts costs the next request a new connection, and nobody an error."""

import threading

import pytest
from django.db import connection, connections

from omnichannel.events.models import Event
from tests.rest.test_write import ring

pytestmark = pytest.mark.django_db(transaction=True)


def end_our_connection() -> None:
    """End this thread's connection from another one, as a restart of the database would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()

    def end() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        connections["default"].close()

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()


def test_a_read_after_a_restart_is_answered(api):
    end_our_connection()
    # the credential is looked up first, so the dead connection is met there
    answer = api.get("/api/v1/bells", headers={"X-Cart-Token": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_a_write_that_meets_a_dead_connection_is_told_to_come_back_and_then_goes_through(api):
    end_our_connection()
    # nobody to look up: the transaction itself is the first to meet it
    answer = ring(api, key="k1")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "temporarily_unavailable", "1")
    assert ring(api, key="k1").status_code == 201
    assert Event.objects.count() == 1
