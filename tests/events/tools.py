"""Running deliveries inside a test, as relay and worker would."""

from omnichannel.events.models import Delivery
from omnichannel.events.services import deliver_due
from omnichannel.events.states import DeliveryState


def deliver_twice() -> None:
    """Deliver everything that is due, then every one of those facts once more (at least once means that)."""
    seen: dict[int, Delivery] = {}
    while due := list(Delivery.objects.filter(state=DeliveryState.DUE).exclude(pk__in=seen)):
        seen |= {row.pk: row for row in due}
        deliver_due()
    Delivery.objects.bulk_create(
        [
            Delivery(handler=row.handler, queue=row.queue, event_ids=row.event_ids, due_at=row.created_at)
            for row in seen.values()
        ]
    )
    deliver_due()
