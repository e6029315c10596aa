"""What comes back: people's opens and clicks count, scanners' do not; the way out works by POST alone."""

import base64
import hashlib
import hmac
import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest

from campaigns.messages.models import Message, Touch
from campaigns.messages.services.links import click_url, open_url, unsubscribe_url
from campaigns.messages.services.sending import send_due
from customers.models import Suppression
from customers.queries.permission import may_send
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.messages.conftest import CaughtBySmtp, html_of
from tests.messages.people import proposed, willing

pytestmark = pytest.mark.django_db(transaction=True)
READER = {"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) AppleWebKit/605.1.15 Safari/605.1.15"}


@pytest.fixture
def message(smtp: CaughtBySmtp) -> Message:
    verdict = proposed(willing(first_name="Suzie"), utm={"utm_source": "omnichannel", "utm_campaign": "summer"})
    send_due(at=now() + timedelta(minutes=1))
    Message.objects.update(sent_at=now() - timedelta(hours=1))
    return Message.objects.get(pk=verdict.message_id)


def path_of(url: str) -> str:
    return urlsplit(url).path


def counted() -> list[str]:
    return list(Touch.objects.filter(counted=True).order_by("at").values_list("kind", flat=True))


def test_a_click_leads_on_with_its_campaign_and_is_an_open_too(client, message, smtp):
    # given the button as it came
    [link] = [
        unescape(found)
        for found in re.findall(r'href="([^"]*/m/c/[^"]*)"', html_of(smtp.mails[0]))
        if "Use them" in html_of(smtp.mails[0])
    ][:1]
    # when
    answer = client.get(path_of(link), headers=READER)
    # then
    assert answer.status_code == 302
    assert f"utm_source=omnichannel&utm_campaign=summer&om_m={message.pk}" in answer["Location"]
    client.get(path_of(link), headers=READER)
    assert counted() == ["clicked"]
    facts = Event.objects.filter(name__in=["message.opened", "message.clicked"]).order_by("id")
    assert [(fact.name, fact.context["utm_campaign"]) for fact in facts] == [
        ("message.opened", "summer"), ("message.clicked", "summer"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"User-Agent": "Mozilla/5.0"}, "fetched by a mail program on its own"),
        ({"User-Agent": "Barracuda Sentinel (EE)"}, "a scanner (barracuda)"),
        (READER | {"Sec-Purpose": "prefetch"}, "fetched ahead by the browser"),
        ({}, "fetched by a mail program on its own"),
    ],
)
def test_machines_are_kept_and_not_counted(client, message, headers, reason):
    client.get(path_of(open_url(message.pk)), headers=headers)
    assert Touch.objects.get().reason == reason and counted() == []
    message.refresh_from_db()
    assert message.opened_at is None and not Event.objects.filter(name="message.opened").exists()


def test_asking_with_head_or_within_a_second_of_sending_is_no_interest(client, message):
    client.head(path_of(open_url(message.pk)), headers=READER)
    Message.objects.update(sent_at=now())
    client.get(path_of(open_url(message.pk)), headers=READER)
    assert counted() == [] and Touch.objects.count() == 2


def test_every_link_at_once_is_a_scanner(client, message):
    for number in range(5):
        client.get(path_of(click_url(message.pk, f"https://shop.example/{number}")), headers=READER)
    assert len(counted()) == 3


def test_a_link_that_we_did_not_sign_leads_nowhere(client, message):
    token = path_of(click_url(message.pk, "https://evil.example/")).rsplit("/", 1)[1]
    assert client.get(f"/m/c/x{token}", headers=READER).status_code == 404
    assert client.get("/m/c/anything?url=https://evil.example", headers=READER).status_code == 404
    assert client.get(path_of(click_url(message.pk, "javascript:alert(1)")), headers=READER).status_code == 404
    assert client.get(f"/m/o/{'x' * 40}").status_code == 200


def test_looking_at_the_way_out_changes_nothing_and_one_click_is_enough(client, message):
    out = path_of(unsubscribe_url(message.pk))
    person = message.customer_id
    for _ in range(2):
        assert client.get(out, headers={"User-Agent": "scanner"}).status_code == 200
    assert may_send(customer_id=person, channel="email", purpose="marketing", at=now()).allowed
    # RFC 8058: no cookie, no CSRF token, this body alone
    done = client.post(out, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert done.status_code == 200 and b"No more of these" in done.content
    client.post(out, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert may_send(customer_id=person, channel="email", purpose="marketing", at=now()).code == "withdrawn"
    assert Event.objects.filter(name="message.unsubscribed").count() == 1
    assert may_send(customer_id=person, channel="email", purpose="transactional", at=now()).allowed
    assert client.post("/m/u/forged").status_code == 404


def mailgun(settings, event: str, message: Message, *, key: str = "right", severity: str = "permanent"):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "right"}
    moment, token = str(int(now().timestamp())), "t" * 50
    signature = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    return json.dumps(
        {
            "signature": {"timestamp": moment, "token": token, "signature": signature},
            "event-data": {
                "event": event, "severity": severity, "reason": "bounce", "recipient": message.recipient,
                "timestamp": float(moment), "id": "x", "user-variables": {"message_id": str(message.pk)},
                "delivery-status": {"code": 550, "message": "no such user"}, "message": {"headers": {}},
            },
        }
    )  # fmt: skip


def test_a_bounce_is_suppressed_and_told_once(client, message, settings):
    body = mailgun(settings, "failed", message)
    for _ in range(2):
        answer = client.post("/m/hooks/mailgun/", body, content_type="application/json")
        assert answer.status_code == 200
    assert Suppression.objects.get().address == message.recipient
    assert Event.objects.filter(name="message.bounced").count() == 1
    assert proposed(message.customer, dedup="again").code == "suppressed"


def test_a_complaint_is_suppressed(client, message, settings):
    assert (
        client.post(
            "/m/hooks/mailgun/", mailgun(settings, "complained", message), content_type="application/json"
        ).status_code
        == 200
    )
    assert Suppression.objects.get().reason == "complained"
    assert Event.objects.filter(name="message.complained").count() == 1


def test_a_bad_signature_changes_nothing(client, message, settings):
    answer = client.post(
        "/m/hooks/mailgun/", mailgun(settings, "failed", message, key="wrong"), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    assert client.post("/m/hooks/mailgun/", "{", content_type="application/json").status_code == 400
    assert client.post("/m/hooks/nobody/", "{}", content_type="application/json").status_code == 404
    # one that signs nothing is closed until its secret is set
    assert client.post("/m/hooks/postmark/", "{}", content_type="application/json").json()["code"] == "not_set_up"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:secret"}
    wrong = base64.b64encode(b"us:guess").decode()
    refused = client.post(
        "/m/hooks/postmark/", "{}", content_type="application/json", headers={"Authorization": f"Basic {wrong}"}
    )
    assert refused.json()["code"] == "bad_signature"
    assert not Suppression.objects.exists() and not Event.objects.filter(name__startswith="message.bounced").exists()
