"""What orders do when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from orders.models import Fulfilment
from orders.services.attaching import adopt_guest_order, attach_guest_orders
from orders.services.discrepancies import open_for_broken_promise
from stores.queries.ledger import list_broken_units


def attach_orders_of_verified_email(events: Sequence[RecordedEvent]) -> None:
    """customer.email_verified: the orders placed under that address as a guest are the customer's."""
    for event in events:
        attach_guest_orders(
            customer_id=UUID(event.data["customer_id"]),
            email=event.data["email"],
            by=Context(actor="system:orders"),
            at=now(),
        )


def tell_of_broken_promises(events: Sequence[RecordedEvent]) -> None:
    """stock.hold_broken: an order's units are not on the shelf any more, so that somebody must decide about it."""
    for event in events:
        if event.data["holder_kind"] != "order":
            continue
        hold_id, variant_id = UUID(event.data["hold_id"]), UUID(event.data["variant_id"])
        part = Fulfilment.objects.filter(hold_id=hold_id).values_list("order_id", flat=True).first()
        if part is None:
            continue
        open_for_broken_promise(
            order_id=part,
            store_id=UUID(event.data["store_id"]),
            variant_id=variant_id,
            missing=list_broken_units(hold_id).get(variant_id, 0),
            reason=event.data["reason"],
            by=Context(actor="system:orders"),
            at=now(),
        )


def give_guest_orders_a_customer(events: Sequence[RecordedEvent]) -> None:
    """order.placed: a guest who left an address gets a customer record, so that what they do has one place.

    Not while placing: it would cost the order a lock and four statements.
    """
    for event in events:
        if not event.data.get("customer_id"):
            adopt_guest_order(order_id=UUID(event.data["order_id"]), by=Context(actor="system:orders"), at=now())
