"""The store that is theirs, and the pop-up they might come to."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from django.db import connection

from campaigns.messages.queries.words import Words
from customers.models import Address
from stores.models import Store
from stores.queries.places import list_stores
from stores.states import StoreKind

_LAST_STORE = """
SELECT c.id, o.store_id
  FROM unnest(%(customers)s::uuid[]) AS c (id)
  JOIN LATERAL (SELECT store_id FROM orders_order
                 WHERE customer_id = c.id AND store_id IS NOT NULL ORDER BY placed_at DESC LIMIT 1) o ON true
"""


def list_own_stores(customer_ids: Sequence[UUID], words: Mapping[UUID, Words]) -> dict[UUID, dict[str, Any]]:
    """Where they bought last, else a shop in their town or region."""
    shops = list(list_stores().filter(kind=StoreKind.SHOP))
    with connection.cursor() as cursor:
        cursor.execute(_LAST_STORE, {"customers": list(customer_ids)})
        visited: dict[UUID, UUID] = dict(cursor.fetchall())
    homes = _homes(customer_ids)
    by_id = {store.pk: store for store in shops}
    found: dict[UUID, dict[str, Any]] = {}
    for customer_id in customer_ids:
        store = by_id.get(visited[customer_id]) if customer_id in visited else None
        store = store or _nearest(shops, homes.get(customer_id))
        if store is not None:
            found[customer_id] = show_store(store, words[customer_id])
    return found


def list_popups(
    customer_ids: Sequence[UUID], words: Mapping[UUID, Words], *, at: datetime
) -> dict[UUID, dict[str, Any]]:
    """The pop-up that is on or comes next, in their region where there is one."""
    popups = sorted(
        list_stores().filter(kind=StoreKind.POPUP, closes_on__gte=at.date()),
        key=lambda store: store.opens_on or at.date(),
    )
    if not popups:
        return {}
    homes = _homes(customer_ids)
    return {
        customer_id: show_store(_nearest(popups, homes.get(customer_id)) or popups[0], words[customer_id])
        for customer_id in customer_ids
    }


def show_store(store: Store, reader: Words) -> dict[str, Any]:
    town = " ".join(part for part in (store.region, store.postal_code) if part)
    return {
        "id": str(store.pk),
        "name": store.name,
        "city": store.city,
        "address": ", ".join(part for part in (store.line1, store.city, town) if part),
        "phone": store.phone,
        "from": _day(store.opens_on, reader),
        "until": _day(store.closes_on, reader),
    }


def _day(day: Any, reader: Words) -> str:
    return str(format_date(day, format="long", locale=reader.locale)) if day else ""


def _homes(customer_ids: Sequence[UUID]) -> dict[UUID, Address]:
    rows = Address.objects.filter(customer_id__in=customer_ids).order_by("customer_id", "is_default", "-id")
    return {row.customer_id: row for row in rows}


def _nearest(stores: Sequence[Store], home: Address | None) -> Store | None:
    """In their town, else in their region: their addresses have no coordinates."""
    if home is None:
        return None
    for same in (
        lambda store: store.city.lower() == home.city.lower() and store.country == home.country,
        lambda store: bool(home.region) and store.region == home.region and store.country == home.country,
    ):
        if (found := next((store for store in stores if same(store)), None)) is not None:
            return found
    return None
