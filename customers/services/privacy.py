"""A person asks what we hold of them, or to be forgotten: every app answers through its personal-data provider."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.errors import CustomerNotFound
from customers.facts import CustomerErased
from customers.models import Customer
from customers.queries import get_customer
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows
from omnichannel.kernel.personal_data import personal_data


def export_customer(*, customer_id: UUID) -> Mapping[str, Any]:
    """All that any app holds of the person, by the name of its provider; of records merged into theirs as well.

    Raises  CustomerNotFound.
    """
    ids = _records_of(UUID(str(get_customer(customer_id).pk)))
    return {
        name: parts[0] if len(parts) == 1 else {"records": parts}
        for name in personal_data.names()
        for parts in [[personal_data.get(name).export(customer_id=each) for each in ids]]
    }


def erase_customer(*, customer_id: UUID, by: Context, at: datetime) -> None:
    """Forget the person in every app, with the records merged into theirs. What the law keeps stays without them.

    Locks   the customers first, ascending; each app locks its own rows after.
    Emits   CustomerErased.
    Raises  CustomerNotFound.
    """
    with transaction.atomic():
        owner = UUID(str(get_customer(customer_id).pk))
        ids = _records_of(owner)
        if not list(lock_rows(Customer.objects.filter(pk__in=ids))):
            raise CustomerNotFound()
        for provider in personal_data:
            for each in ids:
                provider.erase(customer_id=each, at=at)
        record(CustomerErased(customer_id=owner), by=by, at=at)


def _records_of(owner: UUID) -> list[UUID]:
    """The customer and every record that became part of theirs, however many steps ago."""
    ids, last = [owner], [owner]
    while last:
        last = list(Customer.objects.filter(merged_into_id__in=last).order_by("pk").values_list("pk", flat=True))
        ids += last
    return ids
