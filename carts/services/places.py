"""Stores that a cart names: looked up once and kept with it, for tax, pickup and show."""

from typing import Any
from uuid import UUID

from carts.errors import FulfilmentIncomplete, StoreHasNoPickup, StoreUnknown
from carts.services.working import WorkingCart
from carts.states import FulfilmentKind
from omnichannel.kernel.errors import NotFound
from stores.queries import get_store


def require_place(
    cart: WorkingCart, kind: str, store: UUID | str | None, *, pointer: str = ""
) -> tuple[str, UUID | None]:
    """The kind with the id of its store, which is kept with the cart.

    store   id or code; ignored for shipping, the cart's own store when a till carries out.
    Raises  FulfilmentIncomplete, StoreUnknown, StoreHasNoPickup.
    """
    if kind in ("", FulfilmentKind.SHIP):
        return kind, None
    if store is None and kind == FulfilmentKind.CARRY_OUT:
        store = cart.store_id
    if store is None:
        raise FulfilmentIncomplete(pointer=f"{pointer}/store_id")
    place = find_place(cart, store)
    if place is None:
        raise StoreUnknown(pointer=f"{pointer}/store_id")
    if kind == FulfilmentKind.PICKUP and not place["pickup_enabled"]:
        raise StoreHasNoPickup(pointer=f"{pointer}/store_id", store=place["name"])
    return kind, UUID(place["id"])


def find_place(cart: WorkingCart, store: UUID | str) -> dict[str, Any] | None:
    """What the cart keeps of a store; one statement for one it does not know yet."""
    places = cart.fulfilment.setdefault("places", {})
    known: dict[str, Any] | None = next(
        (place for place in places.values() if str(store) in (place["id"], place["code"])), None
    )
    if known is not None:
        return known
    try:
        found = get_store(store)
    except NotFound:
        return None
    if not found.is_active:
        return None
    place: dict[str, Any] = {
        "id": str(found.id), "code": found.code, "name": found.name, "city": found.city, "region": found.region,
        "postal_code": found.postal_code, "country": found.country, "pickup_enabled": found.pickup_enabled,
    }  # fmt: skip
    places[place["id"]] = place
    return place
