"""What social posts do when something happened elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from campaigns.social.services.rights import withdraw_photos
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM


def hide_photos(events: Sequence[RecordedEvent]) -> None:
    """Who takes back their yes to showing photos sees them gone from the shop."""
    for event in events:
        if event.data.get("purpose") == "photos":
            withdraw_photos(customer_id=UUID(str(event.data["customer_id"])), by=SYSTEM, at=now())
