"""Sending: signed, retried, given up, told again; one bad receiver never holds up another."""

import threading
import time
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due
from omnichannel.integrations.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from omnichannel.integrations.rules import RETRY_WAITS, retry_wait
from omnichannel.integrations.services import sending, transport
from omnichannel.integrations.services.endpoints import create_endpoint, rotate_secret, send_ping, update_endpoint
from omnichannel.integrations.services.replaying import replay_message, replay_since
from omnichannel.integrations.services.sending import continue_replays, send_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from tests.integrations.conftest import answer, ring

pytestmark = pytest.mark.django_db


def tell(*times: int) -> None:
    ring(*times)
    deliver_due()


def states() -> list[str]:
    return list(WebhookMessage.objects.order_by("event_id").values_list("state", flat=True))


def test_a_message_is_verified_by_the_public_library(endpoint, receiver):
    # given a fact
    endpoint, secret = endpoint
    tell(7)
    # when it is sent
    assert send_due(at=now()) == 1
    # then the library accepts it, and refuses it under another secret or another body
    (message,) = receiver.verified(secret)
    assert (message["type"], message["data"]["times"]) == ("bell.rung", 7)
    headers, body = receiver.received[0]
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 43 + "=").verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace("7", "8"), headers)
    # and the log says so
    sent = WebhookMessage.objects.get()
    assert (sent.state, sent.attempts, sent.last_status, str(sent.id)) == ("delivered", 1, 200, headers["webhook-id"])
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.response, attempt.error) == (200, "ok", "")
    assert send_due(at=now()) == 0


def test_a_secret_is_rotated_without_a_message_lost(endpoint, receiver):
    # given a rotation under way
    endpoint, old = endpoint
    _, new = rotate_secret(endpoint_id=endpoint.id, at=now())
    tell(1)
    send_due(at=now())
    # then receivers with either secret accept
    assert receiver.verified(old) and receiver.verified(new)
    # when it is over
    WebhookEndpoint.objects.update(previous_secret_until=now())
    receiver.received.clear()
    tell(2)
    send_due(at=now())
    # then only the new one does
    assert receiver.verified(new)
    with pytest.raises(WebhookVerificationError):
        receiver.verified(old)
    assert "whsec_" not in WebhookEndpoint.objects.get().secret_encrypted


def test_a_failing_receiver_is_tried_again_under_the_same_id_until_it_answers(endpoint, receiver):
    # given a receiver that fails three times
    tell(1)
    receiver.behave = answer(500, b"broken")
    moment = now()
    for wait in RETRY_WAITS[:3]:
        assert send_due(at=moment) == 1
        assert send_due(at=moment) == 0
        moment += timedelta(seconds=wait * 1.2 + 120)
    receiver.behave = answer(204, b"")
    assert send_due(at=moment) == 1
    # then it got the same message four times, each signed anew
    assert len(set(receiver.ids())) == 1 and len(receiver.ids()) == 4
    assert states() == ["delivered"]
    assert list(WebhookAttempt.objects.order_by("id").values_list("status", flat=True)) == [500, 500, 500, 204]
    assert WebhookEndpoint.objects.get().failing_since is None


def test_after_more_than_a_day_a_message_is_given_up(endpoint, receiver):
    # given a receiver that never answers well
    tell(1)
    receiver.behave = answer(500)
    start = moment = now()
    while states() == ["waiting"]:
        WebhookMessage.objects.update(due_at=moment)
        send_due(at=moment)
        moment += timedelta(hours=11)
    # then it was tried eight times, over more than 24 hours
    assert (states(), WebhookMessage.objects.get().attempts) == (["failed"], len(RETRY_WAITS) + 1)
    assert sum(RETRY_WAITS) >= 24 * 3600
    assert moment > start


def test_waits_grow_and_are_spread_and_heed_the_receiver():
    assert [retry_wait(n, 0.0).total_seconds() for n in range(1, 8)] == list(RETRY_WAITS)
    assert retry_wait(8, 0.0) is None
    assert retry_wait(2, 1.0) == timedelta(seconds=360)
    assert retry_wait(1, 0.0, timedelta(minutes=10)) == timedelta(minutes=10)
    assert retry_wait(1, 0.0, timedelta(days=30)) == timedelta(hours=6)


def test_a_receiver_says_when_to_come_back(endpoint, receiver):
    tell(1)
    receiver.behave = answer(429, b"", Retry_After="900")
    before = now()
    send_due(at=before)
    assert WebhookMessage.objects.get().due_at - before >= timedelta(seconds=900)


def test_a_redirect_is_not_followed(endpoint, receiver):
    tell(1)
    receiver.behave = answer(302, b"", Location=receiver.url + "/elsewhere")
    send_due(at=now())
    assert len(receiver.received) == 1
    assert (WebhookMessage.objects.get().last_status, states()) == (302, ["waiting"])


def test_an_answer_twice_or_without_end_is_cut_off(endpoint, receiver):
    # given a receiver that answers twice over, with far more than anyone asked for
    def flood(request) -> None:
        request.wfile.write(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 70_000 + b"HTTP/1.1 500 No\r\n\r\n"
        )
        while True:
            request.wfile.write(b"x" * 65_536)

    tell(1)
    receiver.behave = flood
    send_due(at=now())
    # then the first answer counts and its beginning is kept
    assert states() == ["delivered"]
    assert WebhookAttempt.objects.get().response == "x" * 500


@pytest.mark.parametrize("how", ["silent", "dripping"])
def test_a_slow_receiver_is_left_in_time_however_it_is_slow(endpoint, receiver, monkeypatch, how):
    # given a receiver that sends nothing, or a byte now and then for ever
    released = threading.Event()

    def crawl(request) -> None:
        while not released.wait(0.05):
            if how == "dripping":
                request.wfile.write(b"x")

    monkeypatch.setattr(transport.post, "__kwdefaults__", {"seconds": 0.4})
    tell(1)
    receiver.behave = crawl
    started = time.monotonic()
    send_due(at=now())
    released.set()
    # then it is a failure within the limit
    assert time.monotonic() - started < 3
    message = WebhookMessage.objects.get()
    assert (message.state, message.last_status) == ("waiting", None)
    assert message.last_error


@pytest.mark.parametrize(
    "answered", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", b"\x00\xff" * 50]
)
def test_an_answer_that_is_no_http_is_a_failure_without_harm(endpoint, receiver, answered):
    def behave(request) -> None:
        request.wfile.write(answered)
        request.close_connection = True

    tell(1)
    receiver.behave = behave
    send_due(at=now())
    assert states() == ["waiting"] and WebhookMessage.objects.get().last_error


def test_a_receiver_that_is_away_costs_one_try_a_round_and_no_message(endpoint, receiver):
    # given five messages for a receiver that fails
    tell(1, 2, 3, 4, 5)
    receiver.behave = answer(503)
    assert send_due(at=now()) == 1
    # then the others wait with the first, none the worse
    assert sorted(WebhookMessage.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    receiver.behave = answer(200)
    assert send_due(at=now() + timedelta(minutes=2)) == 5
    assert states() == ["delivered"] * 5


def test_one_message_refused_does_not_hold_up_the_next(endpoint, receiver):
    tell(1, 2)
    receiver.behave = answer(400)
    assert send_due(at=now()) == 2


def test_one_bad_receiver_does_not_hold_up_another(endpoint, receiver, monkeypatch):
    # given a silent receiver and a good one
    released = threading.Event()
    good, _ = create_endpoint(url=receiver.url + "/good", facts=["bell.*"], at=now() - timedelta(minutes=1))

    def behave(request) -> None:
        if request.path.endswith("/good"):
            answer(200)(request)
        else:
            released.wait(10)

    monkeypatch.setattr(transport.post, "__kwdefaults__", {"seconds": 0.5})
    receiver.behave = behave
    tell(1)
    send_due(at=now())
    released.set()
    # then the good one has its message
    assert WebhookMessage.objects.get(endpoint=good).state == "delivered"
    assert WebhookMessage.objects.get(endpoint=endpoint[0]).state == "waiting"


def test_an_endpoint_that_fails_for_days_is_disabled_and_what_waited_is_given_up(endpoint, receiver):
    # given an endpoint failing for five days
    tell(1, 2)
    receiver.behave = answer(500)
    WebhookEndpoint.objects.update(failing_since=now() - timedelta(days=5))
    send_due(at=now())
    # then it is disabled, recorded as a fact, and told nothing more
    assert WebhookEndpoint.objects.get().state == "disabled"
    assert states() == ["failed", "failed"]
    assert Event.objects.get(name="webhook_endpoint.disabled").subject_id == endpoint[0].id
    # when it works again, staff turn it on and replay from where it stopped
    receiver.behave = answer(200)
    receiver.received.clear()
    tell(3)
    update_endpoint(endpoint_id=endpoint[0].id, state="active", at=now())
    replay_since(endpoint_id=endpoint[0].id, after=now() - timedelta(hours=1), at=now())
    continue_replays(at=now())
    send_due(at=now())
    # then it has everything, what it was never told of included
    assert [message["data"]["times"] for message in receiver.verified(endpoint[1])] == [1, 2, 3]


def test_an_endpoint_that_is_gone_is_disabled_at_once(endpoint, receiver):
    tell(1)
    receiver.behave = answer(410)
    send_due(at=now())
    assert WebhookEndpoint.objects.get().state == "disabled"


def test_a_long_stretch_is_replayed_slice_by_slice(receiver, bells, monkeypatch):
    # given 25 facts nobody was told of, and an endpoint made later
    ids = ring(*range(1, 26))
    deliver_due()
    endpoint, secret = create_endpoint(url=receiver.url, facts=["bell.*"], at=now())
    monkeypatch.setattr(sending, "REPLAY_SLICE", 10)
    # when everything after the fifth is replayed
    replay_since(endpoint_id=endpoint.id, after=ids[4], at=now())
    rounds = 1
    while continue_replays(at=now()):
        rounds += 1
    while send_due(at=now()):
        pass
    # then it got the other twenty, once, in the order of the log
    assert [message["data"]["times"] for message in receiver.verified(secret)] == list(range(6, 26))
    assert rounds == 3


def test_one_message_is_sent_again_under_its_id(endpoint, receiver):
    tell(1)
    send_due(at=now())
    replay_message(endpoint_id=endpoint[0].id, message_id=WebhookMessage.objects.get().id, at=now())
    send_due(at=now())
    assert len(receiver.ids()) == 2 and len(set(receiver.ids())) == 1


def test_a_ping_arrives_and_tells_of_nothing(endpoint, receiver):
    send_ping(endpoint_id=endpoint[0].id, at=now())
    send_due(at=now())
    (message,) = receiver.verified(endpoint[1])
    assert (message["type"], message["data"]["resource_id"]) == ("webhook.ping", str(endpoint[0].id))


def test_a_sender_that_dies_leaves_its_messages_to_the_next(endpoint, receiver, monkeypatch):
    # given a sender that claimed a message and died
    tell(1)
    moment = now()
    monkeypatch.setattr(sending, "_write_down", lambda *args: None)
    send_due(at=moment)
    monkeypatch.undo()
    # then nobody sends it meanwhile, and after the lease another does, under the same id
    assert send_due(at=moment + timedelta(seconds=60)) == 0
    assert send_due(at=moment + sending.LEASE + timedelta(seconds=1)) == 1
    assert len(set(receiver.ids())) == 1


def test_an_event_without_a_subject_is_told_as_well(endpoint, receiver):
    moment = now()
    Event.objects.create(
        name="bell.rung", occurred_at=moment, channel="web", actor="", request_id="", data={"times": 1}
    )
    replay_since(
        endpoint_id=endpoint[0].id, after=uuid7(moment - timedelta(minutes=1)), at=now() + timedelta(seconds=1)
    )
    continue_replays(at=now())
    send_due(at=now() + timedelta(seconds=2))
    assert [message["data"]["resource_id"] for message in receiver.verified(endpoint[1])] == [None]
