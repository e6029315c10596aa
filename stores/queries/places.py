"""Stores to show: few, read often."""

from uuid import UUID

from django.db.models import QuerySet

from omnichannel.kernel.errors import NotFound
from stores.models import Store


def get_store(store: UUID | str) -> Store:
    """By id (also as text), or by code. Raises NotFound."""
    try:
        key: UUID | None = UUID(str(store))
    except ValueError:
        key = None
    found = (Store.objects.filter(id=key) if key else Store.objects.filter(code=str(store))).first()
    if found is None:
        raise NotFound()
    return found


def list_stores() -> QuerySet[Store]:
    """Active stores, by name."""
    return Store.objects.filter(is_active=True)
