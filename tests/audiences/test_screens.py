"""The pages of audiences in a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from campaigns.audiences.models import Audience, AudienceItem, Member
from campaigns.segments.models import Segment
from catalog.models import ProductImage
from omnichannel.kernel.clock import now
from tests.audiences.tools import Visits, audience, deliver, say_yes, send
from tests.customers.factories import CustomerFactory
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.requirements.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = ("Suzie Lindqvist", "Amara Diallo", "Grace Kim", "Jonas Berg", "Yuki Tanaka", "Noor Haddad", "Elena Rossi")
GOODS = (
    ("DRESS-10", "Deck shirt dress", "deck-shirt-dress-sky"), ("JACKET-10", "Chandler jacket", "chandler-jacket-clay"),
    ("SWIM-10", "Cove swimsuit", "cove-swimsuit-ink"),
)  # fmt: skip


@pytest.fixture
def busy(ads: Any, transactional_db: None) -> Audience:
    """Seven people look at three things; most of them allow advertising; a month of comings and goings behind them."""
    world, visits = World.build(), Visits()
    for sku, name, image in GOODS:
        variant = world.sell(sku, 8900)
        type(variant.product).objects.filter(pk=variant.product_id).update(name=name)
        ProductImage.objects.filter(product=variant.product).update(url=f"/static/demo/products/{image}.svg")
    one = audience("viewed_or_carted_not_bought")
    Audience.objects.filter(pk=one.pk).update(name="Looked, not bought")
    audience("related_to_bought")
    for n, name in enumerate(PEOPLE):
        first, last = name.split()
        person = CustomerFactory(first_name=first, last_name=last, email=f"p{n}@example.com")
        if n % 3:
            say_yes(person)
        for sku, _, _ in GOODS[: 1 + n % 3]:
            visits.view(sku, user=person.pk)
    deliver()
    send()
    for n in range(29):
        for k in range(1 + n * 7 % 5):
            item = AudienceItem.objects.filter(audience=one)[0]
            moment = now() - timedelta(days=n, hours=k)
            AudienceItem.objects.create(
                audience=one, customer=item.customer, product=item.product, reason="looked at it on the website",
                cause_at=moment, added_at=moment - timedelta(days=1), removed_at=moment,
                removed_reason="bought on the website, order M7K2-01",
            )  # fmt: skip
    return one


def test_the_page_of_an_audience_says_who_is_in_and_why(busy, pages):
    for width, height in SIZES:
        page = pages(f"/admin/campaign_audiences/audience/{busy.pk}/change/", width, height)
        page.get_by_role("heading", name="Who is in, with what and why").wait_for()
        page.get_by_role("link", name="Cove swimsuit").first.wait_for()
        picture(page, f"audience-{width}", full_page=True)
        assert fits(page)
        if width == 1280:
            assert axe(page) == []
    page.get_by_role("button", name="Left").click()
    page.get_by_text("bought on the website, order M7K2-01").first.wait_for()
    # each number opens its people: on the list, waiting, held back, moved on a day
    rows = page.get_by_role("dialog").locator("li")
    Member.objects.filter(pk=Member.objects.filter(destination__audience=busy, is_there=True)[0].pk).update(
        is_there=False
    )
    page.get_by_text("Not all told yet").wait_for()
    for words, count in (("On the list there", 3), ("To be put on or taken off", 1), ("They never said yes", 3)):
        page.get_by_role("button", name=words).first.click()
        expect(rows).to_have_count(count)
        page.keyboard.press("Escape")
    yesterday = page.locator(".aud-chart button").nth(-2)
    moved = [int(part.split()[0]) for part in yesterday.get_attribute("title").split(": ")[1].split(", ")]
    yesterday.click()
    expect(rows.locator(".end b", has_text=re.compile("^In"))).to_have_count(moved[0])
    expect(rows.filter(has_text="order M7K2-01")).to_have_count(moved[1])
    assert axe(page) == []
    picture(page, "audience-day-1280")


def test_the_list_shows_live_sizes_and_destinations(busy, pages):
    for width, height in SIZES[:2]:
        page = pages("/admin/campaign_audiences/audience/", width, height)
        page.get_by_text("Meta: 4 people").wait_for()
        picture(page, f"audiences-{width}")
    page = pages("/admin/campaign_audiences/conversion/")
    page.get_by_text("ViewContent").first.wait_for()
    picture(page, "conversions-1280")


def test_an_audience_is_made_and_switched_off(busy, pages):
    page = pages("/admin/campaign_audiences/audience/add/")
    page.get_by_label("Name").fill("Carted jackets")
    page.get_by_label("Looked at it").uncheck()
    page.locator("#aud-days").fill("14")
    page.get_by_label("Meta").check()
    picture(page, "audience-new-1280", full_page=True)
    assert axe(page) == []
    page.get_by_role("button", name="Make audience").click()
    page.get_by_role("heading", name="Carted jackets").wait_for()
    made = Audience.objects.get(key="carted-jackets")
    assert made.rule == {"kind": "viewed_or_carted_not_bought", "within_days": 14, "did": ["carted"]}
    page.get_by_role("button", name="Stop sending to Meta").click()
    page.get_by_text("Switched off").wait_for()
    assert not Member.objects.filter(destination__audience=made).exists()


def test_an_audience_of_a_segment_is_chosen_by_the_segments_name(pages):
    Segment.objects.create(key="regulars", name="Regulars: four orders or more", state="live")
    Segment.objects.create(key="sketch", name="A draft", state="draft")
    page = pages("/admin/campaign_audiences/audience/add/")
    page.get_by_label("Name").fill("Regulars on Meta")
    page.get_by_label("A segment", exact=False).check()
    assert page.get_by_label("Segment", exact=True).locator("option").all_inner_texts() == [
        "Regulars: four orders or more"
    ]
    page.get_by_role("button", name="Make audience").click()
    page.get_by_role("heading", name="Regulars on Meta").first.wait_for()
    assert Audience.objects.get(key="regulars-on-meta").rule == {"kind": "segment", "segment": "regulars"}
