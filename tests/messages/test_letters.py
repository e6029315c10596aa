"""What one person of the house writes to one customer goes through the gate, and says what became of it."""

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from campaigns.messages.models import Decision, Message
from campaigns.messages.services.sending import send_due
from customers.services.consent import give_consent, suppress_address
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, StaffFactory, UserFactory
from tests.requirements.world import web_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db
LETTER = {"subject": "Your jacket", "words": "We put one aside.\nIt waits <until> {{ 7 | times: 7 }} Friday."}


@pytest.fixture
def suzie():
    return CustomerFactory(user=UserFactory(email="suzie@example.com"), email="suzie@example.com")


@pytest.fixture
def maya(staff_client):
    user = StaffFactory(name="Maya Rowe")
    wanted = ["view_customer", "change_customer"]
    user.user_permissions.add(*Permission.objects.filter(content_type__app_label="customers", codename__in=wanted))
    return staff_client(user)


def test_a_letter_reaches_the_mailbox_as_it_was_written(maya, suzie):
    # when she writes, twice by a retry
    answers = [maya.post_json(f"/customers/{suzie.pk}/letters", LETTER, key="l-1") for _ in range(2)]
    assert [(a.status_code, a.json()["outcome"], a.json()["channel"]) for a in answers] == [(201, "send", "email")] * 2
    send_due(at=now())
    # then one mail is there, her words as words, signed with her name
    (sent,) = mail.outbox
    html = sent.alternatives[0][0]
    assert (sent.subject, sent.to) == ("Your jacket", ["suzie@example.com"])
    assert "It waits <until> {{ 7 | times: 7 }} Friday." in sent.body and "Maya Rowe, " in sent.body
    assert "We put one aside.<br" in html and "&lt;until&gt; {{ 7 | times: 7 }}" in html
    assert "Unsubscribe" not in html


def test_news_needs_a_yes_and_an_inbox_is_read_in_the_app(maya, suzie):
    news = {**LETTER, "purpose": "marketing"}
    refused = maya.post_json(f"/customers/{suzie.pk}/letters", {**news, "by": "email"}).json()
    assert (refused["outcome"], refused["message_id"]) == ("refused", None) and refused["reason"]
    assert Decision.objects.get(pk=refused["decision_id"]).reason == refused["reason"]
    give_consent(
        customer_id=suzie.pk, channel="email", purpose="marketing", wording="1", source="checkout", proof={},
        by=SYSTEM, at=now(),
    )  # fmt: skip
    assert maya.post_json(f"/customers/{suzie.pk}/letters", {**news, "by": "email"}).json()["outcome"] == "send"
    assert "unsubscribe" in Message.objects.get(channel="email").html.lower()
    # and one into the app waits there
    assert maya.post_json(f"/customers/{suzie.pk}/letters", {**LETTER, "by": "inbox"}).json()["channel"] == "inbox"
    (shown,) = web_of(suzie).get_json("/me/inbox").json()["items"]
    assert (shown["title"], "We put one aside." in shown["body"]) == ("Your jacket", True)


def test_who_may_not_be_mailed_finds_it_in_the_app(maya, suzie):
    suppress_address(channel="email", address=suzie.email, reason="complained", detail="", by=SYSTEM, at=now())
    answer = maya.post_json(f"/customers/{suzie.pk}/letters", LETTER).json()
    assert (answer["outcome"], answer["channel"]) == ("send", "inbox")
    only_mail = maya.post_json(f"/customers/{suzie.pk}/letters", {**LETTER, "by": "email"}).json()
    assert (only_mail["outcome"], only_mail["code"]) == ("refused", "suppressed")


def test_who_may_write(suzie, staff_client):
    looker = StaffFactory()
    looker.user_permissions.add(Permission.objects.get(content_type__app_label="customers", codename="view_customer"))
    path = f"/customers/{suzie.pk}/letters"
    assert staff_client(looker).post_json(path, LETTER).status_code == 403
    assert web_of(suzie).post_json(path, LETTER).status_code == 403
    assert key_api("messages:read").post_json(path, LETTER).status_code == 403
    api = key_api("messages:write")
    assert api.post_json(path, {**LETTER, "words": " "}).status_code == 400
    assert api.post_json(path, {**LETTER, "by": "pigeon"}).status_code == 400
    assert api.post_json(f"/customers/{CustomerFactory.build().pk}/letters", LETTER).status_code == 404
    assert not Message.objects.exists()
