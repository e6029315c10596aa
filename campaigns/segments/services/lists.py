"""Lists of customers put together elsewhere: uploaded, added to, taken from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from campaigns.segments.errors import ListUnreadable, SegmentHasARule, SegmentNotFound
from campaigns.segments.models import ListMember, Segment
from campaigns.segments.rules.uploads import read_list
from campaigns.segments.services.membership import lock_live, refresh_customers
from campaigns.segments.states import SegmentKind
from customers.models import Customer
from omnichannel.kernel.context import Context


@dataclass(frozen=True, slots=True)
class Unknown:
    line: int
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class ListReport:
    """`unknown`: lines that name nobody, or more than one."""

    added: int
    already: int
    removed: int
    unknown: tuple[Unknown, ...]


def upload_list(*, segment_id: UUID, content: bytes, replace: bool = False, by: Context, at: datetime) -> ListReport:
    """Put everyone of a file on the list: a line each, or the first column of a CSV, as email, number or id.

    replace  who is not in the file is taken off.
    Locks    the segment.
    Emits    SegmentEntered, SegmentLeft.
    Raises   ListUnreadable, SegmentNotFound, SegmentHasARule.
    """
    lines = read_list(content)
    if lines is None:
        raise ListUnreadable()
    found, unknown = _find_people([value for _, value in lines])
    report = tuple(Unknown(line, value, unknown[value]) for line, value in lines if value in unknown)
    with transaction.atomic():
        segment = _list(segment_id)
        held = set(ListMember.objects.filter(segment=segment).values_list("customer_id", flat=True))
        gone = sorted(held - found) if replace else []
        fresh = sorted(found - held)
        _write(segment, fresh, gone, by, at)
    return ListReport(len(fresh), len(found & held), len(gone), report)


def change_list(
    *, segment_id: UUID, add: Sequence[UUID] = (), remove: Sequence[UUID] = (), by: Context, at: datetime
) -> ListReport:
    """Add and remove customers by id. Locks the segment. Raises SegmentNotFound, SegmentHasARule."""
    with transaction.atomic():
        segment = _list(segment_id)
        known = set(Customer.objects.filter(pk__in=add, merged_into=None).values_list("pk", flat=True))
        held = set(
            ListMember.objects.filter(segment=segment, customer_id__in=[*add, *remove]).values_list(
                "customer_id", flat=True
            )
        )
        fresh, gone = sorted(known - held), sorted(held & set(remove))
        _write(segment, fresh, gone, by, at)
    unknown = tuple(
        Unknown(n + 1, str(pk), "There is no such customer.") for n, pk in enumerate(add) if pk not in known
    )
    return ListReport(len(fresh), len(known & held), len(gone), unknown)


def _list(segment_id: UUID) -> Segment:
    found = lock_live([segment_id])
    if not found:
        raise SegmentNotFound()
    if found[0].kind != SegmentKind.LIST:
        raise SegmentHasARule()
    return found[0]


def _write(segment: Segment, fresh: Sequence[UUID], gone: Sequence[UUID], by: Context, at: datetime) -> None:
    ListMember.objects.bulk_create(
        (ListMember(segment=segment, customer_id=pk, added_by=by.actor, added_at=at) for pk in fresh), batch_size=5_000
    )
    ListMember.objects.filter(segment=segment, customer_id__in=gone).delete()
    refresh_customers(segment=segment, customer_ids=[*fresh, *gone], how="rule", at=at, by=by)
    Segment.objects.filter(pk=segment.pk).update(counted_at=at)


def _find_people(values: Sequence[str]) -> tuple[set[UUID], dict[str, str]]:
    """Customers by id, number or email; an email that several carry is the one's that proved it."""
    ids = {value for value in values if _is_uuid(value)}
    words = {value for value in values if value not in ids}
    rows = Customer.objects.filter(merged_into=None).filter(
        Q(pk__in=ids) | Q(number__in={word.upper() for word in words}) | Q(email__in={word.lower() for word in words})
    )
    by_word: dict[str, list[tuple[bool, UUID]]] = {}
    for pk, number, email, proven in rows.values_list("pk", "number", "email", "email_verified_at"):
        for word in {str(pk), number.lower(), email} - {""}:
            by_word.setdefault(word, []).append((proven is not None, pk))
    found: set[UUID] = set()
    unknown: dict[str, str] = {}
    for value in values:
        named = by_word.get(value.lower(), [])
        best = [pk for proven, pk in named if proven] or [pk for _, pk in named]
        if len(best) == 1:
            found.add(best[0])
        else:
            unknown[value] = "Several customers carry it." if best else "There is no such customer."
    return found, unknown


def _is_uuid(value: str) -> bool:
    try:
        return len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False
