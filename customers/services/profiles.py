"""Changing what a customer told us, and enrolling them where they stand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.errors import CustomerNotFound, EmailOfLogIn
from customers.facts import CustomerUpdated
from customers.models import Customer, Identity
from customers.rules.contact import normalize_name
from customers.services.creating import add_identities, email_of, phone_of
from customers.states import IdentityKind
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Stale
from omnichannel.kernel.locks import lock_rows

OWN_FIELDS = frozenset({"first_name", "last_name", "phone", "locale", "time_zone", "currency"})
STAFF_FIELDS = OWN_FIELDS | {"email", "note", "tags"}


def update_customer(
    *,
    customer_id: UUID,
    changes: Mapping[str, Any],
    by: Context,
    at: datetime,
    expected_version: int | None = None,
    country: str = "",
) -> Customer:
    """Change a profile; what is the same already is no change, and then nothing is recorded.

    changes  some of STAFF_FIELDS; who may change which is the caller's to decide. A new email is not proven.
    country  of a phone number without a country code.
    Locks    the customer.
    Emits    CustomerUpdated.
    Raises   CustomerNotFound, Stale, EmailInvalid, PhoneInvalid, EmailOfLogIn.
    """
    with transaction.atomic():
        customer = lock_rows(Customer.objects.filter(pk=customer_id, merged_into=None)).first()
        if customer is None:
            raise CustomerNotFound()
        if expected_version is not None and expected_version != customer.version:
            raise Stale(version=customer.version)
        values = {name: _clean(name, value, country) for name, value in changes.items() if name in STAFF_FIELDS}
        changed = [name for name, value in values.items() if getattr(customer, name) != value]
        if not changed:
            return customer
        for name in changed:
            setattr(customer, name, values[name])
        if "email" in changed and customer.user_id is not None:
            raise EmailOfLogIn(pointer="/email")
        if "email" in changed:
            customer.email_verified_at = None
        customer.version += 1
        customer.updated_at = at
        customer.save(update_fields=[*changed, "email_verified_at", "version", "updated_at"])
        if {"email", "phone"} & set(changed):
            # An address or number the customer no longer has leads to them no more.
            stale = Identity.objects.filter(customer=customer, kind__in=[IdentityKind.EMAIL, IdentityKind.PHONE])
            stale.exclude(value__in=[customer.email, customer.phone]).delete()
            add_identities(customer, at=at)
        record(CustomerUpdated(customer_id=customer.pk, fields=sorted(changed)), by=by, at=at)
    return customer


def _clean(name: str, value: Any, country: str) -> Any:
    if name == "email":
        return email_of(value)
    if name == "phone":
        return phone_of(value, country)
    return normalize_name(value) if name in {"first_name", "last_name"} else value
