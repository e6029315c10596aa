"""The marketer's pages of messages in a real browser: the editor, why somebody got it or not, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from campaigns.messages.models import Campaign, Message, MessageOrder, SendingPolicy
from campaigns.messages.services.campaigns import plan_batch, schedule_campaign, start_due
from campaigns.messages.services.sending import send_due
from campaigns.messages.services.templates import live_template
from customers.models import Customer
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from orders.models import Order
from tests.customers.factories import CustomerFactory
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.messages.people import willing
from tests.messages.test_campaigns import bought, segment

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def text_of(page: Page, frame: str) -> str:
    return page.frame_locator(f"iframe[title='{frame}']").locator("body").inner_text()


def test_a_message_is_written_with_a_real_customer_in_sight_at_two_widths(pages: Any):
    # given somebody with a name of her own
    willing(first_name="Amara", last_name="Diallo", email="amara@example.com")
    page = pages("/admin/campaign_messages/template/edit/points_statement/")
    expect(page.frame_locator("iframe[title='As on a phone']").locator("body")).to_contain_text("Suzie")
    # when she is chosen for the preview
    page.get_by_label("Preview as").fill("amara")
    page.get_by_role("option", name="Amara Diallo").click()
    expect(page.frame_locator("iframe[title='As on a phone']").locator("body")).to_contain_text("Amara")
    # then both widths speak to her
    assert "Amara" in text_of(page, "As on a desktop")
    widths = [page.locator(f"iframe[title='As on a {name}']").evaluate("frame => frame.contentWindow ? frame.offsetWidth : 0") for name in ("phone", "desktop")]  # fmt: skip
    assert widths == [390, 720]
    # what cannot be filled, does not parse or reaches out is said beside its field, and nothing of it can be kept
    subject, mjml, text = (
        page.get_by_label("Subject"),
        page.get_by_label("Layout (MJML)"),
        page.get_by_label("Plain text"),
    )
    wrongs = (
        (subject, "Hello {{ customer.shoe_size }}", "There is no customer.shoe_size to put in here."),
        (mjml, "<mj-text>Hello", "This is not MJML"),
        (text, "{% for a in (1..100000) %}{{ a }}{% endfor %}", "Loop iteration limit"),
        (text, "{% include 'secrets' %}", "secrets"),
    )
    for field, words, title in wrongs:
        held = field.input_value()
        field.fill(words)
        expect(page.locator(".desk-field", has=field).locator(".desk-bad")).to_contain_text(title, ignore_case=True)
        expect(page.get_by_role("button", name="Save version 2")).to_be_disabled()
        expect(page.get_by_text("Amara Diallo would not get this.")).to_be_visible()
        field.fill(held)
        expect(page.locator(".desk-bad")).to_have_count(0)
    # a good change is the next version
    subject.fill("Your points today, {{ customer.first_name }}")
    expect(page.locator(".desk-subject")).to_have_text("Your points today, Amara")
    page.get_by_role("button", name="Save version 2").click()
    expect(page.get_by_text("Version 2 is sent from now on.")).to_be_visible()
    assert live_template("points_statement").subject == "Your points today, {{ customer.first_name }}"
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        picture(page, f"message-editor-{width}", full_page=width == 390)
    assert axe(page) == []


@pytest.fixture
def newsletter(smtp: Any) -> Campaign:
    """To six: four got it, of whom three opened, two clicked, two bought and one sent half back; two gave no consent."""
    SendingPolicy.objects.create(settle_seconds=0)
    names = ("Suzie Lindqvist", "Amara Diallo", "Grace Kim", "Lena Fischer")
    people = [
        willing(first_name=name.split()[0], last_name=name.split()[1], email=f"{name.split()[0].lower()}@example.com")
        for name in names
    ]
    for first, last in (("Jonas", "Berg"), ("Yuki", "Tanaka")):
        people.append(CustomerFactory(first_name=first, last_name=last, email=f"{first.lower()}@example.com"))
    at = now()
    campaign = Campaign.objects.create(
        name="Autumn layers", template_key="points_statement", segments=[segment("everybody", people)], created_at=at
    )
    schedule_campaign(campaign_id=campaign.pk, send_at=None, by=SYSTEM, at=at)
    start_due(at=now())
    while plan_batch(campaign_id=campaign.pk, at=now()):
        pass
    send_due(at=now())
    sent = list(Message.objects.order_by("customer__email"))
    Message.objects.filter(pk__in=[row.pk for row in sent[:3]]).update(opened_at=now())
    Message.objects.filter(pk__in=[row.pk for row in sent[:2]]).update(clicked_at=now())
    for row in sent[:2]:
        order = bought(Customer.objects.get(pk=row.customer_id), now())
        MessageOrder.objects.create(
            order_id=order.pk, message=row, campaign=campaign, currency="USD", amount_minor=4200, at=now()
        )
    Order.objects.filter(customer__email="grace@example.com").update(current_total_minor=2000)
    Message.objects.filter(pk=sent[3].pk).update(bounced_at=now() + timedelta(seconds=1))
    campaign.refresh_from_db()
    return campaign


def test_every_number_of_a_campaign_opens_its_rows_and_the_reasons(newsletter: Campaign, pages: Any):
    page = pages(f"/admin/campaign_messages/campaign/{newsletter.pk}/build/")
    # the revenue is what is left of it
    revenue = page.locator(".res-tiles div", has_text="Revenue")
    expect(revenue).to_contain_text("$62.00")
    expect(revenue).to_contain_text("2 orders within 7 days of a click, after $22.00 that came back")
    funnel = page.locator(".res-funnel li")
    assert [row.split("\n")[:2] for row in funnel.all_inner_texts()] == [
        ["Audience", "6"], ["Sent", "4"], ["Delivered", "3"], ["Opened", "3"], ["Clicked", "2"], ["Ordered", "2"],
    ]  # fmt: skip
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        assert axe(page) == []
        picture(page, f"campaign-results-{width}", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    # each number opens its rows, by keys too, and gives the focus back
    opener = revenue.get_by_role("button")
    opener.press("Enter")
    rows = page.get_by_role("dialog").locator("li")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Grace Kim")).to_contain_text("$42.00 less $22.00 that came back")
    assert axe(page) == []
    picture(page, "campaign-orders-1280")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    for what, count in (("sent", 4), ("opened it", 3), ("clicked in it", 2), ("bounced", 1)):
        page.get_by_role("button", name=f"{count} {what}: show them").first.click()
        expect(rows).to_have_count(count)
        page.keyboard.press("Escape")
    # an hour of the chart opens those of that hour
    opened = page.locator(".res-hours .bars button").first
    said = opened.get_attribute("title")
    opened.click()
    number = int(said.split(": ")[1].split()[0])
    page.locator(".res-hours [role=status] .res-open").first.click()
    expect(rows).to_have_count(number)
    page.keyboard.press("Escape")
    # and who did not get it is one press away, with every gate they met
    page.get_by_role("link", name="They never said yes to news and offers by email.").click()
    expect(page.locator(".why-list > li")).to_have_count(2)
    expect(page.locator("#desk h1")).to_have_text("Autumn layers: who got it, who not, and why")
    # the message's own results are the same rows
    page.goto(page.url.split("/admin/")[0] + "/admin/campaign_messages/template/results/points_statement/")
    expect(page.locator(".res-tiles div", has_text="Revenue")).to_contain_text("$62.00")
    assert axe(page) == []
    assert fits(page)


def test_why_she_did_or_did_not_get_it_is_found_by_her_name(newsletter: Campaign, pages: Any):
    page = pages("/admin/campaign_messages/decision/why/")
    expect(page.locator(".why-list > li")).to_have_count(6)
    page.get_by_label("Customer").fill("jonas")
    page.get_by_role("option", name="Jonas Berg").click()
    expect(page.locator("#desk h1")).to_have_text("Why did Jonas Berg get it, or not?")
    row = page.locator(".why-list > li")
    expect(row).to_have_count(1)
    row.locator("summary").click()
    expect(row.locator(".why-gates .is-bad").first).to_contain_text("They never said yes to news and offers by email.")
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        assert axe(page) == []
        picture(page, f"message-why-{width}")
    page.get_by_role("button", name="Sent", exact=True).click()
    expect(page.get_by_text("Nobody ever meant to write to them.")).to_be_visible()
