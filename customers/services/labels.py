"""Derived marks on customers: written by upper apps, read by lower ones at pricing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from customers.models import Label


def set_label(*, customer_id: UUID, kind: str, key: str, value: Any = None, reason: str = "", at: datetime) -> Label:
    """Open a mark; one that is open with the same value stays, with another value it ends now and a new one begins."""
    with transaction.atomic():
        held = (
            Label.objects.select_for_update()
            .filter(customer_id=customer_id, kind=kind, key=key, valid_until=None)
            .first()
        )
        if held is not None and held.value == value:
            return held
        if held is not None:
            held.valid_until = at
            held.save(update_fields=["valid_until"])
        return Label.objects.create(
            customer_id=customer_id, kind=kind, key=key, value=value, valid_from=at, reason=reason[:300]
        )


def end_label(*, customer_id: UUID, kind: str, key: str, at: datetime) -> bool:
    """End an open mark; False when there was none."""
    return bool(
        Label.objects.filter(customer_id=customer_id, kind=kind, key=key, valid_until=None).update(valid_until=at)
    )


def set_members(
    *, kind: str, key: str, customer_ids: Sequence[UUID], reason: str = "", at: datetime
) -> tuple[int, int]:
    """Make exactly these customers carry a mark: (entered, left). Three statements, whatever their number."""
    with transaction.atomic():
        held = set(Label.objects.filter(kind=kind, key=key, valid_until=None).values_list("customer_id", flat=True))
        wanted = set(customer_ids)
        left = Label.objects.filter(kind=kind, key=key, valid_until=None, customer_id__in=held - wanted).update(
            valid_until=at
        )
        fresh = [
            Label(customer_id=customer_id, kind=kind, key=key, valid_from=at, reason=reason[:300])
            for customer_id in sorted(wanted - held)
        ]
        Label.objects.bulk_create(fresh, batch_size=5_000)
    return len(fresh), left
