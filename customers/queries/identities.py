"""What people are known by. Events carry an identity's id; this says whose it is."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from customers.models import Identity


def identity_ids_of(customer_id: UUID) -> list[UUID]:
    """All that leads to a customer; their own identity has their own id."""
    return list(Identity.objects.filter(customer_id=customer_id).values_list("pk", flat=True))


def owners_of(identity_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The customer behind each identity; those of strangers are absent. One statement."""
    rows = Identity.objects.filter(pk__in=identity_ids, customer__isnull=False)
    return {pk: owner for pk, owner in rows.values_list("pk", "customer_id") if owner is not None}


def list_identities(customer_id: UUID) -> QuerySet[Identity]:
    return Identity.objects.filter(customer_id=customer_id).order_by("kind", "created_at", "pk")
