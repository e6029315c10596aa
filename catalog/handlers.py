"""What the catalogue does when a product changed: those that show it as related show it anew."""

from collections.abc import Sequence
from uuid import UUID

from catalog.models import ProductRelation
from catalog.services.documents import mark_stale
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now


def refresh_related(events: Sequence[RecordedEvent]) -> None:
    """Mark the documents of products that are related to the changed ones. Repeating it costs a refresh, nothing else."""
    changed = {UUID(event.data["product_id"]) for event in events}
    showing = set(ProductRelation.objects.filter(related__in=changed).values_list("product_id", flat=True))
    if showing:
        mark_stale(product_ids=showing, at=now())
