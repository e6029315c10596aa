"""What a member of staff sees in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Browser, expect

from tests.journeys.story.live import StageLive

PATIENCE_MS = 30_000


class Screens:
    def __init__(self, browser: Browser, stage: StageLive) -> None:
        self.base = stage.base
        self._context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        host = str(urlsplit(stage.base).hostname)
        self._context.add_cookies(
            [
                {"name": name, "value": value, "domain": host, "path": "/"}
                for name, value in stage.cast["staff"]["cookies"].items()
            ]
        )
        self.page = self._context.new_page()
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def show(self, path: str, *texts: str) -> None:
        """Open a page and see these words on it."""
        self.page.goto(f"{self.base}{path}")
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible(timeout=PATIENCE_MS)
        assert self.broken == [], (path, self.broken)

    def close(self) -> None:
        self._context.close()
