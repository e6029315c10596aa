"""What a message may say about its reader: asked for in bulk, and only what the template speaks of."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.messages.queries.brand import brand_data
from customers.models import Customer

Loader = Callable[[Sequence[Customer], datetime], Mapping[UUID, Any]]
_NAMES = re.compile(r"\b([a-z_]+)\b")


def data_for(customer_id: UUID, at: datetime, *, wanted: Collection[str] | None = None) -> dict[str, Any]:
    """Everything a template may say about one person."""
    customers = list(Customer.objects.filter(pk=customer_id))
    return data_for_many(customers, wanted or frozenset(LOADERS), at=at)[customer_id]


def data_for_many(
    customers: Sequence[Customer], wanted: Collection[str], *, at: datetime
) -> dict[UUID, dict[str, Any]]:
    """A fixed number of statements for each thing wanted, however many people."""
    brand = brand_data()
    found: dict[UUID, dict[str, Any]] = {customer.pk: {"brand": brand} for customer in customers}
    for name, load in LOADERS.items():
        if name in wanted:
            for customer_id, value in load(customers, at).items():
                found[customer_id][name] = value
    return found


def names_in(*sources: str) -> frozenset[str]:
    """Which of the things a template could be filled with its words may speak of."""
    return frozenset(name for source in sources for name in _NAMES.findall(source)) & frozenset(LOADERS)


def _customers(customers: Sequence[Customer], at: datetime) -> dict[UUID, Any]:
    return {
        customer.pk: {
            "first_name": customer.first_name,
            "last_name": customer.last_name,
            "name": customer.name,
            "number": customer.number,
            "email": customer.email,
        }
        for customer in customers
    }


LOADERS: dict[str, Loader] = {"customer": _customers}
