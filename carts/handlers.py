"""What carts do when something happened elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from carts.services.repricing import expire_prices
from omnichannel.events.ports import RecordedEvent
from omnichannel.kernel.clock import now


def reprice_on_price_change(events: Sequence[RecordedEvent]) -> None:
    """Carts that hold a variant whose price changed are priced again when they are next read.

    A price that begins later ends the document then, not now: the next read finds it by `priced_until`.
    """
    at = now()
    begun = {UUID(str(event.data["variant_id"])) for event in events if _has_begun(event, at)}
    if begun:
        expire_prices(variant_ids=sorted(begun), at=at)
    for event in events:
        if not _has_begun(event, at):
            expire_prices(
                variant_ids=[UUID(str(event.data["variant_id"]))],
                at=datetime.fromisoformat(str(event.data["valid_from"])),
            )


def _has_begun(event: RecordedEvent, at: datetime) -> bool:
    starts = event.data.get("valid_from")
    return not starts or datetime.fromisoformat(str(starts)) <= at
