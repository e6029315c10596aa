"""A stand-in for Meta's Graph API: a process of its own that takes conversions and lists of people, and is strict.

It checks what Meta checks (hashes, ids, times, names), counts an event id once whether pixel or server sent it, and
shows what it received: `GET /` for people, `GET /received` for programs. `POST /control` makes it behave badly, and
tells it of known people: it then says whether their hashes were made of the normalised address.
"""

import hashlib
import json
import re
import sqlite3
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from campaigns.audiences.management.ads_page import page

HASH = re.compile(r"[0-9a-f]{64}\Z")
EVENT_NAMES = {
    "ViewContent", "AddToCart", "Purchase", "PageView", "Lead", "CompleteRegistration", "Search", "Subscribe",
}  # fmt: skip
ACTION_SOURCES = {
    "email", "website", "app", "phone_call", "chat", "physical_store", "system_generated", "business_messaging", "other",
}  # fmt: skip
HASHED_FIELDS = {"em", "ph", "fn", "ln", "external_id", "ct", "st", "zp", "country"}
PLAIN_FIELDS = {"client_ip_address", "client_user_agent", "fbc", "fbp"}
SCHEMA = {"EMAIL", "PHONE", "EXTERN_ID", "FN", "LN"}
EMPTY = hashlib.sha256(b"").hexdigest()
SEVEN_DAYS = 7 * 24 * 3600
SHOWN = 200


class Refused(Exception):
    """What Meta answers with 400: the message says what is wrong."""


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Platform:
    """Events by (name, id) and lists of people, in memory and (with a path) in SQLite."""

    def __init__(self, *, token: str, pixel_id: str, state_path: str = "", hang_seconds: float = 30.0) -> None:
        self.token, self.pixel_id, self.hang_seconds = token, pixel_id, hang_seconds
        self.lock = threading.RLock()
        self.events: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, dict[str, Any]] = {}
        self.log: deque[dict[str, Any]] = deque(maxlen=SHOWN)
        self.orders: list[str] = []
        self.good: dict[str, str] = {}
        self.bad: dict[str, str] = {}
        self.closing = threading.Event()
        self._database = sqlite3.connect(state_path, check_same_thread=False) if state_path else None
        if self._database:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
            )
            for kind, key, body in self._database.execute("SELECT kind, key, body FROM thing"):
                (self.events if kind == "event" else self.lists)[key] = json.loads(body)

    def know(self, *, emails: list[str], phones: list[str]) -> None:
        """People whose right hash is known, and the wrong ones that are made of an address as somebody typed it."""
        for email in emails:
            normal = email.strip().lower()
            self.good[sha(normal)] = normal
            for wrong in {email, normal.upper(), normal.capitalize(), f" {normal}", f"{normal} "} - {normal}:
                self.bad[sha(wrong)] = normal
        for phone in phones:
            digits = re.sub(r"\D", "", phone).lstrip("0")
            self.good[sha(digits)] = digits
            for wrong in {phone, f"+{digits}", f"00{digits}"} - {digits}:
                self.bad[sha(wrong)] = digits

    def take_events(self, data: Any) -> int:
        """All or none, as Meta does. Raises Refused."""
        if not isinstance(data, list) or not 1 <= len(data) <= 1000:
            raise Refused("data must be a list of 1 to 1000 events.")
        with self.lock:
            for place, event in enumerate(data):
                try:
                    self._check_event(event)
                except Refused as error:
                    raise Refused(f"data[{place}]: {error}") from error
            for event in data:
                self._count(event, "server")
        return len(data)

    def take_pixel(self, query: dict[str, list[str]]) -> None:
        """What a browser's pixel sends: `ev` and `eid`."""
        event = {
            "event_name": query.get("ev", [""])[0],
            "event_id": query.get("eid", [""])[0],
            "event_time": int(time.time()),
        }
        if event["event_name"] not in EVENT_NAMES or not event["event_id"]:
            raise Refused("The pixel sends ev and eid.")
        with self.lock:
            self._count(event, "pixel")

    def make_list(self, body: dict[str, Any]) -> str:
        if body.get("subtype") != "CUSTOM" or not str(body.get("name", "")).strip():
            raise Refused("A custom audience has a name and the subtype CUSTOM.")
        with self.lock:
            made = str(6_000_000_000_000 + len(self.lists) + 1)
            self.lists[made] = {"id": made, "name": str(body["name"]), "rows": {}}
            self._keep("list", made, self.lists[made])
        return made

    def change_list(self, list_id: str, payload: Any, *, add: bool) -> dict[str, Any]:
        """Rows of hashes; those that are not valid are counted and left out, as Meta does. Raises Refused."""
        if not isinstance(payload, dict):
            raise Refused("payload is missing.")
        schema, data = payload.get("schema"), payload.get("data")
        if not isinstance(schema, list) or not schema or any(name not in SCHEMA for name in schema):
            raise Refused("schema names unknown columns.")
        if not isinstance(data, list) or not 1 <= len(data) <= 10_000:
            raise Refused("data must be a list of 1 to 10000 rows.")
        with self.lock:
            found = self.lists.get(list_id)
            if found is None:
                raise Refused(f"There is no custom audience {list_id}.")
            invalid = []
            for row in data:
                if not isinstance(row, list) or len(row) != len(schema):
                    raise Refused("A row does not fit the schema.")
                wrong = [value for value in row if value and self._fault(value)]
                if wrong or not any(row[:2]):
                    invalid.append(self._fault(wrong[0]) if wrong else "neither email nor phone")
                    continue
                key = "|".join(str(value) for value in row)
                if add:
                    found["rows"][key] = {"at": int(time.time()), "who": self._who(row)}
                else:
                    found["rows"].pop(key, None)
            self._keep("list", list_id, found)
            if invalid and len(invalid) == len(data):
                raise Refused(f"Every row is invalid: {invalid[0]}.")
            return {
                "audience_id": list_id,
                "session_id": str(uuid4().int)[:18],
                "num_received": len(data),
                "num_invalid_entries": len(invalid),
                "invalid_entry_samples": invalid[:3],
            }

    def received(self) -> dict[str, Any]:
        with self.lock:
            events = sorted(self.events.values(), key=lambda event: event["received_at"], reverse=True)
            return {
                "events": events[:SHOWN],
                "counted": len(events),
                "lists": [
                    {"id": each["id"], "name": each["name"], "people": len(each["rows"]), "rows": list(each["rows"])}
                    for each in self.lists.values()
                ],
                "calls": list(self.log),
            }

    def _check_event(self, event: Any) -> None:
        if not isinstance(event, dict):
            raise Refused("An event is an object.")
        if event.get("event_name") not in EVENT_NAMES:
            raise Refused("event_name is not a standard event.")
        if not isinstance(event.get("event_id"), str) or not event["event_id"]:
            raise Refused("event_id is missing: pixel and server would be counted twice.")
        moment = event.get("event_time")
        if isinstance(moment, bool) or not isinstance(moment, int):
            raise Refused("event_time is a Unix time in seconds.")
        if not time.time() - SEVEN_DAYS <= moment <= time.time() + 60:
            raise Refused("event_time is older than seven days or in the future.")
        if event.get("action_source") not in ACTION_SOURCES:
            raise Refused("action_source is not known.")
        self._check_user(event.get("user_data"))
        self._check_custom(event["event_name"], event.get("custom_data"))

    def _check_user(self, user: Any) -> None:
        if not isinstance(user, dict) or not user:
            raise Refused("user_data is missing.")
        for name, value in user.items():
            if name in PLAIN_FIELDS:
                continue
            if name not in HASHED_FIELDS:
                raise Refused(f"user_data.{name} is not known.")
            for each in value if isinstance(value, list) else [value]:
                if fault := self._fault(each):
                    raise Refused(f"user_data.{name}: {fault}.")
        if not any(user.get(name) for name in ("em", "ph", "external_id", "fbp", "fbc")):
            raise Refused("user_data names nobody.")

    def _check_custom(self, name: str, custom: Any) -> None:
        if name not in ("ViewContent", "AddToCart", "Purchase"):
            return
        if not isinstance(custom, dict):
            raise Refused("custom_data is missing.")
        ids = custom.get("content_ids")
        if not isinstance(ids, list) or not ids or any(not isinstance(each, str) or not each for each in ids):
            raise Refused("content_ids must be a list of SKUs.")
        contents = custom.get("contents")
        if not isinstance(contents, list) or [each.get("id") for each in contents] != ids:
            raise Refused("contents and content_ids do not name the same goods.")
        if name == "Purchase" and ("value" not in custom or not re.fullmatch("[A-Z]{3}", str(custom.get("currency")))):
            raise Refused("A Purchase carries value and currency.")

    def _fault(self, value: Any) -> str:
        if not isinstance(value, str) or not HASH.match(value):
            return "not a SHA-256 in 64 lower-case hex digits"
        if value == EMPTY:
            return "the hash of an empty text"
        if value in self.bad:
            return "hashed without being normalised first"
        return ""

    def _count(self, event: dict[str, Any], came_from: str) -> None:
        key = f"{event['event_name']}:{event['event_id']}"
        known = self.events.get(key)
        if known is None:
            kept = event | {"received_at": time.time(), "sources": [came_from], "times": 1, "who": self._who_of(event)}
            self.events[key] = kept
        else:
            known["times"] += 1
            if came_from not in known["sources"]:
                known["sources"].append(came_from)
        self._keep("event", key, self.events[key])

    def _who_of(self, event: dict[str, Any]) -> str:
        user = event.get("user_data") or {}
        values = [each for name in ("em", "ph") for each in (user.get(name) or [])]
        return self._who(values)

    def _who(self, values: list[Any]) -> str:
        return next((self.good[each] for each in values if each in self.good), "")

    def _keep(self, kind: str, key: str, thing: dict[str, Any]) -> None:
        if self._database:
            self._database.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", (kind, key, json.dumps(thing)))
            self._database.commit()


class Handler(BaseHTTPRequestHandler):
    platform: Platform
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/healthz":
            self._json(200, {"ok": True})
        elif address.path == "/received":
            self._json(200, self.platform.received())
        elif address.path == "/tr":
            try:
                self.platform.take_pixel(parse_qs(address.query))
            except Refused as error:
                self._refuse(str(error))
            else:
                self._send(200, b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "image/gif")
        elif address.path == "/":
            self._send(200, page(self.platform.received()).encode(), "text/html; charset=utf-8")
        else:
            self._json(404, {"error": {"message": "Unknown path components", "code": 2500}})

    def do_POST(self) -> None:
        self._change("POST")

    def do_DELETE(self) -> None:
        self._change("DELETE")

    def _change(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        platform = self.platform
        try:
            body = json.loads(raw or b"{}")
        except ValueError:
            self._refuse("The body is not JSON.")
            return
        if not isinstance(body, dict):
            self._refuse("The body is not an object.")
            return
        if self.path == "/control":
            self._control(body)
            return
        if self.headers.get("Authorization") != f"Bearer {platform.token}":
            self._json(401, {"error": {"message": "Invalid OAuth access token.", "code": 190}})
            return
        with platform.lock:
            mode = platform.orders.pop(0) if platform.orders else ""
        if mode == "fail":
            self._json(503, {"error": {"message": "Service temporarily unavailable", "code": 2}})
        elif mode == "timeout":
            platform.closing.wait(platform.hang_seconds)
            self.close_connection = True
        elif mode == "drop":
            # Done, and the answer is lost on the way.
            self._answer(method, body, silent=True)
            self.close_connection = True
        else:
            self._answer(method, body)

    def _answer(self, method: str, body: dict[str, Any], *, silent: bool = False) -> None:
        platform = self.platform
        # /v23.0/<what>/<edge>; the version is not looked at.
        parts = [part for part in urlsplit(self.path).path.split("/") if part]
        if parts and re.fullmatch(r"v\d+\.\d+", parts[0]):
            parts = parts[1:]
        trace = uuid4().hex[:22]
        said: dict[str, Any]
        try:
            match [method, *parts]:
                case ["POST", pixel, "events"] if pixel == platform.pixel_id:
                    said = {"events_received": platform.take_events(body.get("data")), "messages": []}
                case ["POST", account, "customaudiences"] if account.startswith("act_"):
                    said = {"id": platform.make_list(body)}
                case ["POST" | "DELETE", list_id, "users"]:
                    said = platform.change_list(list_id, body.get("payload"), add=method == "POST")
                case _:
                    raise Refused("Unsupported request. There is no such object.")
        except Refused as error:
            platform.log.append({"path": self.path, "method": method, "status": 400, "error": str(error)})
            if not silent:
                self._refuse(str(error), trace)
            return
        platform.log.append({"path": self.path, "method": method, "status": 200})
        if not silent:
            self._json(200, said | {"fbtrace_id": trace})

    def _control(self, body: dict[str, Any]) -> None:
        platform = self.platform
        with platform.lock:
            if body.get("forget"):
                platform.events, platform.lists, platform.orders = {}, {}, []
                platform.log.clear()
            platform.orders.extend(body.get("next", []))
            platform.know(emails=body.get("emails", []), phones=body.get("phones", []))
            platform.hang_seconds = body.get("hang_seconds", platform.hang_seconds)
        self._json(200, {"ok": True})

    def _refuse(self, message: str, trace: str = "") -> None:
        self._json(
            400,
            {"error": {"message": "Invalid parameter", "error_user_msg": message, "code": 100, "fbtrace_id": trace}},
        )

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: `/received` tells more."""


def make_server(platform: Platform, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    handler = type("BoundHandler", (Handler,), {"platform": platform})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server
