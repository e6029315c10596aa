"""The sandbox gateway as a real process, and the shop on a real port for its webhooks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from omnichannel.embedded.processes import wait_until
from orders.providers import sandbox
from tests.stack import PATIENCE_SECONDS, listens
from tests.stores.factories import StoreFactory

ROOT = Path(__file__).resolve().parents[2]
SECRET = "sandbox-secret-of-the-tests"


@pytest.fixture
def store(db: None) -> Any:
    return StoreFactory()


class Sandbox:
    """The gateway's own door for tests: tell it how to behave, ask it what it did."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {SECRET}"})

    def behave(self, *modes: str, **settings: Any) -> None:
        self.client.post("/control", json={"next": list(modes), **settings}).raise_for_status()

    def release(self) -> int:
        return int(self.client.post("/control/release").json()["released"])

    def payment(self, key: str) -> dict[str, Any]:
        return next(payment for payment in self.client.get("/control").json()["payments"] if payment["key"] == key)

    def pay(self, action_url: str, card: str = "4242424242424242") -> httpx.Response:
        """What the customer does on the hosted page."""
        return httpx.post(action_url, data={"card": card})

    def wait_for_messages(self, url: str, count: int) -> list[dict[str, Any]]:
        """Until the shop at `url` has taken in this many webhooks."""
        arrived: list[dict[str, Any]] = []

        def enough() -> bool:
            sent = self.client.get("/control").json()["sent"]
            arrived[:] = [m for m in sent if m["url"].startswith(url) and m["status"] == 200]
            return len(arrived) >= count

        wait_until(enough, seconds=PATIENCE_SECONDS)
        return arrived


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "sandbox_gateway", "--port", str(port), "--hang-seconds", "2"],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_GATEWAY_URL": url, "SANDBOX_GATEWAY_SECRET": SECRET, "DATA_DIR": "/nonexistent"},
    )
    assert wait_until(lambda: listens(port), seconds=PATIENCE_SECONDS)
    yield url
    sandbox._client(url, SECRET).close()  # this one alone: other sandboxes of the session may still be talking
    process.terminate()
    process.wait(10)


@pytest.fixture
def gateway(
    sandbox_process: str, transactional_db: None, live_server: Any, settings: Any, monkeypatch: Any
) -> Iterator[Sandbox]:
    """The sandbox gateway, open for the shop, which hears its webhooks."""
    settings.SANDBOX_GATEWAY_URL = sandbox_process
    settings.SANDBOX_GATEWAY_SECRET = SECRET
    settings.SITE_URL = live_server.url
    monkeypatch.setattr(sandbox, "TIMEOUT_SECONDS", 0.5)
    door = Sandbox(sandbox_process)
    door.behave(forget=True, hold_late=True)
    yield door
    door.client.close()
