"""What offers add to the house: one of each thing, and a good body for each write."""

from typing import Any

from campaigns.offers.services.batches import generate_codes
from omnichannel.kernel.clock import now
from tests.offers.world import STAFF, percent, publish, shared_code


def offering_ids() -> dict[str, str]:
    """A live offer with a code, and a batch of codes."""
    offer = publish("summer", percent("10"), by_code=True)
    batch = generate_codes(offer_id=offer.pk, name="Postcards", count=2, by=STAFF, at=now())
    return {
        "offer_id": str(offer.pk),
        "code_id": str(shared_code(offer, "SUMMER").pk),
        "batch_id": str(batch.pk),
    }


_DEFINITION = {"label": "10% off", "benefit": {"kind": "percent", "percent": "10"}, "by_code": True}
OFFERING_BODIES: dict[str, Any] = {
    "offers_create": {"key": "autumn", "name": "Autumn", "definition": _DEFINITION},
    "offers_change": {"name": "Late summer", "max_uses": 500},
    "offers_publish": {},
    "offers_set_status": {"status": "paused"},
    "offers_simulate": {"definition": _DEFINITION, "items": [{"sku": "SOCKS", "quantity": 2}]},
    "offers_simulate_one": {"items": [{"sku": "BELT", "quantity": 1}]},
    "offer_codes_create": {"code": "AUTUMN-10", "max_uses": 100},
}
