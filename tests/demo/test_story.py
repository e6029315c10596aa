"""The guide beside the devices, and what it needs: somebody new, a social network's stand-in, a tablet that is taken along."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.demo.conftest import PATIENCE_MS, Show, line, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def story(show: Show) -> Iterator[Show]:
    """The guide is open and everybody is new."""
    show.page.get_by_role("button", name="Play the story").click()
    begin = show.page.get_by_role("button", name="Begin as somebody new")
    expect(begin).to_be_enabled(timeout=3 * PATIENCE_MS)
    begin.click()
    expect(begin).to_be_enabled(timeout=3 * PATIENCE_MS)
    yield show


def test_somebody_new_is_known_nowhere_until_the_show_starts_again(story: Show):
    # then the phone has no bag and nobody signed in, the website neither, and the tablet serves nobody
    story.phone.get_by_role("button", name="You").click()
    expect(story.phone.get_by_role("button", name="I am new here: make an account")).to_be_visible(timeout=PATIENCE_MS)
    expect(story.phone.get_by_label("Email")).to_have_value("")
    expect(story.tablet.get_by_text("Nobody is being served")).to_be_visible(timeout=PATIENCE_MS)
    story.page.get_by_role("button", name="Website", exact=True).first.click()
    expect(story.web.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    # and a reload does not bring the demo's customer back
    story.page.reload()
    expect(story.web.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE_MS)
    expect(story.tablet.get_by_text("Nobody is being served")).to_be_visible(timeout=PATIENCE_MS)
    # when the show starts again, then she is there on every client
    story.start_again()


def test_a_post_is_bought_from_without_a_log_in_and_the_order_is_socials(story: Show):
    social = story.page.frame_locator('iframe[title="A social network"]')
    social.get_by_label("Post of marram").get_by_role("button", name="Skerry straw hat").click(timeout=PATIENCE_MS)
    sheet = social.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="Skerry straw hat")).to_be_visible(timeout=PATIENCE_MS)
    sheet.get_by_role("button", name=re.compile("^Add to bag")).click()
    for label, value in (
        ("Name", "Ida Brandt"),
        ("Street and number", "8 Commercial Street"),
        ("City", "Provincetown"),
        ("State", "MA"),
        ("ZIP code", "02657"),
        ("Email for the receipt", "ida.social@example.com"),
    ):
        social.get_by_label(label, exact=True).fill(value, timeout=PATIENCE_MS)
    social.get_by_role("button", name="Use this address").click()
    social.get_by_role("button", name=re.compile("^Pay .* and place order")).click(timeout=PATIENCE_MS)
    expect(social.get_by_text(re.compile(r"Order M-\w+ is placed"))).to_be_visible(timeout=PATIENCE_MS)
    # the one cart of the three devices is another one: nothing of it is news there
    expect(story.page.locator(".node.src")).to_have_count(0)
    # and the post offers what it did, to whoever looks next
    social.get_by_role("button", name="Back to the shop").click()
    assert violations(story.page) == []


def test_the_tablet_is_taken_to_the_popup_and_a_walk_ins_cart_becomes_that_of_who_enrols(story: Show):
    story.page.get_by_role("button", name="Step 6:").click()
    story.page.get_by_role("button", name="Take the tablet to the pop-up").click()
    tablet = story.tablet
    expect(tablet.get_by_role("button", name=re.compile("Pier 7 pop-up"))).to_be_attached(timeout=2 * PATIENCE_MS)
    # given a walk-in with gloves in the cart
    tablet.get_by_role("button", name="Serve a walk-in customer").click()
    tablet.get_by_role("searchbox").fill("wool gloves")
    tablet.get_by_role("button", name="Wool gloves").click(timeout=PATIENCE_MS)
    sheet = tablet.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="Wool gloves")).to_be_visible(timeout=PATIENCE_MS)
    for choice in sheet.locator("fieldset").all():
        if not choice.locator("[aria-pressed=true]").count():
            choice.get_by_role("button").first.click()
    sheet.get_by_role("button", name=re.compile("^Add to bag")).click(timeout=PATIENCE_MS)
    gloves = tablet.locator('[data-line^="WOOL-GLOVES"]')
    expect(gloves).to_be_visible(timeout=PATIENCE_MS)
    # when they are enrolled meanwhile
    tablet.get_by_role("button", name="Enrol", exact=True).locator("visible=true").first.click()
    tablet.get_by_label("Name").fill("Finn Walkin")
    tablet.get_by_label("Email or phone").fill("finn.walkin@example.com")
    tablet.get_by_role("dialog").get_by_role("button", name="Enrol", exact=True).click()
    # then the cart is theirs
    expect(tablet.get_by_role("heading", name="Finn Walkin")).to_be_visible(timeout=PATIENCE_MS)
    expect(tablet.get_by_text("The cart is Finn’s now")).to_be_visible(timeout=PATIENCE_MS)
    expect(gloves).to_be_visible()
    # and the show begins where it did
    story.start_again()
    expect(tablet.get_by_role("button", name=re.compile("Harbour Street"))).to_be_attached(timeout=PATIENCE_MS)
    expect(line(tablet, "DUNE-BUCKET-HAT-SAND")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 768), (390, 844)])
def test_the_guide_fits_and_reads(browser: Browser, base: str, width: int, height: int):
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{base}/demo/#story")
    for number in range(1, 10):
        page.get_by_role("button", name=f"Step {number}:").click()
        links = page.locator(".story-find a")
        assert links.count() >= 2
        assert all(str(link.get_attribute("href")).startswith("/admin/") for link in links.all())
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    context.close()
