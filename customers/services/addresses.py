"""A customer's address book."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.core import get_global
from django.db import transaction

from customers.errors import AddressInvalid, AddressNotFound, CustomerNotFound, TooManyAddresses
from customers.facts import CustomerUpdated
from customers.models import Address, Customer
from customers.rules.addresses import check_address, tidy_postal_code
from customers.rules.contact import normalize_name
from customers.services.creating import phone_of
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows

MOST = 50
FIELDS = ("name", "company", "line1", "line2", "city", "region", "postal_code", "country", "phone")
# Every territory the CLDR names with a currency is a place somebody can live in.
COUNTRIES = frozenset(code for code in get_global("territory_currencies") if len(code) == 2 and code.isalpha())


def add_address(*, customer_id: UUID, fields: Mapping[str, Any], by: Context, at: datetime) -> Address:
    """Keep an address; the first one, and one said to be so, is the default.

    Locks   the customer.
    Emits   CustomerUpdated.
    Raises  CustomerNotFound, AddressInvalid, PhoneInvalid, TooManyAddresses.
    """
    values = clean_address(fields)
    with transaction.atomic():
        _lock_owner(customer_id)
        count = Address.objects.filter(customer_id=customer_id).count()
        if count >= MOST:
            raise TooManyAddresses()
        is_default = bool(fields.get("is_default")) or count == 0
        if is_default:
            _clear_default(customer_id)
        address = Address.objects.create(customer_id=customer_id, is_default=is_default, created_at=at, **values)
        record(CustomerUpdated(customer_id=customer_id, fields=["addresses"]), by=by, at=at)
    return address


def change_address(
    *, customer_id: UUID, address_id: UUID, fields: Mapping[str, Any], by: Context, at: datetime
) -> Address:
    """Change some fields. A default address stays it until another becomes it.

    Locks   the customer.
    Emits   CustomerUpdated.
    Raises  AddressNotFound, AddressInvalid, PhoneInvalid.
    """
    with transaction.atomic():
        _lock_owner(customer_id)
        address = Address.objects.filter(pk=address_id, customer_id=customer_id).first()
        if address is None:
            raise AddressNotFound()
        values = clean_address({name: getattr(address, name) for name in FIELDS} | dict(fields))
        for name, value in values.items():
            setattr(address, name, value)
        if fields.get("is_default") and not address.is_default:
            _clear_default(customer_id)
            address.is_default = True
        address.save()
        record(CustomerUpdated(customer_id=customer_id, fields=["addresses"]), by=by, at=at)
    return address


def remove_address(*, customer_id: UUID, address_id: UUID, by: Context, at: datetime) -> None:
    """Forget an address; when it was the default, the newest other one becomes it.

    Locks   the customer.
    Emits   CustomerUpdated.
    Raises  AddressNotFound.
    """
    with transaction.atomic():
        _lock_owner(customer_id)
        address = Address.objects.filter(pk=address_id, customer_id=customer_id).first()
        if address is None:
            raise AddressNotFound()
        was_default = address.is_default
        address.delete()
        if was_default and (heir := Address.objects.filter(customer_id=customer_id).order_by("-id").first()):
            heir.is_default = True
            heir.save(update_fields=["is_default"])
        record(CustomerUpdated(customer_id=customer_id, fields=["addresses"]), by=by, at=at)


def clean_address(fields: Mapping[str, Any]) -> dict[str, str]:
    """The address in the spelling of its country. Raises AddressInvalid, PhoneInvalid."""
    values = {name: normalize_name(fields.get(name, "")) for name in FIELDS}
    values["country"] = values["country"].upper()
    if len(values["region"]) <= 3:
        values["region"] = values["region"].upper()
    values["postal_code"] = tidy_postal_code(values["postal_code"], values["country"])
    if problems := check_address(values, countries=COUNTRIES):
        first = problems[0]
        raise AddressInvalid(
            title=first.title,
            pointer=f"/{first.field}",
            problems=[{"pointer": f"/{p.field}", "code": p.code, "title": p.title} for p in problems],
        )
    values["phone"] = phone_of(values["phone"], values["country"])
    return values


def _lock_owner(customer_id: UUID) -> Customer:
    owner = lock_rows(Customer.objects.filter(pk=customer_id)).first()
    if owner is None:
        raise CustomerNotFound()
    return owner


def _clear_default(customer_id: UUID) -> None:
    Address.objects.filter(customer_id=customer_id, is_default=True).update(is_default=False)
