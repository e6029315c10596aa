"""Making a customer: the one place where rows of `Customer` begin."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from customers.errors import EmailInvalid, PhoneInvalid
from customers.facts import CustomerCreated
from customers.models import Customer, Identity
from customers.rules.contact import normalize_email, normalize_name, normalize_phone
from customers.states import CustomerSource, IdentityKind
from omnichannel.brand.models import BrandKit
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import readable_code, uuid7

NUMBER_LENGTH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """country  where a phone number without a country code is from (ISO 3166-1), the brand's when empty."""

    source: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    locale: str = ""
    time_zone: str = ""
    currency: str = ""
    external_id: str | None = None
    user_id: int | None = None


def create_customer(*, new: NewCustomer, by: Context, at: datetime) -> Customer:
    """Add a customer and what they are known by.

    Emits   CustomerCreated.
    Raises  EmailInvalid, PhoneInvalid.
    """
    with transaction.atomic():
        customer = Customer(
            id=uuid7(at),
            user_id=new.user_id,
            number=readable_code(NUMBER_LENGTH),
            first_name=normalize_name(new.first_name),
            last_name=normalize_name(new.last_name),
            email=email_of(new.email),
            phone=phone_of(new.phone, new.country),
            locale=new.locale,
            time_zone=new.time_zone,
            currency=new.currency,
            source=new.source,
            external_id=new.external_id or None,
            created_at=at,
            updated_at=at,
        )
        customer.save(force_insert=True)
        add_identities(customer, at=at)
        record(CustomerCreated(customer_id=customer.id, source=customer.source), by=by, at=at)
    return customer


def find_or_create_guest(
    *,
    email: str,
    name: str = "",
    phone: str = "",
    country: str = "",
    source: str = CustomerSource.GUEST_ORDER,
    by: Context,
    at: datetime,
) -> Customer:
    """The record of somebody who orders, or asks for news, without logging in: one for each unproven address.

    Never the record of somebody who has a log-in or proved the address: a stranger may type any address,
    and what they order goes to its owner only when the owner confirms it.

    Locks   the address (advisory), so that two orders at once share one record.
    Emits   CustomerCreated when there was none.
    Raises  EmailInvalid, PhoneInvalid.
    """
    normal = email_of(email)
    if not normal:
        raise EmailInvalid(pointer="/email")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"guest:{normal}"])
        found = (
            Customer.objects.filter(
                Q(email=normal, user=None, email_verified_at=None, merged_into=None),
                source__in=(CustomerSource.GUEST_ORDER, CustomerSource.NEWSLETTER),
            )
            .order_by("id")
            .first()
        )
        if found is not None:
            return found
        first, _, last = normalize_name(name).partition(" ")
        return create_customer(
            new=NewCustomer(
                source=source,
                first_name=first,
                last_name=last,
                email=normal,
                phone=phone,
                country=country,
            ),
            by=by,
            at=at,
        )


def add_identities(customer: Customer, *, at: datetime) -> None:
    """What the customer is known by now; what is known already stays. One statement."""
    known = [(IdentityKind.CUSTOMER, str(customer.id)), (IdentityKind.MEMBERSHIP, customer.number)]
    if customer.email:
        known.append((IdentityKind.EMAIL, customer.email))
    if customer.phone:
        known.append((IdentityKind.PHONE, customer.phone))
    if customer.external_id:
        known.append((IdentityKind.EXTERNAL, customer.external_id))
    Identity.objects.bulk_create(
        [
            Identity(
                # The customer's own identity has the customer's id: events carry it without a look-up.
                id=customer.id if kind == IdentityKind.CUSTOMER else uuid7(at),
                customer_id=customer.id,
                kind=kind,
                value=value,
                verified_at=customer.email_verified_at if kind == IdentityKind.EMAIL else None,
                created_at=at,
            )
            for kind, value in known
        ],
        ignore_conflicts=True,
    )


def email_of(typed: str) -> str:
    """Empty stays empty. Raises EmailInvalid."""
    if not typed.strip():
        return ""
    normal = normalize_email(typed)
    if normal is None:
        raise EmailInvalid(pointer="/email")
    return normal


def phone_of(typed: str, country: str) -> str:
    """Empty stays empty. Raises PhoneInvalid."""
    if not typed.strip():
        return ""
    normal = normalize_phone(typed, country=country or home_country())
    if normal is None:
        raise PhoneInvalid(pointer="/phone")
    return normal


def home_country() -> str:
    """The brand's country, by its locale (`en_US` → `US`)."""
    locale = BrandKit.objects.values_list("locale", flat=True).first() or "en_US"
    return locale.replace("-", "_").rpartition("_")[2].upper()


def customer_ids_of_email(email: str) -> list[UUID]:
    """Records that carry an address and nobody logs in to."""
    rows = Customer.objects.filter(email=email, user=None, merged_into=None).order_by("pk")
    return list(rows.values_list("pk", flat=True))
