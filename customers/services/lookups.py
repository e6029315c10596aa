"""Looking customers up on behalf of the house: every look is written down."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from customers.facts import CustomerLookedUp
from customers.models import Customer
from customers.queries import find_customers, get_customer
from omnichannel.events.services import record
from omnichannel.kernel.context import Context


def look_up_customers(*, q: str, limit: int, by: Context, at: datetime) -> Sequence[Customer]:
    """Customers by name, part of a phone number, email or number: two statements with the audit.

    Emits   CustomerLookedUp.
    """
    found = find_customers(q, limit=limit)
    record(CustomerLookedUp(customer_id=None, query=q[:200], found=len(found)), by=by, at=at)
    return found


def open_customer(*, customer_id: UUID, by: Context, at: datetime) -> Customer:
    """One customer, for somebody who works here.

    Emits   CustomerLookedUp.
    Raises  CustomerNotFound.
    """
    customer = get_customer(customer_id)
    record(CustomerLookedUp(customer_id=customer.pk, query="", found=1), by=by, at=at)
    return customer
