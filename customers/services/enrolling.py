"""Enrolling somebody who stands at the counter."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from customers.errors import CustomerKnown
from customers.models import Customer
from customers.services.creating import NewCustomer, create_customer, email_of, phone_of
from omnichannel.kernel.context import Context


def enrol_customer(*, new: NewCustomer, allow_duplicate: bool, by: Context, at: datetime) -> Customer:
    """Add a customer, unless somebody with this email or phone is known and nobody said to add them anyway.

    Emits   CustomerCreated.
    Raises  CustomerKnown with up to five candidates; EmailInvalid, PhoneInvalid.
    """
    with transaction.atomic():
        if not allow_duplicate and (known := _known(email_of(new.email), phone_of(new.phone, new.country))):
            raise CustomerKnown(
                candidates=[
                    {"id": str(row.pk), "number": row.number, "name": row.name, "email": row.email, "phone": row.phone}
                    for row in known
                ]
            )
        return create_customer(new=new, by=by, at=at)


def _known(email: str, phone: str) -> list[Customer]:
    same = Q()
    if email:
        same |= Q(email=email)
    if phone:
        same |= Q(phone=phone)
    return (
        list(Customer.objects.filter(same, merged_into=None).order_by("-email_verified_at", "id")[:5]) if same else []
    )
