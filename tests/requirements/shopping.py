"""What Suzie buys, as the till's own system reports it through the API."""

from typing import Any
from uuid import uuid4

from catalog.models import Variant
from omnichannel.kernel.clock import now
from tests.requirements.world import World, said
from tests.stores.fixtures import key_api


def buy(world: World, variant: Variant, price: int = 4_000) -> dict[str, Any]:
    sale = {
        "source": "old_till", "external_id": str(uuid4()), "placed_at": now().isoformat(), "channel": "pos",
        "customer_id": str(world.suzie.pk), "store_id": str(world.harbour.pk), "payment_method": "Cash",
        "lines": [{"sku": variant.sku, "quantity": 1, "unit_price_minor": price}],
        "total": {"amount_minor": price, "currency": "USD"},
    }  # fmt: skip
    return said(key_api("orders:write").post_json("/orders/record", sale), 201)  # type: ignore[no-any-return]
