"""The sandbox card gateway: a real process of its own, spoken to over HTTP (see `manage.py sandbox_gateway`)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings

from omnichannel.kernel.clock import now
from omnichannel.kernel.lazily import lazily
from orders.errors import SignatureInvalid
from orders.ports import Answer, Charge, Message, RefundAnswer
from orders.states import PaymentState, RefundState

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazily("httpx")  # several MiB a web process that most never need

TIMEOUT_SECONDS = 4.0
TOLERANCE_SECONDS = 300
_STATES = {
    "requires_action": PaymentState.PENDING,
    "processing": PaymentState.PENDING,
    "authorised": PaymentState.AUTHORISED,
    "captured": PaymentState.CAPTURED,
    "failed": PaymentState.FAILED,
    "voided": PaymentState.VOIDED,
}
_REFUNDS = {"done": RefundState.DONE, "failed": RefundState.FAILED, "processing": RefundState.PENDING}


@lru_cache(maxsize=4)
def _client(url: str, secret: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {secret}"})


class SandboxGateway:
    is_local = False
    needs_associate = False

    @property
    def is_offered(self) -> bool:
        return bool(settings.SANDBOX_GATEWAY_URL)

    def authorise(self, charge: Charge) -> Answer:
        return self._ask(
            "POST",
            "/v1/payments",
            {
                "key": charge.key,
                "amount_minor": charge.amount_minor,
                "currency": charge.currency,
                "capture": charge.capture,
                "token": str(charge.method.get("token", "")),
                "description": charge.number,
                "return_url": str(charge.method.get("return_url", "")),
                "webhook_url": f"{settings.SITE_URL}/api/v1/gateways/sandbox/webhook",
            },
        ) or Answer(PaymentState.UNKNOWN)

    def capture(self, charge: Charge) -> Answer:
        body = {"key": charge.key, "amount_minor": charge.amount_minor}
        return self._ask("POST", "/v1/payments/capture", body) or Answer(PaymentState.UNKNOWN)

    def void(self, charge: Charge) -> Answer:
        return self._ask("POST", "/v1/payments/void", {"key": charge.key}) or Answer(PaymentState.UNKNOWN)

    def find(self, charge: Charge) -> Answer | None:
        return self._ask("GET", f"/v1/payments/{charge.key}", None)

    def refund(self, charge: Charge, *, refund_key: str, amount_minor: int) -> RefundAnswer:
        try:
            response = self._send(
                "POST", "/v1/refunds", {"key": refund_key, "payment_key": charge.key, "amount_minor": amount_minor}
            )
        except httpx.HTTPError:
            return RefundAnswer(RefundState.UNKNOWN)
        if response.status_code >= 500:
            return RefundAnswer(RefundState.UNKNOWN)
        return _refund_answer(response.json())

    def read_message(self, *, body: bytes, headers: Mapping[str, str]) -> Message:
        _require_signature(body, headers.get("sandbox-signature", ""))
        try:
            event = orjson.loads(body)
            data: dict[str, Any] = event["data"]
            message_id, kind = str(event["id"]), str(event["type"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise SignatureInvalid("message_unreadable", "This is not a message of the gateway.") from error
        if kind.startswith("refund."):
            return Message(message_id, kind, event, refund_key=str(data.get("key", "")), refund=_refund_answer(data))
        return Message(message_id, kind, event, payment_key=str(data.get("key", "")), answer=_answer(data))

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> Answer | None:
        """None when the gateway does not know the key; UNKNOWN when it does not say."""
        try:
            response = self._send(method, path, body)
        except httpx.HTTPError:
            return Answer(PaymentState.UNKNOWN)
        if response.status_code == 404:
            return None
        if response.status_code >= 500 or response.status_code == 409:
            return Answer(PaymentState.UNKNOWN)
        if response.status_code >= 400:
            return Answer(PaymentState.FAILED, failure_code="refused", failure_message=response.text[:300])
        return _answer(response.json())

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        client = _client(settings.SANDBOX_GATEWAY_URL, settings.SANDBOX_GATEWAY_SECRET)
        return client.request(method, path, json=body, timeout=TIMEOUT_SECONDS)


def sign(body: bytes, secret: str, at: int) -> str:
    """`t=<seconds>,v1=<hmac>` over time and body, so that an old message cannot be sent again much later."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _require_signature(body: bytes, header: str) -> None:
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise SignatureInvalid()
    expected = sign(body, settings.SANDBOX_GATEWAY_SECRET, int(stamp))
    if not hmac.compare_digest(expected.encode(), f"t={stamp},v1={parts.get('v1', '')}".encode()):
        raise SignatureInvalid()
    if abs(int(now().timestamp()) - int(stamp)) > TOLERANCE_SECONDS:
        raise SignatureInvalid("signature_old", "This message is too old.")


def _answer(data: Mapping[str, Any]) -> Answer:
    return Answer(
        state=_STATES.get(str(data.get("state")), PaymentState.UNKNOWN),
        reference=str(data.get("id", ""))[:200],
        captured_minor=int(data.get("captured_minor") or 0),
        action_url=str(data.get("action_url") or "")[:500],
        method={name: data[name] for name in ("brand", "last4", "fingerprint") if data.get(name)},
        failure_code=str(data.get("failure_code") or ""),
        failure_message=str(data.get("failure_message") or ""),
    )


def _refund_answer(data: Mapping[str, Any]) -> RefundAnswer:
    return RefundAnswer(
        _REFUNDS.get(str(data.get("state")), RefundState.FAILED),
        reference=str(data.get("id", ""))[:200],
        failure_message=str(data.get("failure_message") or data.get("error") or ""),
    )
