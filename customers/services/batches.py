"""Many customers at once, found by external id: a number of statements that does not grow with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.models import Address, Customer, Identity
from customers.rules.contact import normalize_email, normalize_name, normalize_phone
from customers.services.creating import NUMBER_LENGTH, home_country
from customers.states import CustomerSource, IdentityKind
from omnichannel.kernel.ids import readable_code, uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerData:
    """A customer as another system tells of them. Empty means: not said."""

    external_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    email_verified: bool = False
    phone: str = ""
    note: str = ""
    tags: Sequence[str] = ()
    created_at: datetime | None = None
    address: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PutCustomer:
    """What became of one: `problem` is a code and the field at fault, and nothing went in."""

    created: bool = False
    changed: bool = False
    problem: tuple[str, str] | None = None


def put_customers(*, items: Sequence[CustomerData], at: datetime) -> list[PutCustomer]:
    """Make each customer what its data says. One that a rule refuses is reported, the others go in.

    An address is added where the customer has none; a proven email is never replaced by an imported one. Imports
    are history: no facts are recorded.
    """
    country = home_country()
    results: list[PutCustomer] = []
    with transaction.atomic():
        standing = {
            row.external_id: row
            for row in Customer.objects.select_for_update(no_key=True)
            .filter(external_id__in=[i.external_id for i in items])
            .order_by("pk")
        }
        claimed = {normalize_email(item.email) or "" for item in items if item.email_verified}
        proven = set(
            Customer.objects.filter(email__in=claimed, email_verified_at__isnull=False).values_list("email", flat=True)
        )
        fresh: list[Customer] = []
        changed: list[Customer] = []
        addresses: list[tuple[Customer, Mapping[str, str]]] = []
        for item in items:
            values, problem = _read(item, country)
            if problem:
                results.append(PutCustomer(problem=problem))
                continue
            customer = standing.get(item.external_id)
            verified_at = at if item.email_verified and values["email"] and values["email"] not in proven else None
            if customer is None:
                customer = Customer(
                    id=uuid7(item.created_at or at), number=readable_code(NUMBER_LENGTH), source=CustomerSource.IMPORT,
                    external_id=item.external_id, email_verified_at=verified_at, created_at=item.created_at or at, updated_at=at, **values,
                )  # fmt: skip
                standing[item.external_id] = customer
                fresh.append(customer)
                if verified_at:
                    proven.add(values["email"])
                results.append(PutCustomer(created=True))
            else:
                differs = _apply(customer, values)
                if differs and customer not in fresh:
                    customer.version += 1
                    customer.updated_at = at
                    changed.append(customer)
                results.append(PutCustomer(changed=differs))
            if item.address.get("line1"):
                addresses.append((customer, item.address))
        Customer.objects.bulk_create(fresh)
        Customer.objects.bulk_update(
            changed, ["first_name", "last_name", "email", "phone", "note", "tags", "version", "updated_at"]
        )
        _add_identities([*fresh, *changed], at)
        _add_addresses(addresses, at)
    return results


def _read(item: CustomerData, country: str) -> tuple[dict[str, Any], tuple[str, str] | None]:
    email = normalize_email(item.email) if item.email.strip() else ""
    if email is None:
        return {}, ("email_invalid", "email")
    phone = normalize_phone(item.phone, country=item.address.get("country") or country) if item.phone.strip() else ""
    values = {
        "first_name": normalize_name(item.first_name)[:100],
        "last_name": normalize_name(item.last_name)[:100],
        "email": email,
        # A number nobody can dial is kept from the record; the person is not.
        "phone": phone or "",
        "note": item.note,
        "tags": list(item.tags),
    }
    return values, None


def _apply(customer: Customer, values: Mapping[str, Any]) -> bool:
    differs = False
    for name, value in values.items():
        if not value or (name == "email" and customer.email_verified_at) or getattr(customer, name) == value:
            continue
        setattr(customer, name, value)
        differs = True
    return differs


def _add_identities(customers: Sequence[Customer], at: datetime) -> None:
    known = [
        (customer, kind, value)
        for customer in customers
        for kind, value in (
            (IdentityKind.CUSTOMER, str(customer.id)),
            (IdentityKind.MEMBERSHIP, customer.number),
            (IdentityKind.EMAIL, customer.email),
            (IdentityKind.PHONE, customer.phone),
            (IdentityKind.EXTERNAL, customer.external_id),
        )
        if value
    ]
    Identity.objects.bulk_create(
        [
            Identity(
                id=customer.id if kind == IdentityKind.CUSTOMER else uuid7(at), customer=customer, kind=kind, value=value,
                verified_at=customer.email_verified_at if kind == IdentityKind.EMAIL else None, created_at=at,
            )
            for customer, kind, value in known
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _add_addresses(given: Sequence[tuple[Customer, Mapping[str, str]]], at: datetime) -> None:
    have = set(
        Address.objects.filter(customer__in=[customer.pk for customer, _ in given]).values_list(
            "customer_id", flat=True
        )
    )
    rows = []
    for customer, fields in given:
        if customer.pk in have:
            continue
        have.add(customer.pk)
        rows.append(
            Address(
                customer=customer, name=fields.get("name") or customer.name, company=fields.get("company", ""), line1=fields["line1"],
                line2=fields.get("line2", ""), city=fields.get("city", ""), region=fields.get("region", ""),
                postal_code=fields.get("postal_code", ""), country=(fields.get("country") or home_country())[:2].upper(),
                phone=customer.phone, is_default=True, created_at=at,
            )
        )  # fmt: skip
    Address.objects.bulk_create(rows)
