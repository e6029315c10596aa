"""What gateways tell us without being asked. Each message is kept once; what it says is judged by the payment's state."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import NotFound
from orders.models import GatewayMessage, Payment, Refund
from orders.ports import Message, gateways
from orders.services.gateway import apply_answer, apply_refund_answer

_KEEP = """
INSERT INTO orders_gatewaymessage (provider, message_id, kind, body, received_at, outcome)
VALUES (%s, %s, %s, %s::jsonb, %s, '')
ON CONFLICT (provider, message_id) DO NOTHING
RETURNING id
"""


def receive_message(*, provider: str, body: bytes, headers: Mapping[str, str], by: Context, at: datetime) -> bool:
    """Take in one webhook; False when it was here before.

    Locks   the order.
    Emits   what the payment's or refund's step emits.
    Raises  NotFound (no such gateway), SignatureInvalid.
    """
    gateway = gateways.find(provider)
    if gateway is None or gateway.is_local or not gateway.is_offered:
        raise NotFound()
    message = gateway.read_message(body=body, headers=headers)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [provider, message.message_id[:200], message.kind[:80], body.decode(), at])
            kept = cursor.fetchone()
        if kept is None:
            return False
        outcome = _apply(message, by=by, at=at)
        GatewayMessage.objects.filter(pk=kept[0]).update(outcome=outcome)
    return True


def _apply(message: Message, *, by: Context, at: datetime) -> str:
    if message.answer is not None and message.payment_key:
        payment_id = Payment.objects.filter(key=message.payment_key).values_list("id", flat=True).first()
        if payment_id is None:
            return "No payment of ours has this key"
        told = apply_answer(payment_id=payment_id, answer=message.answer, by=by, at=at)
        return f"Payment {message.answer.state}" if told else "Nothing new"
    if message.refund is not None and message.refund_key:
        refund_id = Refund.objects.filter(key=message.refund_key).values_list("id", flat=True).first()
        if refund_id is None:
            return "No refund of ours has this key"
        told = apply_refund_answer(refund_id=refund_id, answer=message.refund, by=by, at=at)
        return f"Refund {message.refund.state}" if told else "Nothing new"
    return "Not about a payment"
