"""The browser of the tests works at all; the pages have tests of their own."""

from __future__ import annotations

import pytest


@pytest.mark.browser
def test_chromium_runs_a_script(browser):
    page = browser.new_page()
    assert page.evaluate("6 * 7") == 42
    page.close()
