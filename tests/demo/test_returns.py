"""Goods given back at the tablet: found by whom, by receipt or by address; the money is shown first; points follow."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.demo.conftest import PATIENCE_MS, violations

pytestmark = pytest.mark.browser


@pytest.fixture
def tablet(browser: Browser, base: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{base}/demo/tablet/")
    expect(page.get_by_role("heading", name="Suzie Lindqvist")).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()


def buy(tablet: Page, name: str, email: str, *words: str) -> str:
    """Somebody walks in, is enrolled, and pays for these things in cash; the order's number."""
    tablet.get_by_role("button", name="Serve someone else").click()
    tablet.get_by_role("button", name="Serve a walk-in customer").click()
    tablet.get_by_role("button", name="Enrol").first.click()
    tablet.get_by_label("Name").fill(name)
    tablet.get_by_label("Email or phone").fill(email)
    tablet.get_by_role("dialog").get_by_role("button", name="Enrol", exact=True).click()
    expect(tablet.get_by_role("heading", name=name)).to_be_visible(timeout=PATIENCE_MS)
    for word in words:
        tablet.get_by_role("searchbox").fill(word)
        tablet.locator(".found-list button", has_text=re.compile(word, re.I)).first.click()
        tablet.get_by_role("dialog").get_by_role("button", name=re.compile("^Add to bag")).click()
        expect(tablet.locator(f'[data-line^="{word.split()[0].upper()}"]')).to_be_visible(timeout=PATIENCE_MS)
    tablet.get_by_role("button", name="Take payment").click()
    tablet.get_by_role("button", name=re.compile(r"^Take \$.* in cash")).click()
    paid = tablet.get_by_text(re.compile(r"Order M-\w+ is paid"))
    expect(paid).to_be_visible(timeout=PATIENCE_MS)
    number = paid.inner_text().split("Order ")[1].split(" is paid")[0]
    tablet.get_by_role("button", name="Next customer").click()
    return number


def test_what_was_bought_comes_back_at_the_counter_and_takes_its_points_along(tablet: Page):
    # given a walk-in who buys two things in cash and is enrolled
    number = buy(tablet, "Gil Returner", "gil.returner@example.com", "dune bucket", "tidal towel")

    # when one of them comes back, found beside the name
    tablet.get_by_role("button", name=f"Return goods of {number}").click()
    sheet = tablet.get_by_role("dialog")
    give = sheet.locator(".give-back")
    expect(give).to_be_disabled()
    sheet.get_by_role("button", name="One Tidal towel more").click()
    expect(sheet.get_by_role("button", name="One Tidal towel more")).to_be_disabled()  # one was bought
    sheet.get_by_label("Why").select_option("Does not fit")
    sheet.get_by_label("How it looks").select_option("Damaged, kept apart")
    # then what goes back, and how, is said before it does
    expect(give).to_have_text(re.compile(r"^Refund \$\d+\.\d\d$"), timeout=PATIENCE_MS)
    refund = give.inner_text().removeprefix("Refund ")
    expect(sheet.get_by_label("Goes back")).to_contain_text(f"Cash{refund}")
    assert violations(tablet) == []
    give.click()
    expect(sheet.get_by_text(re.compile(r"Return R-\w+ is recorded"))).to_be_visible(timeout=PATIENCE_MS)
    expect(sheet.get_by_role("heading", name=f"Give {refund} back")).to_be_visible()
    sheet.get_by_role("button", name="Done").click()
    expect(tablet.locator(".bought")).to_contain_text("partly given back", timeout=PATIENCE_MS)
    expect(tablet.locator(".lately")).to_contain_text("took goods of order", timeout=PATIENCE_MS)

    # and by its receipt, with nobody being served, only the other is left
    tablet.get_by_role("button", name="Serve someone else").click()
    tablet.get_by_role("searchbox").fill(number)
    tablet.get_by_role("button", name=f"Receipt {number}").click()
    expect(sheet.locator('[data-line^="TIDAL"]')).to_contain_text("Given back already", timeout=PATIENCE_MS)
    expect(give).to_have_text(re.compile(r"^Refund "), timeout=PATIENCE_MS)  # the last unit is chosen by itself
    give.click()
    expect(sheet.get_by_text(re.compile(r"Return R-\w+ is recorded"))).to_be_visible(timeout=PATIENCE_MS)
    sheet.get_by_role("button", name="Done").click()
    # and whose it was stands here, without what the order would have earned
    expect(tablet.get_by_role("heading", name="Gil Returner")).to_be_visible(timeout=PATIENCE_MS)
    expect(tablet.get_by_role("button", name=f"Return goods of {number}")).to_have_count(0, timeout=PATIENCE_MS)


def test_a_receipt_nobody_knows_says_so_and_an_address_finds_the_order(tablet: Page):
    # given somebody who bought one thing
    number = buy(tablet, "Ida Finder", "ida.finder@example.com", "tidal towel")
    tablet.get_by_role("button", name="Serve someone else").click()
    tablet.get_by_role("button", name="Take goods back").click()
    sheet = tablet.get_by_role("dialog")
    field = sheet.get_by_role("searchbox")
    field.fill("M-ZZZZZZ")
    field.press("Enter")
    expect(sheet.get_by_text("No order for “M-ZZZZZZ”")).to_be_visible(timeout=PATIENCE_MS)
    field.fill("ida.finder@example.com")
    field.press("Enter")
    # the only one opens by itself
    expect(sheet.get_by_role("heading", name="What comes back?")).to_be_visible(timeout=PATIENCE_MS)
    expect(sheet).to_contain_text(number)
    sheet.get_by_role("button", name="Another order").click()
    expect(field).to_be_visible()
