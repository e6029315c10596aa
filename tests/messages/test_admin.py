"""Templates are changed with a live preview; errors are told in words; every change is a new version."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.messages.models import ContentBlock, Message, Template
from campaigns.messages.rules.catalogue import ALL_KEYS, sample_data
from campaigns.messages.services.sending import Intent, intend_message
from campaigns.messages.services.shipped import load_shipped, shipped_text
from campaigns.messages.services.templates import check_template, live_template
from omnichannel.kernel.clock import now

pytestmark = pytest.mark.django_db


def form_of(template: Template, **changes: str) -> dict[str, str]:
    return {name: getattr(template, name) for name in ("name", "subject", "preheader", "mjml", "text")} | changes


def preview(staff_web, template, **changes):
    return staff_web.post(
        f"/admin/campaign_messages/template/{template.pk}/preview/", form_of(template, **changes)
    ).json()


@pytest.mark.parametrize("key", sorted(ALL_KEYS))
def test_every_shipped_template_fills_its_sample(key):
    assert check_template(key, shipped_text(key)) == []


def test_the_shipped_words_are_there_from_the_start_and_a_newer_release_says_them_better():
    # given what migrating left
    assert set(Template.objects.filter(is_live=True).values_list("key", flat=True)) == ALL_KEYS
    assert set(ContentBlock.objects.values_list("key", flat=True)) == {"cart_waiting", "points_today", "popup_near_you"}
    # given two of each as an older release said them, one of the templates in the words of staff
    Template.objects.filter(key__in=("shipped", "refund_done")).update(subject="Old")
    Template.objects.filter(key="refund_done").update(created_by="user:marketer@example.com")
    ContentBlock.objects.filter(key="cart_waiting").update(headline="Old")
    # when the newer one is installed, twice
    assert (load_shipped(), load_shipped()) == (len(ALL_KEYS), len(ALL_KEYS))
    # then its words are live, and what staff wrote stayed
    assert list(Template.objects.filter(key="shipped").order_by("version").values_list("version", "is_live")) == [
        (1, False), (2, True),
    ]  # fmt: skip
    assert Template.objects.get(key="shipped", is_live=True).subject == shipped_text("shipped").subject
    assert Template.objects.get(key="refund_done").subject == "Old"
    assert list(
        ContentBlock.objects.filter(key="cart_waiting").order_by("version").values_list("version", "is_live")
    ) == [(1, False), (2, True)]


def test_a_message_is_written_without_writing_its_template():
    # Two transactions that first need several would otherwise wait for each other's.
    with CaptureQueriesContext(connection) as asked:
        intend_message(
            intent=Intent(
                template_key="shipped", dedup_key="s", recipient="a@example.com", data=sample_data("shipped")
            ),
            at=now(),
        )
    assert [sql["sql"] for sql in asked if "INSERT" in sql["sql"] and "_template" in sql["sql"]] == []
    assert Message.objects.get(dedup_key="s").template_version == 1


def test_the_preview_shows_all_parts_and_saves_nothing(staff_web):
    template = live_template("order_confirmed")
    shown = preview(staff_web, template, subject="Hello {{ order.first_name }}")
    assert (shown["subject"], shown["problems"]) == ("Hello Suzie", [])
    assert "Gansey jumper" in shown["html"] and "Gansey jumper" in shown["text"]
    assert Template.objects.filter(key="order_confirmed").count() == 1


@pytest.mark.parametrize(
    ("changes", "part", "title"),
    [
        ({"subject": "Hi {{ order.firstname }}"}, "subject", "There is no order.firstname to put in here."),
        ({"text": "{% if order.number %}x"}, "text", "Expected tag"),
        ({"text": "a\n{% foo %}"}, "text", "Unexpected tag 'foo'"),
        ({"mjml": "<mj-text>Hello"}, "mjml", "This is not MJML"),
        ({"mjml": "<mj-blink>Hello</mj-blink>"}, "mjml", "There is no element mj-blink."),
        ({"mjml": "<mj-text>{{ order.number | shout }}</mj-text>"}, "mjml", "Unknown filter 'shout'"),
        ({"text": "{% for a in (1..100000) %}{{ a }}{% endfor %}"}, "text", "Loop iteration limit"),
        ({"text": "{% include 'secrets' %}"}, "text", "Secrets"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_saves_nothing(staff_web, changes, part, title):
    template = live_template("order_confirmed")
    [problem] = [row for row in preview(staff_web, template, **changes)["problems"] if row["part"] == part][:1]
    assert title.lower() in problem["title"].lower(), problem
    refused = staff_web.post(f"/admin/campaign_messages/template/{template.pk}/change/", form_of(template, **changes))
    assert refused.status_code == 200
    assert Template.objects.filter(key="order_confirmed").count() == 1


def test_a_change_makes_a_new_version_and_the_next_message_uses_it(staff_web):
    template = live_template("order_confirmed")
    saved = staff_web.post(
        f"/admin/campaign_messages/template/{template.pk}/change/",
        form_of(template, subject="Got it: {{ order.number }}"),
    )
    assert saved.status_code == 302, saved.content.decode()[:2000]
    assert list(
        Template.objects.filter(key="order_confirmed").order_by("version").values_list("version", "is_live", "subject")
    ) == [
        (1, False, "Your order {{ order.number }} is confirmed"),
        (2, True, "Got it: {{ order.number }}"),
    ]
    message = intend_message(
        intent=Intent(
            template_key="order_confirmed",
            dedup_key="v",
            recipient="a@example.com",
            data=sample_data("order_confirmed"),
        ),
        at=now(),
    )
    assert (message.subject, message.template_version) == ("Got it: K7QM-2XRD", 2)
    assert load_shipped() == len(ALL_KEYS)
    assert Template.objects.get(key="order_confirmed", is_live=True).version == 2


def test_the_screens_open_and_hide_what_would_act_for_the_recipient(staff_web):
    message = intend_message(
        intent=Intent(
            template_key="reset_password", dedup_key="s", recipient="a@example.com", data=sample_data("reset_password")
        ),
        at=now(),
    )
    assert (
        b"https://example.com/account"
        not in staff_web.get(f"/admin/campaign_messages/message/{message.pk}/change/").content
    )
    template = live_template("shipped")
    for address in (
        "/admin/campaign_messages/message/",
        "/admin/campaign_messages/message/?q=a@ex",
        "/admin/campaign_messages/template/",
        f"/admin/campaign_messages/template/edit/{template.key}/",
        "/admin/campaign_messages/decision/",
        "/admin/campaign_messages/decision/why/",
        "/admin/campaign_messages/campaign/",
        "/admin/campaign_messages/campaign/build/",
        "/admin/campaign_messages/print/",
        "/admin/campaign_messages/sendingpolicy/",
        "/admin/campaign_messages/contentblock/",
    ):
        assert staff_web.get(address).status_code == 200, address
    assert Message.objects.count() == 1
    assert Template.objects.filter(is_live=True).count() == len(ALL_KEYS)
