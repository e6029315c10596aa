"""Who an event is about, and what they did."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.journeys.rules.conditions import holds
from customers.models import Customer, Identity
from omnichannel.brand.models import BrandKit
from omnichannel.events.models import Event
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import recorded
from omnichannel.events.states import EventKind
from omnichannel.kernel.ids import uuid7_floor

# Identities of people merged into others lead to the one that stays.
_PEOPLE = """
SELECT i.id, COALESCE(c.merged_into_id, c.id)
  FROM customers_identity i JOIN customers_customer c ON c.id = i.customer_id
 WHERE i.id = ANY(%s)
UNION
SELECT c.id, COALESCE(c.merged_into_id, c.id) FROM customers_customer c WHERE c.id = ANY(%s)
"""


def people_of(events: Iterable[RecordedEvent]) -> dict[UUID, UUID]:
    """Customer by identity id, for those events that are about a known person. One statement."""
    ids = list({event.identity_id for event in events if event.identity_id is not None})
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [ids, ids])
        return dict(cursor.fetchall())


def event_holds(event: RecordedEvent, where: Sequence[Mapping[str, Any]]) -> bool:
    own = {
        "channel": event.channel,
        "store_id": str(event.store_id) if event.store_id else None,
        "associate_id": str(event.associate_id) if event.associate_id else None,
        "actor": event.actor,
        "context": event.context,
    }
    return holds(where, data=event.data, own=own)


def find_event_since(
    *, customer_id: UUID, names: Iterable[str], since: datetime, after_id: UUID, until: datetime
) -> list[RecordedEvent]:
    """What they did under one of these names from `since` to `until`, recorded after `after_id`, oldest first."""
    identities = Identity.objects.filter(customer_id=customer_id).values_list("pk", flat=True)
    rows = (
        Event.objects.filter(
            identity_id__in=[customer_id, *identities],
            name__in=list(names),
            occurred_at__gte=since,
            occurred_at__lte=until,
            id__gt=max(after_id, uuid7_floor(since)),
        )
        .exclude(kind=EventKind.ECHO)
        .order_by("occurred_at", "id")[:200]
    )
    return [recorded(row) for row in rows]


def zone_of_customer(customer_id: UUID) -> str:
    """The customer's own time zone, the house's where we do not know it."""
    zone = Customer.objects.filter(pk=customer_id).values_list("time_zone", flat=True).first()
    return zone or BrandKit.objects.values_list("time_zone", flat=True).first() or "UTC"
