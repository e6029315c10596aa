"""Two records that turn out to be one person become one, and can be taken apart again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.errors import CustomerNotFound, MergeRefused
from customers.facts import CustomerMergeUndone, CustomersMerged
from customers.models import Customer, Merge
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows
from omnichannel.kernel.personal_data import personal_data


def merge_customers(*, from_id: UUID, to_id: UUID, reason: str, by: Context, at: datetime) -> Merge:
    """Move everything of one customer to another. `merged_into` stays and look-ups follow it.

    Locks   both customers first, ascending; each app locks its own rows after.
    Emits   CustomersMerged.
    Raises  MergeRefused (the same one, merged already, both with a log-in), CustomerNotFound.
    """
    with transaction.atomic():
        both = {customer.pk: customer for customer in lock_rows(Customer.objects.filter(pk__in=[from_id, to_id]))}
        if from_id == to_id:
            raise MergeRefused(reason="same")
        if len(both) != 2:
            raise CustomerNotFound()
        loser, winner = both[from_id], both[to_id]
        if loser.merged_into_id or winner.merged_into_id:
            raise MergeRefused(reason="merged_already")
        if loser.user_id is not None:
            raise MergeRefused(reason="has_log_in")
        merge = Merge.objects.create(
            from_customer=loser, to_customer=winner, reason=reason, actor=by.actor, at=at,
            moved={"email_verified_at": loser.email_verified_at.isoformat() if loser.email_verified_at else None},
        )  # fmt: skip
        # Cleared before anything else: one proven owner of an address at a time.
        loser.merged_into, loser.email_verified_at, loser.updated_at = winner, None, at
        loser.version += 1
        loser.save(update_fields=["merged_into", "email_verified_at", "updated_at", "version"])
        moved: dict[str, int] = {}
        for provider in personal_data:
            report = provider.move(from_id=from_id, to_id=to_id, merge_id=merge.id)
            moved |= report.moved
        _fill_gaps(winner, loser, at=at)
        record(CustomersMerged(customer_id=to_id, from_id=from_id, merge_id=merge.id, moved=moved), by=by, at=at)
    return merge


def undo_merge(*, merge_id: UUID, by: Context, at: datetime) -> Merge:
    """Give back exactly what the merge moved.

    Locks   both customers.
    Emits   CustomerMergeUndone.
    Raises  CustomerNotFound, MergeRefused when it was undone before.
    """
    with transaction.atomic():
        merge = Merge.objects.filter(pk=merge_id).first()
        if merge is None:
            raise CustomerNotFound()
        list(lock_rows(Customer.objects.filter(pk__in=[merge.from_customer_id, merge.to_customer_id])))
        merge.refresh_from_db()
        if merge.undone_at is not None:
            raise MergeRefused(reason="undone_already")
        for provider in personal_data:
            provider.restore(merge_id=merge.id)
        Customer.objects.filter(pk=merge.from_customer_id).update(merged_into=None, updated_at=at)
        merge.undone_at = at
        merge.save(update_fields=["undone_at"])
        record(
            CustomerMergeUndone(customer_id=merge.to_customer_id, from_id=merge.from_customer_id, merge_id=merge.id),
            by=by,
            at=at,
        )
    return merge


def _fill_gaps(winner: Customer, loser: Customer, *, at: datetime) -> None:
    """The winner's own words stand; where it has none, the other's are taken."""
    gaps = [
        name
        for name in ("first_name", "last_name", "phone", "locale", "time_zone", "currency", "note")
        if not getattr(winner, name)
    ]
    for name in gaps:
        setattr(winner, name, getattr(loser, name))
    winner.version += 1
    winner.updated_at = at
    winner.save(update_fields=[*gaps, "version", "updated_at"])
