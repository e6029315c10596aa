"""Lists on the platforms made as they are wanted: people added and taken off, outside any transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from campaigns.audiences.models import Destination, Member
from campaigns.audiences.ports import AdPlatform, Person, ad_platforms
from campaigns.audiences.rules.backoff import retry_after
from campaigns.audiences.services.calls import keep_call
from campaigns.audiences.services.sending import LEASE
from campaigns.audiences.states import CallKind
from customers.queries.permission import list_permissions

BATCH = 500


def sync_due_members(*, at: datetime) -> int:
    """Tell each platform who comes on and who goes off; how many were taken on."""
    taken = 0
    for destination in Destination.objects.select_related("audience").order_by("pk"):
        platform = ad_platforms.find(destination.platform)
        if platform is not None and platform.is_connected:
            taken += _sync(destination, platform, at=at)
    return taken


def _sync(destination: Destination, platform: AdPlatform, *, at: datetime) -> int:
    rows = _claim(destination, at=at)
    if not rows:
        return 0
    if not destination.remote_id and not _create(destination, platform, rows, at=at):
        return len(rows)
    off = [row for row in rows if not row.is_wanted]
    ids = sorted({row.customer_id for row in rows if row.is_wanted and row.customer_id})
    permissions = list_permissions(ids, channel="ads", purpose="advertising", at=at)
    # Asked once more: somebody may have said no since it was written down.
    on = [row for row in rows if row.is_wanted and row.customer_id and permissions[row.customer_id].allowed]
    _tell(destination, platform, CallKind.REMOVE, off, at=at)
    _tell(destination, platform, CallKind.ADD, on, at=at)
    return len(rows)


def _claim(destination: Destination, *, at: datetime) -> list[Member]:
    with transaction.atomic():
        rows = list(
            Member.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
            .filter(~Q(is_wanted=F("is_there")), destination=destination, due_at__lte=at)
            .select_related("customer")
            .order_by("due_at", "id")[:BATCH]
        )
        Member.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=at + LEASE)
    return rows


def _create(destination: Destination, platform: AdPlatform, rows: Sequence[Member], *, at: datetime) -> bool:
    answer = platform.create_list(destination.audience.name)
    keep_call(
        platform=destination.platform, kind=CallKind.CREATE, rows=1, answer=answer, at=at, destination=destination
    )
    if answer.is_ok and answer.remote_id:
        # Another sender may have made one in the meantime: everybody goes on the first, this one stays empty. On two
        # lists somebody would be taken off one and stay on the other.
        fresh = Destination.objects.filter(pk=destination.pk)
        fresh.filter(remote_id="").update(remote_id=answer.remote_id, last_error="")
        destination.remote_id = fresh.values_list("remote_id", flat=True).get()
        return True
    _postpone(destination, rows, answer.error, at=at)
    return False


def _tell(
    destination: Destination, platform: AdPlatform, kind: CallKind, rows: Sequence[Member], *, at: datetime
) -> None:
    """One call for all; what it did is written down row by row, with the hashes that were sent."""
    named: list[tuple[Member, list[str]]] = []
    for row in rows:
        person = _person(row)
        identifiers = row.identifiers if kind == CallKind.REMOVE else (platform.identify(person) if person else [])
        if identifiers:
            named.append((row, identifiers))
        elif kind == CallKind.REMOVE:
            Member.objects.filter(pk=row.pk).update(is_there=False, changed_at=at)
    if not named:
        return
    call = platform.add_people if kind == CallKind.ADD else platform.remove_people
    answer = call(destination.remote_id, [identifiers for _, identifiers in named])
    keep_call(platform=destination.platform, kind=kind, rows=len(named), answer=answer, at=at, destination=destination)
    if not answer.is_ok:
        _postpone(destination, [row for row, _ in named], answer.error, at=at)
        return
    for row, identifiers in named:
        Member.objects.filter(pk=row.pk).update(
            is_there=kind == CallKind.ADD,
            identifiers=identifiers if kind == CallKind.ADD else [],
            attempts=0,
            changed_at=at,
            # Wanted otherwise in the meantime: at once again, not after the lease.
            due_at=at,
        )
    Destination.objects.filter(pk=destination.pk).update(last_sync_at=at, last_error="")


def _postpone(destination: Destination, rows: Sequence[Member], error: str, *, at: datetime) -> None:
    """Tried again, in the end every hour: whoever asked to be taken off is never given up."""
    for row in rows:
        wait = retry_after(row.attempts + 1) or timedelta(hours=1)
        Member.objects.filter(pk=row.pk).update(attempts=min(row.attempts + 1, 1_000), due_at=at + wait)
    Destination.objects.filter(pk=destination.pk).update(last_error=error[:300])


def _person(row: Member) -> Person | None:
    customer = row.customer
    if customer is None:
        return None
    return Person(
        customer_id=customer.pk,
        email=customer.email,
        phone=customer.phone,
        first_name=customer.first_name,
        last_name=customer.last_name,
    )
