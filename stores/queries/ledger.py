"""Levels and movements to show."""

from uuid import UUID

from django.db.models import QuerySet

from stores.models import StockLevel, StockMovement


def list_levels(*, store_id: UUID | None = None, sku: str = "") -> QuerySet[StockLevel]:
    """Levels with their store and variant."""
    rows = StockLevel.objects.select_related("store", "variant")
    if store_id:
        rows = rows.filter(store_id=store_id)
    return rows.filter(variant__sku=sku) if sku else rows


def list_movements(*, store_id: UUID | None = None, sku: str = "") -> QuerySet[StockMovement]:
    """The ledger with its stores and variants."""
    rows = StockMovement.objects.select_related("store", "variant")
    if store_id:
        rows = rows.filter(store_id=store_id)
    return rows.filter(variant__sku=sku) if sku else rows
