"""The other ways: text messages over HTTP, the inbox filled at its opening, prompts for the associate, paper."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from campaigns.messages.models import ContentBlock, Message, Print, SendingPolicy
from campaigns.messages.services.printing import make_postcard, read_print
from campaigns.messages.services.sending import LEASE, send_due
from campaigns.messages.states import MessageState
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.messages.people import candidate, proposed, willing

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any) -> Iterator[Any]:
    """A provider of text messages: `answers` by number, 202 else; it sends once for each key."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append(body | {"key": self.headers["Idempotency-Key"], "auth": self.headers["Authorization"]})
            status = server.answers.get(body["to"], 202)
            if status == 202:
                server.sent[self.headers["Idempotency-Key"]] = 1
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answers, server.sent = [], {}, Counter()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_PROVIDER_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_PROVIDER_TOKEN = "secret"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def by_text(phone: str, dedup: str) -> Message:
    SendingPolicy.objects.get_or_create(defaults={"quiet_channels": [], "settle_seconds": 0})
    verdict = proposed(willing("sms", phone=phone), dedup=dedup, channels=("sms",))
    return Message.objects.get(pk=verdict.message_id)


def test_a_text_goes_to_the_provider_under_a_key_of_its_own(provider: Any):
    message = by_text("+15551230001", "a")
    send_due(at=now())
    [asked] = provider.asked
    assert (asked["to"], asked["key"], asked["auth"]) == ("+15551230001", str(message.pk), "Bearer secret")
    assert "points" in asked["text"] and "{{" not in asked["text"]
    message.refresh_from_db()
    assert message.state == MessageState.SENT


def test_a_provider_that_refuses_fails_and_is_asked_again_under_the_same_key(provider: Any):
    provider.answers = {"+15551230001": 503, "+15551230002": 422}
    later, refused, fine = (by_text(f"+1555123000{number}", str(number)) for number in (1, 2, 3))
    send_due(at=now())
    for message in (later, refused, fine):
        message.refresh_from_db()
    assert [message.state for message in (later, refused, fine)] == ["intended", "failed", "sent"]
    provider.answers = {}
    send_due(at=later.due_at)
    assert provider.sent == {str(later.pk): 1, str(fine.pk): 1}


def test_a_sender_that_died_after_the_provider_took_it_sends_under_the_same_key(provider: Any):
    message = by_text("+15551230001", "a")
    at = now()
    send_due(at=at)
    Message.objects.filter(pk=message.pk).update(state="intended")  # as if the answer had never been written down
    send_due(at=at + LEASE)
    assert len(provider.asked) == 2 and provider.sent == {str(message.pk): 1}


def test_the_inbox_is_filled_when_it_is_opened(web, django_user_model):
    # given a message from the morning
    customer = willing(first_name="Suzie")
    proposed(customer, channels=("inbox",))
    assert Message.objects.get().subject == "You have 0 points"
    me = web(customer)
    # when points came in since
    from loyalty.services.posting import grant_points
    from omnichannel.kernel.context import SYSTEM

    grant_points(customer_id=customer.pk, points=250, reason="a gift", reference="gift", active_from=now(), expires_at=None, by=SYSTEM, at=now())  # fmt: skip
    # then it says what they have now
    inbox = me.get_json("/me/inbox").json()
    [item] = inbox["items"]
    assert (item["title"], item["read_at"], inbox["unread"]) == ("You have 250 points", None, 1)
    assert item["action"]["label"] == "Use them" and "/m/c/" in item["action"]["url"]
    read = me.post_json(f"/me/inbox/{item['id']}/read")
    assert read.status_code == 200 and me.get_json("/me/inbox").json()["unread"] == 0
    assert Event.objects.filter(name="message.opened").count() == 1
    assert web(willing()).post_json(f"/me/inbox/{item['id']}/read").status_code == 404


def test_an_associate_is_told_what_to_tell_until_it_is_told(staff_web):
    customer = willing(first_name="Suzie")
    proposed(customer, channels=("tablet",))
    [prompt] = staff_web.get(f"/api/v1/customers/{customer.pk}/prompts").json()["items"]
    assert prompt["words"] == "Suzie has 0 points."
    told = staff_web.post_json(f"/customers/{customer.pk}/prompts/{prompt['id']}/told")
    assert told.status_code == 200
    assert staff_web.get(f"/api/v1/customers/{customer.pk}/prompts").json()["items"] == []


def test_one_block_of_words_reads_the_same_on_every_channel_and_can_be_traced():
    SendingPolicy.objects.create(quiet_channels=[])
    customer = willing("email", "sms", phone="+15551230001")
    for channel in ("email", "sms", "inbox"):
        proposed(customer, dedup=channel, channels=(channel,))
    ContentBlock.objects.get(key="points_today", version=1)
    rows = Message.objects.order_by("id")
    assert all("You have 0 points" in row.subject + row.text for row in rows)
    assert [row.blocks for row in rows] == [{"points_today": 1}] * 3


def test_a_postcard_is_a_pdf_made_once(tmp_path, settings):
    customer = willing(first_name="Zoë")
    code = {"code": "THANKS-9F3K", "label": "10% off", "expires_at": (now() + timedelta(days=30)).isoformat()}
    first = make_postcard(customer_id=customer.pk, order_id=None, data={"code": code}, dedup_key="postcard:1", at=now())
    again = make_postcard(customer_id=customer.pk, order_id=None, data={}, dedup_key="postcard:1", at=now())
    assert again.pk == first.pk and Print.objects.count() == 1
    assert read_print(first).startswith(b"%PDF") and first.words["code"] == "THANKS-9F3K"
    assert first.words["title"] == "Zoë, these go with it." and "token=" in first.words["join_url"]
    assert Event.objects.get(name="postcard.made").identity_id == customer.pk


def test_by_mail_a_message_is_paper(smtp: Any):
    SendingPolicy.objects.create(settle_seconds=0)
    customer = willing("mail")
    proposed(customer, "postcard", channels=("mail",), data={"related": []})
    send_due(at=now())
    assert Print.objects.get().message == Message.objects.get(state=MessageState.SENT)
    assert candidate(customer).channels == ("email",)
