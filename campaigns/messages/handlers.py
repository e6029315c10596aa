"""What is said to customers when something happened to their order, or they asked for the newsletter.

Delivered at least once, in no order: each reads the order as it is now, and the dedup key makes one message.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from campaigns.messages.queries import orders
from campaigns.messages.queries.profile import newsletter_data, referral_of
from campaigns.messages.services.attributing import count_order
from campaigns.messages.services.intending import Intent, intend_message, withdraw_message
from customers.queries.newsletter import get_request
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now

# An order paid at once is confirmed within this time; nobody wants to be told before that it is unpaid.
UNPAID_MAIL_AFTER = timedelta(minutes=5)

FACTS = (
    "order.placed",
    "order.confirmed",
    "order.cancelled",
    "fulfilment.ready",
    "fulfilment.shipped",
    "refund.done",
    "return.recorded",
    "payment_link.created",
    "order.link_requested",
    "newsletter.requested",
)


def tell_customer(events: Sequence[RecordedEvent]) -> None:
    at = now()
    for event in events:
        _TELL[event.name](event, at)


def _placed(event: RecordedEvent, at: datetime) -> None:
    order, data = orders.order_data(_id(event, "order_id"))
    if order["source"] == "cart" and order["status"] == "placed" and order["payment_status"] == "unpaid":
        _say(
            "order_placed_awaiting_payment", f"order_placed_awaiting_payment:{order['id']}", order, {"order": data}, at,
            due_at=event.occurred_at + UNPAID_MAIL_AFTER,
        )  # fmt: skip


def _confirmed(event: RecordedEvent, at: datetime) -> None:
    order, data = orders.order_data(_id(event, "order_id"))
    withdraw_message(dedup_key=f"order_placed_awaiting_payment:{order['id']}", reason="the order was paid")
    if order["customer_id"] is not None:
        count_order(
            order_id=order["id"], customer_id=order["customer_id"], placed_at=order["placed_at"],
            amount_minor=order["total_minor"], currency=order["currency"], at=at,
        )  # fmt: skip
    if order["source"] == "cart":
        referral = referral_of(order["customer_id"], at=at)
        _say("order_confirmed", f"order_confirmed:{order['id']}", order, {"order": data, "referral": referral}, at)


def _cancelled(event: RecordedEvent, at: datetime) -> None:
    order, data = orders.order_data(_id(event, "order_id"))
    told = event.data
    if told["whole"]:
        withdraw_message(dedup_key=f"order_placed_awaiting_payment:{order['id']}", reason="the order was cancelled")
    cancelled = orders.cancelled_data(
        UUID(told["change_id"]), order, whole=told["whole"], refund_minor=told["refund_minor"], lines=told["lines"]
    )
    _say("order_cancelled", f"order_cancelled:{told['change_id']}", order, {"order": data, "cancelled": cancelled}, at)


def _ready(event: RecordedEvent, at: datetime) -> None:
    part_id = _id(event, "fulfilment_id")
    order, data = orders.order_data(_id(event, "order_id"))
    part = orders.part_data(part_id, order, at=at)
    if part["kind"] == "pickup":
        _say("pickup_ready", f"pickup_ready:{part_id}", order, {"order": data, "part": part}, at)


def _shipped(event: RecordedEvent, at: datetime) -> None:
    part_id = _id(event, "fulfilment_id")
    order, data = orders.order_data(_id(event, "order_id"))
    part = orders.part_data(part_id, order, at=at)
    _say("shipped", f"shipped:{part_id}", order, {"order": data, "part": part}, at)


def _refunded(event: RecordedEvent, at: datetime) -> None:
    refund_id = _id(event, "refund_id")
    order, data = orders.order_data(_id(event, "order_id"))
    refund = orders.refund_data(refund_id, order)
    _say("refund_done", f"refund_done:{refund_id}", order, {"order": data, "refund": refund}, at)


def _returned(event: RecordedEvent, at: datetime) -> None:
    return_id = _id(event, "return_id")
    order, data = orders.order_data(_id(event, "order_id"))
    returned = orders.return_data(return_id, order)
    _say("return_recorded", f"return_recorded:{return_id}", order, {"order": data, "return": returned}, at)


def _link_created(event: RecordedEvent, at: datetime) -> None:
    link_id = _id(event, "payment_link_id")
    order, data = orders.order_data(_id(event, "order_id"))
    link = orders.link_data(link_id, order)
    if link is not None:
        _say("payment_link", f"payment_link:{link_id}", order, {"order": data, "link": link}, at)


def _link_requested(event: RecordedEvent, at: datetime) -> None:
    order, data = orders.order_data(_id(event, "order_id"))
    _say("guest_order_link", f"guest_order_link:{event.id}", order, {"order": data}, at)


def _newsletter_requested(event: RecordedEvent, at: datetime) -> None:
    request = get_request(_id(event, "request_id"))
    if request.confirmed_at is None and request.expires_at > at:
        intend_message(
            intent=Intent(
                template_key="newsletter_confirm",
                dedup_key=f"newsletter_confirm:{request.pk}",
                recipient=request.email,
                data={"newsletter": newsletter_data(request)},
                customer_id=request.customer_id,
            ),
            at=at,
        )


_TELL: dict[str, Callable[[RecordedEvent, datetime], None]] = {
    "order.placed": _placed,
    "order.confirmed": _confirmed,
    "order.cancelled": _cancelled,
    "fulfilment.ready": _ready,
    "fulfilment.shipped": _shipped,
    "refund.done": _refunded,
    "return.recorded": _returned,
    "payment_link.created": _link_created,
    "order.link_requested": _link_requested,
    "newsletter.requested": _newsletter_requested,
}


def _say(
    template_key: str,
    dedup_key: str,
    order: dict[str, Any],
    data: dict[str, object],
    at: datetime,
    *,
    due_at: datetime | None = None,
) -> None:
    intend_message(
        intent=Intent(
            template_key=template_key,
            dedup_key=dedup_key,
            recipient=order["email"],
            data=data,
            customer_id=order["customer_id"],
            order_id=order["id"],
            locale=order["locale"] or "en",
            due_at=due_at,
        ),
        at=at,
    )


def _id(event: RecordedEvent, name: str) -> UUID:
    return UUID(str(event.data[name]))
