"""`@write`: one transaction, and at most one effect for each idempotency key."""

import threading
from datetime import timedelta

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.models import IdempotencyKey
from omnichannel.rest.tasks import purge_idempotency_keys


def ring(api, times=3, key="", bell=None):
    return api.post(
        "/api/v1/bells",
        orjson.dumps({"bell": str(bell or "0190f9a2-0000-7000-8000-000000000001"), "times": times}),
        content_type="application/json",
        headers={"Idempotency-Key": key} if key else {},
    )


@pytest.mark.django_db
def test_a_repeated_key_gets_the_first_answer(api):
    # given a write with a key
    first = ring(api, key="k1")
    # when it is repeated
    second = ring(api, key="k1")
    # then the answer is the same, told as such, and there was one effect
    assert (first.status_code, first.content) == (second.status_code, second.content) == (201, b'{"times":3,"rung":1}')
    assert second["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_without_a_key_every_call_has_its_effect(api):
    assert [ring(api).json()["rung"], ring(api).json()["rung"]] == [1, 2]


@pytest.mark.django_db
def test_a_key_used_with_another_body_is_refused(api):
    ring(api, key="k1")
    answer = ring(api, times=4, key="k1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_write_leaves_nothing_and_may_be_tried_again(api):
    # given a write that recorded before it was refused
    answer = ring(api, times=13, key="k1")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/times")
    # then nothing stands, and the key is free
    assert (Event.objects.count(), IdempotencyKey.objects.count()) == (0, 0)
    assert ring(api, times=12, key="k1").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_a_key_that_is_no_key_is_refused(api, key):
    answer = ring(api, key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_invalid")


@pytest.mark.django_db(transaction=True)
def test_twenty_calls_at_once_with_one_key_have_one_effect(api):
    # given twenty callers with the same key
    barrier, answers = threading.Barrier(20), []

    def call() -> None:
        client = Client()
        barrier.wait()
        answers.append(ring(client, key="k1"))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # then each heard of the one effect, or that it is under way
    assert Event.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {answer.content for answer in answers if answer.status_code == 201} == {b'{"times":3,"rung":1}'}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_progress"}


@pytest.mark.django_db(transaction=True)
def test_without_a_key_twenty_calls_at_once_have_twenty_effects(api):
    # given the control: the same race without a key
    barrier = threading.Barrier(20)

    def call() -> None:
        client = Client()
        barrier.wait()
        ring(client)
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_is_not_to_be_had_is_busy(api):
    # given a table locked by somebody else
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE events_event IN ACCESS EXCLUSIVE MODE")
            locked.set()
            done.wait()
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait()
    # when a write needs it
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    answer = ring(api, key="k1")
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '3s'")
    done.set()
    holder.join()
    # then it is told to come back, and nothing is kept
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "busy", "1")
    assert IdempotencyKey.objects.count() == 0


@pytest.mark.django_db
def test_old_answers_are_purged(settings):
    # given an answer of eight days ago and one of today
    for name, days in (("old", 8), ("new", 0)):
        row = IdempotencyKey.objects.create(principal="p", key=name, fingerprint="", status=200, body=b"")
        IdempotencyKey.objects.filter(pk=row.pk).update(created_at=now() - timedelta(days=days))
    # when the task runs
    purge_idempotency_keys()
    # then only the new one is kept
    assert list(IdempotencyKey.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db
def test_a_list_is_walked_by_its_cursor(api):
    # given twelve ringings
    bell = uuid7()
    for times in range(1, 13):
        ring(api, times=times, bell=bell)
    # when they are walked five at a time
    seen, cursor, pages = [], "", 0
    while cursor is not None:
        page = api.get(f"/api/v1/bells?limit=5&cursor={cursor}").json()
        seen += page["items"]
        cursor, pages = page["next"], pages + 1
    # then everything came once, newest first
    assert (seen, pages) == (list(range(12, 0, -1)), 3)
