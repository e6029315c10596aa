"""Orders of a guest join the customer who proves the address (P15)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from customers.services.creating import find_or_create_guest
from customers.services.joining import know_by_order
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from orders.facts import OrderAttached
from orders.models import Order

# Orders of nobody, or of a record without a log-in that carries the same address: never another customer's.
_ATTACH = """
WITH mine AS (
    SELECT o.id FROM orders_order o
      LEFT JOIN customers_customer c ON c.id = o.customer_id
     WHERE o.email = %(email)s
       AND (o.customer_id IS NULL
            OR (c.user_id IS NULL AND c.email_verified_at IS NULL AND c.email = %(email)s AND c.id <> %(customer)s))
     ORDER BY o.id
       FOR NO KEY UPDATE OF o
)
UPDATE orders_order o SET customer_id = %(customer)s, version = o.version + 1
  FROM mine WHERE o.id = mine.id
RETURNING o.id, o.number
"""


def attach_guest_orders(*, customer_id: UUID, email: str, by: Context, at: datetime) -> Sequence[UUID]:
    """Give a customer the orders placed as a guest under an address that is now proven to be theirs.

    Locks   those orders. Safe to repeat.
    Emits   OrderAttached.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ATTACH, {"email": email.lower(), "customer": customer_id})
            attached = cursor.fetchall()
        know_by_order(customer_id=customer_id, orders=dict(attached), at=at)
        record(
            *[
                OrderAttached(order_id=order_id, number=number, customer_id=customer_id)
                for order_id, number in attached
            ],
            by=by,
            at=at,
        )
    return [order_id for order_id, _ in attached]


def adopt_guest_order(*, order_id: UUID, by: Context, at: datetime) -> None:
    """The order of a guest who left an address gets a guest's customer record. Safe to repeat.

    Locks   the address, the order.
    Emits   what making a guest emits, and OrderAttached.
    """
    order = Order.objects.filter(pk=order_id, customer=None).exclude(email="").first()
    if order is None:
        return
    with transaction.atomic():
        try:
            guest = find_or_create_guest(email=order.email, name=str(order.ship_to.get("name", "")), by=by, at=at)
        except DomainError:
            return  # an address nobody can have: the order stands without a customer
        if Order.objects.filter(pk=order_id, customer=None).update(customer=guest, version=F("version") + 1):
            know_by_order(customer_id=guest.pk, orders={order.pk: order.number}, at=at)
            # On the guest's timeline, and to whoever knows from which browser it came.
            record(OrderAttached(order_id=order.pk, number=order.number, customer_id=guest.pk), by=by, at=at)
