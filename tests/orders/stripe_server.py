"""The part of Stripe's API that the shop speaks, over real HTTP: intents, refunds, search, idempotency keys."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Stripe:
    def __init__(self) -> None:
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, dict[str, Any]] = {}
        self.fail_next = 0
        #: Ends of paths whose next request is carried out and never answered: the line breaks.
        self.break_after: list[str] = []
        #: Called with the path of each request before it is carried out.
        self.before: Callable[[str], None] = lambda path: None
        self.requests: list[str] = []
        self.charges = 0
        handler = type("BoundHandler", (_Handler,), {"stripe": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def succeed(self, intent_id: str) -> dict[str, Any]:
        """The payer has paid on the page."""
        intent = self.intents[intent_id]
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": f"ch_{intent_id}"}
        return intent

    def charge(self, intent_id: str, card: str = "4242") -> dict[str, Any]:
        """The charge of an intent: it alone knows the card."""
        intent = self.intents[intent_id]
        return {
            "id": f"ch_{intent_id}", "object": "charge", "payment_intent": intent_id, "metadata": intent["metadata"],
            "status": "succeeded", "captured": True, "amount_captured": intent["amount_received"],
            "payment_method_details": {
                "type": "card", "card": {"brand": "visa", "last4": card, "fingerprint": f"Xt5EWLLDS7FJ{card}"},
            },
        }  # fmt: skip

    def expanded(self, intent: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
        """With the whole charge where it was asked for, else with its id."""
        if "latest_charge" not in form.values() or not intent.get("latest_charge"):
            return intent
        return {**intent, "latest_charge": self.charge(intent["id"])}

    def event(
        self, kind: str, thing: dict[str, Any], secret: str, *, event_id: str = "evt_1", at: int | None = None
    ) -> tuple[bytes, str]:
        """A signed webhook: its body and its Stripe-Signature."""
        body = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": thing}}).encode()
        stamp = at or int(time.time())
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return body, f"t={stamp},v1={digest}"

    def answer(self, method: str, path: str, form: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        if self.fail_next:
            self.fail_next -= 1
            return 500, {"error": {"type": "api_error", "message": "trouble"}}
        if key and key in self.by_key:
            known = self.by_key[key]
            return 200, self.expanded(known, form) if known["object"] == "payment_intent" else known
        match path.strip("/").split("/"):
            case ["v1", "payment_intents"] if method == "POST":
                return self._create(form, key)
            case ["v1", "payment_intents", "search"]:
                wanted = form["query"].split("'")[3]
                found = [i for i in self.intents.values() if i["metadata"].get("payment_key") == wanted]
                return 200, {
                    "object": "search_result",
                    "data": found,
                    "has_more": False,
                    "url": "/v1/payment_intents/search",
                }
            case ["v1", "payment_intents", intent_id]:
                return 200, self.expanded(self.intents[intent_id], form)
            case ["v1", "payment_intents", intent_id, "capture"]:
                amount = int(form["amount_to_capture"])
                self.succeed(intent_id)["amount_received"] = amount
                return 200, self.expanded(self.intents[intent_id], form)
            case ["v1", "payment_intents", intent_id, "confirm"]:
                return self._confirm(self.intents[intent_id], form, key)
            case ["v1", "payment_intents", intent_id, "cancel"]:
                self.intents[intent_id]["status"] = "canceled"
                return 200, self.intents[intent_id]
            case ["v1", "refunds"]:
                refund = {
                    "id": f"re_{len(self.refunds) + 1}", "object": "refund", "status": "succeeded", "amount": int(form["amount"]),
                    "payment_intent": form["payment_intent"], "metadata": _metadata(form),
                }  # fmt: skip
                self.refunds[refund["id"]] = self.by_key[key] = refund
                return 200, refund
        return 404, {"error": {"type": "invalid_request_error", "message": "unknown"}}

    def _create(self, form: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        number = len(self.intents) + 1
        intent: dict[str, Any] = {
            "id": f"pi_{number}", "object": "payment_intent", "amount": int(form["amount"]), "currency": form["currency"],
            "capture_method": form["capture_method"], "client_secret": f"pi_{number}_secret", "metadata": _metadata(form),
            "amount_received": 0, "status": "requires_payment_method",
        }  # fmt: skip
        if token := form.get("payment_method"):
            intent |= {"status": "requires_confirmation", "payment_method": token}
        self.intents[intent["id"]] = self.by_key[key] = intent
        return 200, self.expanded(intent, form)

    def _confirm(self, intent: dict[str, Any], form: dict[str, str], key: str) -> tuple[int, dict[str, Any]]:
        if intent["status"] != "requires_confirmation":
            return 400, {"error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state"}}
        self.charges += 1
        if intent["payment_method"] == "pm_card_chargeDeclined":
            intent["status"] = "requires_payment_method"
            error = {
                "type": "card_error",
                "code": "card_declined",
                "message": "Your card was declined.",
                "payment_intent": intent,
            }
            return 402, {"error": error}
        self.by_key[key] = intent
        if intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
        else:
            self.succeed(intent["id"])
        return 200, self.expanded(intent, form)


class _Handler(BaseHTTPRequestHandler):
    stripe: Stripe
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        parts = urlsplit(self.path)
        form = {name: values[0] for name, values in parse_qs(raw or parts.query).items()}
        self.stripe.requests.append(f"{self.command} {parts.path}")
        self.stripe.before(parts.path)
        status, body = self.stripe.answer(self.command, parts.path, form, self.headers.get("Idempotency-Key") or "")
        for end in [end for end in self.stripe.break_after if parts.path.endswith(end)]:
            self.stripe.break_after.remove(end)
            self.close_connection = True
            return
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = _serve

    def log_message(self, *args: Any) -> None:
        pass


def _metadata(form: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}
