"""The log over the API: for staff, associates and systems all of it, for customers their own."""

import pytest

from omnichannel.events import ports, sentences
from omnichannel.events.models import Event
from omnichannel.events.ports import RecordedEvent, describe
from omnichannel.events.queries import recorded
from omnichannel.events.sentences import sentence_of
from omnichannel.events.services import record
from omnichannel.integrations.services.keys import create_api_key
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM, Context
from omnichannel.kernel.ids import uuid7
from tests.events.conftest import BellRung, ring

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    _, secret = create_api_key(name="reader", scopes=["events:read"], at=now(), by=SYSTEM)
    Event.objects.all().delete()
    return lambda query="": client.get(f"/api/v1/events{query}", headers={"Authorization": f"Bearer {secret}"})


def times(answer) -> list[int]:
    return [item["data"]["times"] for item in answer.json()["items"]]


def test_the_log_is_read_newest_first_and_by_what_it_is_about(read):
    # given facts about two bells
    first, second = uuid7(), uuid7()
    ring(1, 2, bell=first)
    ring(3, bell=second)
    # then all come newest first, and those of one bell alone
    assert times(read()) == [3, 2, 1]
    assert times(read(f"?subject={first}")) == [2, 1]
    assert (
        times(read("?name=bell.rung")) == times(read("?name=bell.*")) == times(read("?name=x.y,bell.rung")) == [3, 2, 1]
    )
    assert times(read("?name=cart.*")) == []


def test_a_follower_reads_on_from_the_last_it_saw(read):
    ids = ring(1, 2, 3, 4)
    answer = read(f"?after={ids[1]}&limit=1")
    assert times(answer) == [3]
    assert times(read(f"?after={ids[1]}&limit=1&cursor={answer.json()['next']}")) == [4]
    assert times(read(f"?after={ids[3]}")) == []


def test_an_event_says_who_where_and_what_in_a_sentence(read):
    # given a fact by an associate
    bell, store, associate = uuid7(), uuid7(), uuid7()
    by = Context(
        channel="tablet",
        store_id=store,
        associate_id=associate,
        actor=f"associate:{associate}",
        request_id="r1",
        campaign={"gclid": "x"},
    )
    record(BellRung(bell_id=bell, times=2), by=by, at=now())
    (item,) = read().json()["items"]
    assert (item["sentence"], item["channel"], item["actor"], item["context"]) == (
        "Bell rung",
        "tablet",
        f"associate:{associate}",
        {"gclid": "x"},
    )
    assert (item["store_id"], item["associate_id"], item["customer_id"], item["request_id"]) == (
        str(store),
        str(associate),
        None,
        "r1",
    )


@pytest.mark.parametrize("query", ["?subject=1", "?after=x", "?nme=bell", "?name=%00", "?limit=1000", "?cursor=x"])
def test_a_wrong_question_is_named(read, query):
    answer = read(query)
    assert answer.status_code in (400, 422) and answer["Content-Type"] == "application/problem+json"


def test_strangers_and_keys_without_the_scope_read_nothing(client):
    _, secret = create_api_key(name="other", scopes=["catalog:read"], at=now(), by=SYSTEM)
    assert client.get("/api/v1/events").status_code == 401
    assert client.get("/api/v1/events", headers={"Authorization": f"Bearer {secret}"}).json()["code"] == "scope_missing"
    assert client.get("/api/v1/me/timeline", headers={"Authorization": f"Bearer {secret}"}).status_code == 403


def test_sentences_come_from_a_template_a_function_or_the_name(monkeypatch):
    # given one event
    monkeypatch.setattr(ports, "_descriptions", {})
    ring(3)
    event = recorded(Event.objects.get())
    assert sentence_of(event) == "Bell rung"
    # when the app describes it
    describe("bell.rung", "{by} rang {data[times]} times {on} {data[missing]}")
    assert sentence_of(event) == "The system rang 3 times"
    # or by a function
    describe("bell.rung", lambda event: f"Rung {event.data['times']}")
    assert sentence_of(event) == "Rung 3"


def test_what_a_customer_typed_is_never_read_as_a_template(monkeypatch):
    monkeypatch.setattr(ports, "_descriptions", {"bell.rung": "Note: {data[note]}"})
    event = RecordedEvent(
        uuid7(),
        "bell.rung",
        "domain",
        now(),
        None,
        None,
        "web",
        None,
        None,
        None,
        "guest:1",
        "",
        {},
        {"note": "{by} {data}"},
    )
    assert sentence_of(event) == "Note: {by} {data}"
    assert sentences.default_sentence("cart.line_added") == "Cart line added"
