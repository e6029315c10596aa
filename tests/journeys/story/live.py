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
import psycopg

from omnichannel.embedded.layout import prepare_layout
from tests.journeys.story.stage import BROWSER, Looked, wait_for
from tests.stack import ROOT, clean_environment

#: The advertising stand-in listens so many ports above the web.
ADS_OFFSET = 4


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
        return wait_for(look)

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

    def rest_cart(self, cart_id: str) -> None:
        """An hour passes for one cart; the beat finds it."""
        with self.database() as database:
            database.execute(
                "UPDATE carts_cart SET last_activity_at = last_activity_at - interval '2 hours' WHERE id = %s",
                [cart_id],
            )

    def mails_were_read(self) -> None:
        with self.database() as database:
            database.execute("UPDATE campaign_messages_message SET sent_at = sent_at - interval '1 hour'")

    def database(self) -> psycopg.Connection[Any]:
        return psycopg.connect(prepare_layout(self._data_dir).urls.database_url, autocommit=True)

    def card(self, customer_id: str) -> tuple[bytes, dict[str, Any]]:
        """The postcard made for somebody, from where the printer would take it."""
        with self.database() as database:
            row = database.execute(
                "SELECT file, words FROM campaign_messages_print WHERE customer_id = %s", [customer_id]
            ).fetchone()
        assert row is not None
        [file] = self._data_dir.rglob(row[0])
        return file.read_bytes(), row[1]


def _hire(data_dir: Path) -> Mapping[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.story.cast", str(data_dir)],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return cast(Mapping[str, Any], json.loads(done.stdout.rsplit("HIRED ", 1)[1]))
