"""The membership card on the phone, where there is no network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.demo.conftest import PATIENCE_MS

pytestmark = pytest.mark.browser


def test_the_card_is_held_up_without_a_network_though_it_was_not_looked_at_before(browser: Browser, base: str):
    # given a phone that its customer has opened for the bag alone
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    phone = context.new_page()
    with phone.expect_response(lambda answer: answer.url.endswith("/api/v1/me/loyalty"), timeout=PATIENCE_MS) as asked:
        phone.goto(f"{base}/demo/phone/")
    # whatever is in it: that depends on the tests before
    expect(phone.get_by_role("heading", name="Your bag", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    loyalty = asked.value.json()
    # when the network goes
    phone.wait_for_function("performance.getEntriesByType('resource').some((one) => one.name.includes('/vendor/qr/'))")
    context.set_offline(True)
    phone.get_by_role("navigation", name="Main").get_by_role("button", name="You").click()
    # then the card is there, with its points
    expect(phone.locator(".member-qr svg")).to_be_visible(timeout=PATIENCE_MS)
    expect(phone.locator(".member-sum")).to_contain_text(f"{loyalty['points']['available']:,}")
    context.close()
