"""Who belongs on the platforms' lists: written down here, told to them by `syncing`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from campaigns.audiences.models import AudienceItem, Destination, Member
from campaigns.audiences.states import NO_ITEM_LEFT
from customers.models import Customer
from customers.queries.permission import Permission
from omnichannel.kernel.locks import lock_rows

NO_ADDRESS = "no email address or phone number to be found by"


@dataclass(frozen=True, slots=True)
class Wish:
    """Whether somebody belongs on a list, and if not, why."""

    is_wanted: bool
    reason: str


def plan_members(*, customer_ids: Sequence[UUID], permissions: Mapping[UUID, Permission], at: datetime) -> int:
    """Write down who of these customers belongs on which list; how many changed. Runs in the caller's transaction.

    A list is a platform's list of people: somebody with one item in the audience is on it, with none is not.
    Only those who said yes to advertising are ever on one.
    """
    destinations = list(Destination.objects.select_related("audience").order_by("pk"))
    if not destinations:
        return 0
    holding = set(
        AudienceItem.objects.filter(
            audience__in={each.audience_id for each in destinations}, customer__in=customer_ids, removed_at=None
        )
        .values_list("audience_id", "customer_id")
        .distinct()
    )
    standing = {
        (row.destination_id, row.customer_id): row
        for row in lock_rows(Member.objects.filter(destination__in=destinations, customer__in=customer_ids))
    }
    reachable = set(
        Customer.objects.filter(~Q(email="") | ~Q(phone=""), pk__in=customer_ids).values_list("pk", flat=True)
    )
    fresh, changed = [], []
    for destination in destinations:
        for customer_id in sorted(customer_ids):
            wish = _wish(destination, customer_id, holding, reachable, permissions[customer_id])
            row = standing.get((destination.pk, customer_id))
            if row is None:
                if wish.is_wanted or (destination.audience_id, customer_id) in holding:
                    fresh.append(
                        Member(
                            destination=destination,
                            customer_id=customer_id,
                            is_wanted=wish.is_wanted,
                            reason=wish.reason,
                            due_at=at,
                        )
                    )
            elif (row.is_wanted, row.reason) != (wish.is_wanted, wish.reason):
                row.is_wanted, row.reason, row.due_at, row.attempts = wish.is_wanted, wish.reason, at, 0
                changed.append(row)
    Member.objects.bulk_create(fresh, ignore_conflicts=True)
    if changed:
        Member.objects.bulk_update(changed, ["is_wanted", "reason", "due_at", "attempts"])
    return len(fresh) + len(changed)


def _wish(
    destination: Destination,
    customer_id: UUID,
    holding: set[tuple[UUID, UUID]],
    reachable: set[UUID],
    permission: Permission,
) -> Wish:
    if not destination.is_on:
        return Wish(False, "the destination is switched off")
    if (destination.audience_id, customer_id) not in holding:
        return Wish(False, NO_ITEM_LEFT)
    if not permission.allowed:
        return Wish(False, permission.reason)
    if customer_id not in reachable:
        return Wish(False, NO_ADDRESS)
    return Wish(True, "")
