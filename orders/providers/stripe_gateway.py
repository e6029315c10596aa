"""Stripe through its own SDK: PaymentIntents, refunds, signed webhooks. `STRIPE_API_BASE` points elsewhere in tests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings

from omnichannel.kernel.lazily import lazily
from orders.errors import SignatureInvalid
from orders.ports import Answer, Charge, Message, RefundAnswer
from orders.states import PaymentState, RefundState

if TYPE_CHECKING:
    import stripe
else:
    stripe = lazily("stripe")  # several MiB a web process that most never need

logger = logging.getLogger(__name__)

#: An intent told with its charge, which knows the card.
_WITH_CARD = ["latest_charge"]
TIMEOUT_SECONDS = 8
_STATES = {
    "requires_capture": PaymentState.AUTHORISED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.VOIDED,
}
_REFUNDS = {
    "succeeded": RefundState.DONE,
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


@lru_cache(maxsize=4)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else None,
        max_network_retries=0,  # our own poll repeats, with the same idempotency key
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


class StripeGateway:
    """An intent that waits for its payer stays pending, failed attempts included: the payer may try another card."""

    is_local = False
    needs_associate = False

    @property
    def is_offered(self) -> bool:
        return bool(settings.STRIPE_API_KEY)

    @property
    def _intents(self) -> Any:
        return _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE).v1.payment_intents

    def authorise(self, charge: Charge) -> Answer:
        params: dict[str, Any] = {
            "amount": charge.amount_minor,
            "currency": charge.currency.lower(),
            "capture_method": "automatic" if charge.capture else "manual",
            "metadata": {"payment_key": charge.key, "order_id": str(charge.order_id), "order_number": charge.number},
            "automatic_payment_methods": {"enabled": True},
            "expand": _WITH_CARD,
        }
        if charge.email:
            params["receipt_email"] = charge.email
        if token := str(charge.method.get("token", "")):
            params |= {
                "payment_method": token,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        return _guarded(lambda: _answer_for(charge, self._intents.create(params, {"idempotency_key": charge.key})))

    def confirm(self, charge: Charge) -> Answer:
        def run() -> Answer:
            try:
                return _answer(
                    self._intents.confirm(
                        charge.reference, {"expand": _WITH_CARD}, {"idempotency_key": f"{charge.key}.confirm"}
                    )
                )
            except stripe.CardError as error:
                return self._declined(error)

        return _guarded(run)

    def capture(self, charge: Charge) -> Answer:
        return _guarded(
            lambda: _answer(
                self._intents.capture(
                    charge.reference,
                    {"amount_to_capture": charge.amount_minor, "expand": _WITH_CARD},
                    {"idempotency_key": f"{charge.key}.capture"},
                )
            )
        )

    def void(self, charge: Charge) -> Answer:
        if not charge.reference:
            return Answer(PaymentState.VOIDED)  # what has no reference here was never confirmed there
        return _guarded(
            lambda: _answer(self._intents.cancel(charge.reference, {}, {"idempotency_key": f"{charge.key}.void"}))
        )

    def find(self, charge: Charge) -> Answer | None:
        if charge.reference:
            return _guarded(
                lambda: _answer_for(charge, self._intents.retrieve(charge.reference, {"expand": _WITH_CARD}))
            )

        def search() -> Answer | None:
            wanted = f"metadata['payment_key']:'{charge.key}'"
            found = self._intents.search({"query": wanted, "limit": 1, "expand": ["data.latest_charge"]})
            return _answer_for(charge, found.data[0]) if found.data else None

        return _guarded(search)

    def refund(self, charge: Charge, *, refund_key: str, amount_minor: int) -> RefundAnswer:
        try:
            refund = _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE).v1.refunds.create(
                {"payment_intent": charge.reference, "amount": amount_minor, "metadata": {"refund_key": refund_key}},
                {"idempotency_key": refund_key},
            )
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return RefundAnswer(RefundState.FAILED, failure_message=str(error.user_message or error))
        except stripe.StripeError:
            return RefundAnswer(RefundState.UNKNOWN)
        return _refund_answer(refund)

    def read_message(self, *, body: bytes, headers: Mapping[str, str]) -> Message:
        if not settings.STRIPE_WEBHOOK_SECRET:
            raise SignatureInvalid()
        try:
            stripe.Webhook.construct_event(body, headers.get("stripe-signature", ""), settings.STRIPE_WEBHOOK_SECRET)
            event = orjson.loads(body)
            thing: dict[str, Any] = event["data"]["object"]
            message_id, kind = str(event["id"]), str(event["type"])
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError) as error:
            raise SignatureInvalid() from error
        keys = thing.get("metadata") or {}
        if thing.get("object") == "payment_intent":
            return Message(message_id, kind, event, payment_key=str(keys.get("payment_key", "")), answer=_answer(thing))
        if thing.get("object") == "charge":
            return Message(
                message_id, kind, event, payment_key=str(keys.get("payment_key", "")), answer=_charge_answer(thing)
            )
        if thing.get("object") == "refund":
            return Message(
                message_id, kind, event, refund_key=str(keys.get("refund_key", "")), refund=_refund_answer(thing)
            )
        return Message(message_id, kind, event)

    def _declined(self, error: stripe.CardError) -> Answer:
        """A card given with the order and refused: the intent is closed, so that nobody pays it later unseen."""
        body = error.json_body if isinstance(error.json_body, dict) else {}
        intent = body.get("error", {}).get("payment_intent")
        if intent:
            try:
                self._intents.cancel(intent["id"])
            except stripe.StripeError:
                return Answer(PaymentState.UNKNOWN, reference=intent["id"])
        return Answer(
            PaymentState.FAILED,
            reference=intent["id"] if intent else "",
            failure_code=str(error.code or "card_declined"),
            failure_message=str(error.user_message or ""),
        )


def _guarded(call: Callable[[], Any]) -> Any:
    """A refusal is an answer; silence, and trouble on their side, is not."""
    try:
        return call()
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        if getattr(error, "code", None) == "payment_intent_unexpected_state":
            return Answer(PaymentState.UNKNOWN)
        return Answer(
            PaymentState.FAILED,
            failure_code=str(error.code or "refused"),
            failure_message=str(error.user_message or error),
        )
    except stripe.StripeError as silence:
        logger.warning("stripe did not answer: %s", silence)
        return Answer(PaymentState.UNKNOWN)


def _plain(thing: Any) -> Mapping[str, Any]:
    """An object of the SDK, or of a webhook, as a dictionary."""
    plain: Mapping[str, Any] = thing.to_dict() if isinstance(thing, stripe.StripeObject) else thing
    return plain


def _answer(intent: Any) -> Answer:
    data = _plain(intent)
    next_action = data.get("next_action") or {}
    problem = data.get("last_payment_error") or {}
    return Answer(
        state=_STATES.get(str(data["status"]), PaymentState.PENDING),
        reference=str(data["id"]),
        captured_minor=int(data.get("amount_received") or 0),
        client_secret=str(data.get("client_secret") or ""),
        action_url=str((next_action.get("redirect_to_url") or {}).get("url") or ""),
        method=_card_of(data.get("latest_charge")),
        failure_code=str(problem.get("code") or ""),
        failure_message=str(problem.get("message") or ""),
    )


def _answer_for(charge: Charge, intent: Any) -> Answer:
    """Of an intent that carries a card given with the order: ours to confirm. Others are the payer's."""
    waits = _plain(intent)["status"] == "requires_confirmation" and bool(charge.method.get("token"))
    return replace(_answer(intent), is_opened=waits)


def _charge_answer(charge: Mapping[str, Any]) -> Answer:
    """`charge.succeeded`: the message that says which card it was; an intent's names its charge by id alone."""
    if charge.get("status") == "succeeded":
        state = PaymentState.CAPTURED if charge.get("captured") else PaymentState.AUTHORISED
    else:
        state = PaymentState.PENDING  # the payer may try another card
    return Answer(
        state=state,
        reference=str(charge.get("payment_intent") or ""),
        captured_minor=int(charge.get("amount_captured") or 0),
        method=_card_of(charge),
        failure_code=str(charge.get("failure_code") or ""),
        failure_message=str(charge.get("failure_message") or ""),
    )


def _card_of(charge: Any) -> dict[str, Any]:
    """Nothing where the charge is named by its id, or was not paid by card."""
    if not isinstance(charge, Mapping):
        return {}
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    return {name: str(card[name])[:80] for name in ("brand", "last4", "fingerprint") if card.get(name)}


def _refund_answer(refund: Any) -> RefundAnswer:
    data = _plain(refund)
    return RefundAnswer(
        _REFUNDS.get(str(data.get("status")), RefundState.UNKNOWN),
        reference=str(data["id"]),
        failure_message=str(data.get("failure_reason") or ""),
    )
