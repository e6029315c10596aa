"""The show page as a visitor meets it: the whole stack, the demo brand (small), three clients in one browser page."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from playwright.sync_api import Browser, FrameLocator, Page, expect

from omnichannel.embedded.layout import prepare_layout
from tests.cluster import place_cluster
from tests.stack import ROOT, Stack, clean_environment, free_ports

AXE = ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js"
JACKET, SWIMSUIT, HAT = "QUAY-RAIN-JACKET-OCHRE-10", "COVE-SWIMSUIT-INK-10", "DUNE-BUCKET-HAT-SAND"
STORE = "harbour-street"
#: What a visitor may wait for on a busy machine; how fast it is, others measure.
PATIENCE_MS = 30_000


class Show:
    """One visitor's page, and what they look at and press."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.phone = page.frame_locator('iframe[title="Phone storefront"]')
        self.web = page.frame_locator('iframe[title="Web storefront"]')
        self.tablet = page.frame_locator('iframe[title="Store tablet"]')
        page.goto(f"{base}/demo/")
        for client in self.clients:
            expect(client.get_by_text("version").first).to_be_visible(timeout=PATIENCE_MS)

    @property
    def clients(self) -> tuple[FrameLocator, FrameLocator, FrameLocator]:
        return self.phone, self.web, self.tablet

    def start_again(self) -> None:
        """One thing from each channel, and nothing else."""
        button = self.page.get_by_role("button", name="Start again")
        button.click()
        expect(button).to_be_enabled(timeout=3 * PATIENCE_MS)
        for client in self.clients:
            self.expect_lines(client, JACKET, SWIMSUIT, HAT)

    def expect_lines(self, client: FrameLocator, *skus: str) -> None:
        expect(client.locator(".lines > li")).to_have_count(len(skus), timeout=PATIENCE_MS)
        for sku in skus:
            expect(line(client, sku)).to_be_visible(timeout=PATIENCE_MS)

    def available(self, sku: str) -> int:
        """Units that may be promised in the tablet's store, as the public API says."""
        answer = self.page.request.get(f"{self.base}/api/v1/availability", params={"skus": sku, "store": STORE})
        return int(answer.json()["items"][0]["lines"][0]["available"])

    def fact(self, name: str) -> Any:
        """The rows of “What just happened” of one kind, newest first."""
        return self.page.locator(".ev", has=self.page.get_by_text(name, exact=True))


def line(client: FrameLocator, sku: str) -> Any:
    return client.locator(f'[data-line="{sku}"]')


def watch(page: Page, broken: list[str]) -> None:
    """Keep what the page's own code threw; what did not load is printed, to be read beside a failure."""
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("requestfailed", lambda request: print("not loaded:", request.method, request.url, request.failure))
    page.on("response", lambda answer: print(answer.status, answer.url) if answer.status >= 400 else None)


def violations(page: Page) -> list[str]:
    """What axe finds on the page and in its frames."""
    for frame in page.frames:
        frame.add_script_tag(path=str(AXE))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [f"{row['id']}: {node['target']}" for row in found for node in row["nodes"]]


@pytest.fixture(scope="package")
def shop() -> Iterator[Stack]:
    """A stack of its own, with the small demo brand in it: for all these tests, as starting it takes longest.

    It ends with the last of them: idle, it would cost the tests that follow.
    """
    # Short and reachable by the database's account, which pytest's own folders (0700) are not.
    with tempfile.TemporaryDirectory(prefix="omni-show-") as folder:
        place_cluster(prepare_layout(Path(folder)))
        stack = Stack(Path(folder), free_ports(), "--no-demo")
        try:
            stack.wait_until_up()
            manage(stack, "demo_load", "--small")
            yield stack
        finally:
            stack.end()


def manage(stack: Stack, *command: str) -> str:
    """What a command of this stack's own prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**clean_environment(), "DATA_DIR": str(stack.data_dir)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="package")
def base(shop: Stack) -> str:
    return f"http://127.0.0.1:{shop.port}"


@pytest.fixture(autouse=True)
def no_guesses_yet(request: pytest.FixtureRequest) -> None:
    """One address may log in so often in a minute, and to the stack all of these tests are one."""
    if "base" not in request.fixturenames:
        return
    stack: Stack = request.getfixturevalue("shop")
    with redis.Redis.from_url(prepare_layout(stack.data_dir).urls.redis_url) as kept:
        for key in kept.scan_iter("omnichannel:*allauth:rl:*", count=10_000):
            kept.delete(key)


@pytest.fixture
def show(browser: Browser, base: str) -> Iterator[Show]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    broken: list[str] = []
    watch(page, broken)
    # A stream that the browser refuses is asked for again and again instead, and nobody would notice.
    page.on("console", lambda told: broken.append(told.text) if "CORS" in told.text else None)
    yield Show(page, base)
    context.close()
    assert broken == []
