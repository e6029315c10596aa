"""The sandbox card gateway: a process of its own that behaves as a card processor does, on demand badly.

It knows nothing of the shop but a webhook address and a shared secret. Payments are made once for a key.
What it does is told by the card (`CARDS`), by its token (`TOKENS`), or for the next calls by `POST /control`.
"""

import hashlib
import hmac
import html
import json
import queue
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

CARDS = {
    "4242424242424242": "ok",
    "4000000000000002": "decline",
    "4000000000000119": "fail",
    "4000000000000341": "timeout",
    "4000000000000259": "twice",
    "4000000000000077": "late",
}
TOKENS = {"tok_visa": "ok", **{f"tok_{mode}": mode for mode in ("decline", "fail", "timeout", "twice", "late", "drop")}}
_OPEN = ("requires_action", "processing")


class Gateway:
    """Payments and refunds by key, in memory and (with a path) in SQLite, so that a restart forgets nothing."""

    def __init__(
        self, *, secret: str, url: str, state_path: str = "", late_seconds: float = 3.0, hang_seconds: float = 30.0
    ) -> None:
        self.secret, self.url = secret, url
        self.late_seconds, self.hang_seconds = late_seconds, hang_seconds
        self.lock = threading.RLock()
        self.payments: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.orders: list[str] = []  # modes for the next calls
        self.held: list[dict[str, Any]] = []
        self.holds_late = False
        self.sent: list[dict[str, Any]] = []
        self.outbox: queue.Queue[tuple[float, str, bytes, int]] = queue.Queue()
        self.closing = threading.Event()
        self._database = sqlite3.connect(state_path, check_same_thread=False) if state_path else None
        if self._database:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
            )
            for kind, key, body in self._database.execute("SELECT kind, key, body FROM thing"):
                (self.payments if kind == "payment" else self.refunds)[key] = json.loads(body)
        threading.Thread(target=self._send_messages, daemon=True).start()

    def authorise(self, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The payment of this key (made now or before) and the mode it is answered in."""
        with self.lock:
            mode = self.orders.pop(0) if self.orders else TOKENS.get(body.get("token", ""), "")
            known = self.payments.get(body["key"])
            if known is not None:
                return known, mode if mode in ("timeout", "drop", "fail") and not body.get("token") else ""
            if mode == "fail":
                return {}, mode
            payment = {
                "id": f"sbx_{uuid4().hex}",
                "key": body["key"],
                "amount_minor": body["amount_minor"],
                "currency": body["currency"],
                "capture": bool(body.get("capture", True)),
                "description": body.get("description", ""),
                "return_url": body.get("return_url", ""),
                "webhook_url": body.get("webhook_url", ""),
                "state": "requires_action",
                "captured_minor": 0,
                "refunded_minor": 0,
                "captures": 0,
            }
            payment["action_url"] = f"{self.url}/pay/{payment['id']}"
            self.payments[payment["key"]] = payment
            if body.get("token") or mode:
                self._charge(payment, mode or "ok", body.get("token", ""))
            self._keep("payment", payment)
            return payment, mode

    def charge_card(self, payment_id: str, card: str) -> dict[str, Any] | None:
        """What the hosted page does with a typed card. A declined one may be tried again with another."""
        with self.lock:
            payment = self._by_id(payment_id)
            if payment is None or payment["state"] not in _OPEN:
                return payment
            mode = CARDS.get(card.replace(" ", ""), "decline")
            if mode in ("decline", "fail"):
                payment["failure_code"], payment["failure_message"] = "card_declined", "The card was declined."
            else:
                payment.pop("failure_code", None)
                payment.pop("failure_message", None)
                payment["brand"], payment["last4"] = "Visa", card.replace(" ", "")[-4:]
                self._charge(payment, mode, card.replace(" ", ""))
            self._keep("payment", payment)
            return payment

    def capture(self, key: str, amount: int) -> dict[str, Any] | None:
        with self.lock:
            payment = self.payments.get(key)
            if payment and payment["state"] == "authorised":
                self._take(payment, min(amount, payment["amount_minor"]))
                self._tell(payment)
                self._keep("payment", payment)
            return payment

    def void(self, key: str) -> dict[str, Any]:
        """Let go; an unknown key is closed for ever, so that a call still on its way charges nobody."""
        with self.lock:
            payment = self.payments.setdefault(
                key,
                {
                    "id": f"sbx_{uuid4().hex}",
                    "key": key,
                    "state": "voided",
                    "captured_minor": 0,
                    "amount_minor": 0,
                    "captures": 0,
                },
            )
            if payment["state"] in (*_OPEN, "authorised"):
                payment["state"] = "voided"
                self._tell(payment)
            self._keep("payment", payment)
            return payment

    def refund(self, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        with self.lock:
            mode = self.orders.pop(0) if self.orders else ""
            if mode == "fail":
                return {}, mode
            known = self.refunds.get(body["key"])
            if known is None:
                payment = self.payments.get(body["payment_key"])
                known = {
                    "id": f"sbr_{uuid4().hex}",
                    "key": body["key"],
                    "amount_minor": body["amount_minor"],
                    "state": "done",
                }
                left = payment["captured_minor"] - payment["refunded_minor"] if payment else 0
                if mode == "decline" or payment is None or body["amount_minor"] > left:
                    known |= {
                        "state": "failed",
                        "failure_message": "More than was captured." if mode != "decline" else "Refused.",
                    }
                elif mode == "late":
                    known["state"] = "processing"
                if known["state"] != "failed" and payment is not None:
                    payment["refunded_minor"] += body["amount_minor"]
                    self._keep("payment", payment)
                self.refunds[known["key"]] = known
                self._keep("refund", known)
                if mode == "late" and payment is not None:
                    done = known | {"state": "done"}
                    self.refunds[known["key"]] = done
                    self._message("refund.done", done, payment["webhook_url"], late=True)
            return known, mode

    def release(self) -> int:
        """Send what was kept back."""
        with self.lock:
            held, self.held = self.held, []
            for entry in held:
                self.outbox.put((0.0, entry["url"], entry["body"], 0))
            return len(held)

    def _charge(self, payment: dict[str, Any], mode: str, card: str) -> None:
        if card:  # a token stands for a card of its own, but for the one everybody knows
            number = "4242424242424242" if card == "tok_visa" else card
            mark = hmac.new(self.secret.encode(), number.encode(), hashlib.sha256)
            payment["fingerprint"] = f"fp_{mark.hexdigest()[:20]}"
        if mode == "decline":
            payment |= {"state": "failed", "failure_code": "card_declined", "failure_message": "The card was declined."}
            self._tell(payment)
            return
        payment.setdefault("brand", "Visa")
        payment.setdefault("last4", "4242")
        if payment["capture"]:
            self._take(payment, payment["amount_minor"])
        else:
            payment["state"] = "authorised"
        self._tell(payment, times=2 if mode == "twice" else 1, late=mode == "late")

    def _take(self, payment: dict[str, Any], amount: int) -> None:
        payment |= {"state": "captured", "captured_minor": amount}
        payment["captures"] += 1

    def _tell(self, payment: dict[str, Any], *, times: int = 1, late: bool = False) -> None:
        if payment.get("webhook_url"):
            self._message(f"payment.{payment['state']}", payment, payment["webhook_url"], times=times, late=late)

    def _message(self, kind: str, thing: dict[str, Any], url: str, *, times: int = 1, late: bool = False) -> None:
        shown = {name: value for name, value in thing.items() if name not in ("webhook_url", "return_url")}
        body = json.dumps({"id": f"msg_{uuid4().hex}", "type": kind, "data": shown}).encode()
        for _ in range(times):
            if late and self.holds_late:
                self.held.append({"url": url, "body": body})
            else:
                self.outbox.put((time.monotonic() + (self.late_seconds if late else 0.0), url, body, 0))

    def _send_messages(self) -> None:
        while not self.closing.is_set():
            due, url, body, attempts = self.outbox.get()
            wait = due - time.monotonic()
            if wait > 0:
                self.outbox.put((due, url, body, attempts))
                self.closing.wait(min(wait, 0.05))
                continue
            stamp = int(time.time())
            digest = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
            request = urllib.request.Request(
                url,
                data=body,
                headers={"Content-Type": "application/json", "Sandbox-Signature": f"t={stamp},v1={digest}"},
            )
            status = 0
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:  # the shop's own address
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
            except OSError:
                status = 0
            self.sent.append({"url": url, "status": status, "type": json.loads(body)["type"]})
            if not 200 <= status < 300 and attempts < 8:
                self.outbox.put((time.monotonic() + 2.0**attempts, url, body, attempts + 1))

    def _by_id(self, payment_id: str) -> dict[str, Any] | None:
        return next((payment for payment in self.payments.values() if payment["id"] == payment_id), None)

    def _keep(self, kind: str, thing: dict[str, Any]) -> None:
        if self._database:
            self._database.execute(
                "INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", (kind, thing["key"], json.dumps(thing))
            )
            self._database.commit()


class Handler(BaseHTTPRequestHandler):
    gateway: Gateway
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        gateway = self.gateway
        if self.path.startswith("/pay/"):
            with gateway.lock:
                payment = gateway._by_id(self.path[5:])
            self._page(payment)
        elif self.path == "/healthz":
            self._json(200, {"ok": True})
        elif not self._is_known():
            self._json(401, {"error": "unauthorised"})
        elif self.path.startswith("/v1/payments/"):
            payment = gateway.payments.get(self.path.removeprefix("/v1/payments/"))
            self._json(200, payment) if payment else self._json(404, {"error": "unknown"})
        elif self.path == "/control":
            with gateway.lock:
                self._json(
                    200,
                    {
                        "payments": list(gateway.payments.values()),
                        "refunds": list(gateway.refunds.values()),
                        "sent": gateway.sent,
                    },
                )
        else:
            self._json(404, {"error": "unknown"})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/pay/"):
            card = parse_qs(raw.decode()).get("card", [""])[0]
            self._page(self.gateway.charge_card(self.path[5:], card), tried=True)
            return
        if not self._is_known():
            self._json(401, {"error": "unauthorised"})
            return
        body = json.loads(raw or b"{}")
        gateway = self.gateway
        match self.path:
            case "/v1/payments":
                payment, mode = gateway.authorise(body)
                self._answer(payment | {"state": "processing"} if mode == "late" else payment, mode)
            case "/v1/payments/capture":
                captured = gateway.capture(body["key"], body["amount_minor"])
                self._json(200, captured) if captured else self._json(404, {"error": "unknown"})
            case "/v1/payments/void":
                self._json(200, gateway.void(body["key"]))
            case "/v1/refunds":
                self._answer(*gateway.refund(body))
            case "/control":
                with gateway.lock:
                    if body.get("forget"):
                        gateway.orders, gateway.held, gateway.sent = [], [], []
                    gateway.orders.extend(body.get("next", []))
                    gateway.holds_late = body.get("hold_late", gateway.holds_late)
                    gateway.hang_seconds = body.get("hang_seconds", gateway.hang_seconds)
                self._json(200, {"ok": True})
            case "/control/release":
                self._json(200, {"released": gateway.release()})
            case _:
                self._json(404, {"error": "unknown"})

    def _answer(self, thing: dict[str, Any], mode: str) -> None:
        if mode == "fail":
            self._json(500, {"error": "processing_error"})
        elif mode == "drop":
            self.close_connection = True
        elif mode == "timeout":
            self.gateway.closing.wait(self.gateway.hang_seconds)
            self.close_connection = True
        else:
            self._json(200, thing)

    def _is_known(self) -> bool:
        return hmac.compare_digest(
            self.headers.get("Authorization", "").encode(), f"Bearer {self.gateway.secret}".encode()
        )

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _page(self, payment: dict[str, Any] | None, *, tried: bool = False) -> None:
        if payment is None:
            self._send(404, b"Not found", "text/plain")
            return
        if (
            tried
            and payment["state"] not in _OPEN
            and payment.get("return_url", "").startswith(("http://", "https://", "/"))
        ):
            self.send_response(303)
            self.send_header("Location", payment["return_url"])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._send(200, _render_page(payment).encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the caller gave up waiting

    def log_message(self, *args: Any) -> None:
        pass


def make_server(gateway: Gateway, port: int, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    handler = type("BoundHandler", (Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox card payment</title><style>
body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem;color:#17202a}}
h1{{font-size:1.25rem}} .sum{{font-size:2rem;font-weight:600}} label{{display:block;margin:1rem 0 .25rem}}
input,select,button{{font:inherit;width:100%;min-height:44px;padding:.5rem;box-sizing:border-box;border:1px solid #8a96a3;border-radius:8px}}
button{{background:#0b6480;color:#fff;border:0;margin-top:1rem}} .bad{{color:#a11}} small{{color:#4a5560}}</style>
<main><h1>Sandbox card payment</h1><p>{what}</p><p class="sum">{amount}</p>{body}
<p><small>No card is charged here. Nothing you type leaves this machine.</small></p></main></html>"""
_FORM = """{bad}<form method="post"><label for="card">Card</label><select id="card" name="card">
<option value="4242424242424242">4242 4242 4242 4242, is accepted</option>
<option value="4000000000000002">4000 0000 0000 0002, is declined</option>
<option value="4000000000000259">4000 0000 0000 0259, answers twice</option>
<option value="4000000000000077">4000 0000 0000 0077, answers late</option></select>
<button>Pay {amount}</button></form>"""


def _render_page(payment: dict[str, Any]) -> str:
    amount = html.escape(f"{payment['amount_minor'] / 100:,.2f} {payment.get('currency', '')}")
    if payment["state"] in _OPEN:
        bad = (
            f'<p class="bad" role="alert">{html.escape(payment["failure_message"])} Try another.</p>'
            if payment.get("failure_message")
            else ""
        )
        body = _FORM.format(amount=amount, bad=bad)
    elif payment["state"] in ("captured", "authorised"):
        body = "<p>Paid. You may close this page.</p>"
    else:
        body = "<p>This payment is closed.</p>"
    return _PAGE.format(what=html.escape(str(payment.get("description", ""))), amount=amount, body=body)
