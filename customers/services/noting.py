"""What those who work here want each other to know about somebody: it stands on the timeline, under their name."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.facts import CustomerNoted
from customers.models import Customer
from customers.queries import get_customer
from omnichannel.events.services import record
from omnichannel.kernel.context import Context


def note_customer(*, customer_id: UUID, note: str, author: str, by: Context, at: datetime) -> tuple[Customer, UUID]:
    """Write a note onto the customer's timeline; the customer, and the id of the entry.

    author  as people call them; empty where the caller is no person we can name.
    Emits   CustomerNoted.
    Raises  CustomerNotFound.
    """
    with transaction.atomic():
        customer = get_customer(customer_id)
        fact = CustomerNoted(customer_id=customer.pk, note=note, by_name=author[:200])
        return customer, record(fact, by=by, at=at)[0]
