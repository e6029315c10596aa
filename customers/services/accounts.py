"""From a log-in to a customer, and what a proven address brings along."""

import logging
from datetime import datetime

from django.db import transaction

from customers.facts import CustomerEmailVerified, CustomerUpdated
from customers.models import Customer, Identity
from customers.rules.contact import normalize_email, split_name
from customers.services.creating import NewCustomer, add_identities, create_customer, customer_ids_of_email
from customers.services.merging import merge_customers
from customers.states import CustomerSource, IdentityKind
from omnichannel.accounts.models import User
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows

logger = logging.getLogger(__name__)


def ensure_customer_for_user(*, user: User, by: Context, at: datetime, locale: str = "") -> Customer:
    """The customer who logs in with this user, made when there is none. Their address is not proven yet.

    Locks   the user, so that two first requests make one customer.
    Emits   CustomerCreated when it is made.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        found = Customer.objects.filter(user_id=user.pk).first()
        if found is not None:
            return found
        first, last = split_name(user.name)
        customer = create_customer(
            new=NewCustomer(
                source=CustomerSource.SIGN_UP,
                first_name=first,
                last_name=last,
                email=normalize_email(user.email) or "",
                user_id=user.pk,
                locale=locale,
            ),
            by=by,
            at=at,
        )
    # The reverse side was perhaps looked up, and found missing, before.
    user._state.fields_cache.pop("customer", None)
    return customer


def verify_email(*, user: User, email: str, by: Context, at: datetime) -> Customer:
    """The user proved that this address is theirs.

    Records that carried it and nobody logs in to (guest orders, store enrolments, imports) become part of
    the customer. The upper apps hear of it and attach what was ordered under the address.

    Locks   the customers involved.
    Emits   CustomerEmailVerified, CustomersMerged for each record taken in.
    """
    with transaction.atomic():
        customer = ensure_customer_for_user(user=user, by=by, at=at)
        normal = normalize_email(email)
        if normal is None:
            return customer
        # The other records first, then ours, would be two orders of locks: take all at once, ascending.
        others = customer_ids_of_email(normal)
        locked = {row.pk: row for row in lock_rows(Customer.objects.filter(pk__in=[customer.pk, *others]))}
        merged = []
        for other in others:
            if locked[other].user_id is None and locked[other].merged_into_id is None:
                merge_customers(from_id=other, to_id=customer.pk, reason="confirmed the same email", by=by, at=at)
                merged.append(other)
        customer = Customer.objects.get(pk=customer.pk)
        if customer.email == normal and customer.email_verified_at is not None and not merged:
            return customer
        if Customer.objects.filter(email=normal, email_verified_at__isnull=False).exclude(pk=customer.pk).exists():
            logger.warning("an address is proven by two log-ins", extra={"customer": str(customer.pk)})
            return customer
        customer.email, customer.email_verified_at, customer.updated_at = normal, at, at
        customer.version += 1
        customer.save(update_fields=["email", "email_verified_at", "updated_at", "version"])
        add_identities(customer, at=at)
        Identity.objects.filter(customer=customer, kind=IdentityKind.EMAIL, value=normal).update(verified_at=at)
        record(CustomerEmailVerified(customer_id=customer.pk, email=normal, merged_ids=merged), by=by, at=at)
    return customer


def change_email(*, user: User, email: str, verified: bool, by: Context, at: datetime) -> Customer:
    """The log-in's first address is another one now.

    Emits   CustomerUpdated; CustomerEmailVerified when the new address is proven already.
    """
    with transaction.atomic():
        customer = ensure_customer_for_user(user=user, by=by, at=at)
        if verified:
            return verify_email(user=user, email=email, by=by, at=at)
        customer = lock_rows(Customer.objects.filter(pk=customer.pk)).get()
        customer.email, customer.email_verified_at = normalize_email(email) or "", None
        customer.version += 1
        customer.updated_at = at
        customer.save(update_fields=["email", "email_verified_at", "updated_at", "version"])
        record(CustomerUpdated(customer_id=customer.pk, fields=["email"]), by=by, at=at)
    return customer
