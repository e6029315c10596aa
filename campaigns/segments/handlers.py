"""What this app does when something happened to a customer: asks the rules it may matter to again, of them alone."""

from collections.abc import Sequence
from uuid import UUID

from campaigns.segments.models import Segment
from campaigns.segments.rules.watching import names_matching
from campaigns.segments.services.membership import lock_live, refresh_customers
from campaigns.segments.states import SegmentState
from customers.models import Identity
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now

#: Every fact and every tracked event: any of them may stand in a rule.
FACTS = ("*",)
_PEOPLE = ("customer_id", "from_id")


def follow(events: Sequence[RecordedEvent]) -> None:
    counted = [event for event in events if event.kind != "echo"]
    watching = _watching({event.name for event in counted})
    if not watching:
        return
    people = _people(counted)
    at = now()
    for segment in lock_live(list(watching)):
        names = watching[segment.pk]
        touched = {
            customer_id
            for event in counted
            if names.intersection(names_matching({event.name}))
            for customer_id in people[event.id]
        }
        if touched:
            refresh_customers(segment=segment, customer_ids=list(touched), how="event", at=at)


def _watching(names: set[str]) -> dict[UUID, set[str]]:
    """The live segments whose rules name one of these facts, with all the names they watch."""
    rows = Segment.objects.filter(state=SegmentState.LIVE, watches__overlap=names_matching(names))
    return {pk: set(watches) for pk, watches in rows.values_list("pk", "watches")}


def _people(events: Sequence[RecordedEvent]) -> dict[UUID, set[UUID]]:
    """Whom each event is about: who its identity belongs to by now, and the customers it names."""
    identities = {event.identity_id for event in events if event.identity_id is not None}
    owners = dict(Identity.objects.filter(pk__in=identities, customer__isnull=False).values_list("pk", "customer_id"))
    found: dict[UUID, set[UUID]] = {}
    for event in events:
        named = {UUID(event.data[name]) for name in _PEOPLE if _is_id(event, name)}
        owner = owners.get(event.identity_id) if event.identity_id is not None else None
        found[event.id] = named | ({owner} if owner is not None else set())
    return found


def _is_id(event: RecordedEvent, name: str) -> bool:
    """Facts of ours name customers by id; what a tracker sends under the same name is only its word."""
    return event.kind == "domain" and isinstance(event.data, dict) and isinstance(event.data.get(name), str)
