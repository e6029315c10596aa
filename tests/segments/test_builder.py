"""The builder in a real browser, as somebody uses it who never built a segment."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from campaigns.segments.models import Segment
from campaigns.segments.services.membership import build_due
from campaigns.segments.services.saving import save_rule
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.fixtures.screens import SIZES, axe, fits, picture
from tests.segments.conftest import NEWCOMERS_RULE, Shop, make_shop
from tests.segments.test_api import consent

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = (
    "Suzie Lindqvist", "Amara Diallo", "Grace Kim", "Lena Fischer", "Priya Nair", "Marta Sousa", "Jonas Berg",
    "Yuki Tanaka", "Noor Haddad", "Elena Rossi", "Tom Walsh", "Aisha Bello", "Clara Meyer", "Hugo Martin",
)  # fmt: skip


@pytest.fixture
def town() -> Shop:
    """Fourteen people; the first ten looked at jackets twice, the last of those bought one, two own no points."""
    shop = make_shop()
    for n, name in enumerate(NAMES):
        person = shop.person(name, email=f"p{n}@example.com")
        for look in range(2 if n < 10 else 1):
            shop.view(person, ago=timedelta(hours=3 * n + look))
        if n < 8:
            shop.owns(person, 120 + 15 * n)
        if n % 2 == 0:
            consent(person)
        if n == 7:
            shop.buy(person, shop.jacket, ago=timedelta(days=20))
    return shop


@pytest.fixture
def open_page(pages: Any) -> Any:
    return lambda path="build/", *size: pages(f"/admin/campaign_segments/segment/{path}", *size)


def add(page: Page, title: str) -> None:
    page.get_by_role("button", name="Condition").or_(page.get_by_role("button", name="Add a condition")).last.click()
    page.get_by_role("menuitem", name=title).first.click()


def counted(page: Page, people: int) -> None:
    page.get_by_role("status", name=f"{people} people").wait_for()


def test_a_newcomer_builds_viewed_jackets_twice_did_not_buy_owns_points(town: Shop, open_page: Any):
    page = open_page()
    page.get_by_role("button", name="Add a condition").wait_for()
    picture(page, "segment-empty-1280")
    # looked at jackets twice in 7 days
    add(page, "Looked at products")
    page.get_by_label("Which products").select_option(label="\u2003Jackets")
    page.get_by_label("Times", exact=True).fill("2")
    counted(page, 10)
    # did not buy
    add(page, "Did not buy")
    page.get_by_label("Which products").last.select_option(label="\u2003Jackets")
    counted(page, 9)
    # owns points
    add(page, "Points or store credit")
    counted(page, 7)
    # then it is said back, with people and the reasons, and each condition's own count
    assert page.locator(".sb-say").inner_text() == (
        "Everyone who looked at Jackets 2 or more times in the last 7 days, did not buy Jackets in the last 60 days, "
        "and has at least 1 point."
    )
    assert page.locator(".sb-count").all_inner_texts() == [
        f"{n}\npeople match this condition alone" for n in (10, 13, 8)
    ]
    suzie = page.locator(".sb-people li", has_text="Suzie Lindqvist")
    assert "Looked at Jackets 2 times" in suzie.inner_text()
    assert suzie.get_by_role("link").get_attribute("href").startswith("/admin/customers/customer/")
    picture(page, "segment-newcomer-1280")
    assert axe(page) == []
    # a wrong number is marked where it stands
    page.get_by_label("In the last: how many days").first.fill("0")
    page.get_by_text("A window of 0 days holds nothing: at least 1.").wait_for()
    assert page.get_by_role("button", name="Save and make live").is_disabled()
    picture(page, "segment-wrong-1280")
    assert axe(page) == []
    page.get_by_label("In the last: how many days").first.fill("7")
    counted(page, 7)
    # saved, it lives
    page.get_by_label("Name of the segment").fill("Jackets on their mind")
    page.get_by_role("button", name="Save and make live").click()
    page.get_by_text("Live, version 1").wait_for()
    segment = Segment.objects.get()
    assert (segment.name, segment.state) == ("Jackets on their mind", "live")
    build_due(at=now())
    segment.refresh_from_db()
    assert segment.member_count == 7
    assert page.url.endswith(f"/segment/{segment.pk}/build/")
    # and somebody who is not in it is told why
    page.get_by_label("Try with a person").fill("Yuki")
    page.get_by_role("button", name="Yuki Tanaka").click()
    page.get_by_text("Yuki Tanaka is not in it").wait_for()
    assert "did not buy Jackets" in page.locator(".sb-told").inner_text()


def test_it_is_built_by_keys_alone(town: Shop, open_page: Any):
    page = open_page()
    page.get_by_role("button", name="Add a condition").focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Bought or not"
    page.get_by_role("button", name="Condition", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Condition"


def test_a_nested_rule_opens_as_it_was_saved(town: Shop, open_page: Any):
    goods = {"categories": ["women/jackets"]}
    rule = {
        "all": [
            {"kind": "order", "goods": {"categories": ["women"]}, "did": False, "window": {"last_days": 10}},
            {
                "any": [
                    NEWCOMERS_RULE["all"][0],
                    {"kind": "wish", "goods": goods, "has": True},
                    {"all": [{"kind": "cart", "has": True, "goods": goods}, {"kind": "cart", "has": True, "resting": {"hours": 2}}]},
                ]
            },
            {"not": {"any": [{"kind": "consent", "channel": "email", "purpose": "marketing", "state": "withdrawn"}]}},
        ]
    }  # fmt: skip
    segment = town.live(rule, "Dress bought, jacket wanted")
    for width, height in ((1280, 800), (1024, 768), (390, 844)):
        page = open_page(f"{segment.pk}/build/", width, height)
        counted(page, 10)
        page.locator(".sb-people li").first.wait_for()
        page.get_by_text("You may write to").wait_for()
        picture(page, f"segment-nested-{width}", full_page=width == 390)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.get_by_role("button", name="Saved").is_disabled()


def test_an_old_version_is_opened_and_made_to_hold_again(town: Shop, open_page: Any):
    # given a rule that was changed once
    segment = town.live({"all": [NEWCOMERS_RULE["all"][0]]}, "Looked at jackets")
    save_rule(segment_id=segment.pk, tree=NEWCOMERS_RULE, by=SYSTEM, at=now())
    page = open_page(f"{segment.pk}/build/")
    counted(page, 7)
    # when the first version is opened
    page.get_by_role("button", name="Versions").click()
    rows = page.locator(".sb-versions li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Version 2")
    expect(rows.last).to_contain_text("Everyone who looked at Jackets 2 or more times in the last 7 days.")
    assert axe(page) == []
    picture(page, "segment-versions-1280")
    page.get_by_role("button", name="Open version 1").click()
    counted(page, 10)
    page.get_by_text("This is version 1. Save it, and it holds again.").wait_for()
    # and saved, it holds again as a version of its own, under the name of who saved it
    page.get_by_role("button", name="Save as version 3").click()
    page.get_by_text("Live, version 3").wait_for()
    segment.refresh_from_db()
    assert segment.tree == {"all": [NEWCOMERS_RULE["all"][0]]}
    page.get_by_role("button", name="Versions").click()
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Inês Rocha")


def test_a_list_is_made_from_a_file_and_its_people_are_shown_as_of_any_moment(town: Shop, open_page: Any):
    page = open_page("upload/")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_text("Give the list a name.").wait_for()
    page.get_by_text("Choose a file.").wait_for()
    assert axe(page) == []
    page.get_by_label("Name of the list").fill("Friends of the press")
    page.get_by_label("CSV or text file").set_input_files(
        files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": b"email\np0@example.com\nnobody@example.com\nP1@EXAMPLE.COM\nX-1"}]
    )  # fmt: skip
    page.get_by_role("button", name="Make the list").click()
    report = page.locator(".sb-report")
    expect(report).to_contain_text("2 people added.")
    assert report.locator("tbody tr").all_inner_texts() == [
        "3\tnobody@example.com\tThere is no such customer.", "5\tX-1\tThere is no such customer.",
    ]  # fmt: skip
    expect(page.locator(".sb-members h2")).to_have_text("2 people in it now")
    expect(page.locator(".sb-members tbody tr")).to_have_count(2)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert fits(page)
        picture(page, f"segment-list-{width}")
    assert axe(page) == []
    segment = Segment.objects.get()
    assert (segment.name, segment.kind, page.url.endswith(f"/segment/{segment.pk}/people/")) == (
        "Friends of the press", "list", True,
    )  # fmt: skip
    # a file that is none is said beside the field; nobody leaves
    page.get_by_label("CSV or text file").set_input_files(
        files=[{"name": "a.csv", "mimeType": "text/csv", "buffer": b"\x00\x01\x02"}]
    )
    page.get_by_role("button", name="Add them").click()
    expect(page.locator("#list-file-note")).to_have_attribute("role", "alert")
    assert segment.list_members.count() == 2
    # before it was made, nobody was in it
    page.get_by_label("As of").fill("2020-01-01T10:00")
    page.get_by_text("Nobody was in it then.").wait_for()
