"""A member of staff at a page of the admin, in a real browser. Used by the tests of both screens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tests.customers.factories import StaffFactory
from tests.fixtures.auth import session_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("PICTURES", "")
SIZES = ((1280, 800), (1024, 768), (390, 844))


@contextmanager
def staff_pages(live_server: Any, browser: Browser) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_it(path: str, width: int = 1280, height: int = 800, *, signed_in: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        if signed_in:
            staff = StaffFactory(is_superuser=True, name="Inês Rocha")
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(staff), "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


def axe(page: Page) -> list[str]:
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice']})")
    return [f"{row['id']}: {row['nodes'][0]['html']}" for row in found["violations"]]


def fits(page: Page) -> bool:
    """Nothing sticks out to the right."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def picture(page: Page, name: str, **kwargs: Any) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", **kwargs)
