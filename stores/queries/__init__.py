"""Reads of places and stock: `get_*` raises, `find_*` answers None, `list_*` lists."""

from stores.queries.availability import (
    Availability,
    AvailabilityQuery,
    StoreAvailability,
    find_availability,
    list_availability,
    page_availability,
)
from stores.queries.levels import list_available_to_sell, list_shipping_stock
from stores.queries.places import get_store, list_stores
from stores.queries.promises import list_pickup_promises

__all__ = [
    "Availability",
    "AvailabilityQuery",
    "StoreAvailability",
    "find_availability",
    "get_store",
    "list_availability",
    "list_available_to_sell",
    "list_pickup_promises",
    "list_shipping_stock",
    "list_stores",
    "page_availability",
]
