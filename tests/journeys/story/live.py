"""The running stack as a stage: HTTP to its processes, its mailbox, its advertising stand-in. Time runs by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import httpx
import orjson

from tests.journeys.story.stage import BROWSER, Looked, wait_for
from tests.stack import ROOT, clean_environment

#: The advertising stand-in listens so many ports above the web.
ADS_OFFSET = 4
#: A cart rests, the beat finds it, the mail waits for a more important one: that takes longest.
PATIENCE_SECONDS = 240.0


class LiveClient:
    """One caller over HTTP, with the same call as the test's own client."""

    def __init__(self, base: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> None:
        self._http = httpx.Client(base_url=base, headers={"User-Agent": BROWSER, **headers}, timeout=30)
        for name, value in cookies.items():
            self._http.cookies.set(name, value)

    def close(self) -> None:
        self._http.close()

    def call(self, method: str, path: str, body: Any = None, **headers: Any) -> Any:
        sent = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        if "csrftoken" in self._http.cookies:
            sent |= {"X-CSRFToken": self._http.cookies["csrftoken"], "Referer": str(self._http.base_url)}
        address = path if path.startswith(("/_allauth", "/v1/", "/m/", "/demo", "/admin")) else f"/api/v1{path}"
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return self._http.request(method, address, content=data, headers={"Content-Type": "application/json"} | sent)


class StageLive:
    def __init__(self, data_dir: Path, port: int) -> None:
        self.base, self._data_dir, self._ads = (
            f"http://127.0.0.1:{port}",
            data_dir,
            f"http://127.0.0.1:{port + ADS_OFFSET}",
        )
        self._clients: list[LiveClient] = []
        self.cast: Mapping[str, Any] = _hire(data_dir)

    def client(self, headers: Mapping[str, str] | None = None, cookies: Mapping[str, str] | None = None) -> LiveClient:
        self._clients.append(LiveClient(self.base, headers or {}, cookies or {}))
        return self._clients[-1]

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def eventually(self, look: Callable[[], Looked]) -> Looked:
        return wait_for(look, seconds=PATIENCE_SECONDS)

    def mails(self, to: str) -> list[EmailMessage]:
        """What the mailbox has caught, oldest first."""
        found = [
            cast(EmailMessage, message_from_bytes(file.read_bytes(), policy=policy.default))
            for file in sorted((self._data_dir / "mailbox").glob("*.eml"))
        ]
        return [mail for mail in found if mail["To"] == to]

    def ads(self) -> Any:
        with urllib.request.urlopen(f"{self._ads}/received", timeout=5) as answer:
            return orjson.loads(answer.read())


def _hire(data_dir: Path) -> Mapping[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.story.cast", str(data_dir)],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return cast(Mapping[str, Any], json.loads(done.stdout.rsplit("HIRED ", 1)[1]))
