"""Stores to show: few, read often."""

from uuid import UUID

from django.db.models import QuerySet

from omnichannel.kernel.errors import NotFound
from stores.models import Store


def get_store(store: UUID | str) -> Store:
    """By id, or by code. Raises NotFound."""
    wanted = {"id": store} if isinstance(store, UUID) else {"code": store}
    found = Store.objects.filter(**wanted).first()
    if found is None:
        raise NotFound()
    return found


def list_stores() -> QuerySet[Store]:
    """Active stores, by name."""
    return Store.objects.filter(is_active=True)
