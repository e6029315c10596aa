"""Levels and movements to show."""

from uuid import UUID

from django.db.models import QuerySet

from stores.models import HoldLine, StockLevel, StockMovement


def list_levels(*, store_id: UUID | None = None, sku: str = "") -> QuerySet[StockLevel]:
    """Levels with their store and variant."""
    rows = StockLevel.objects.select_related("store", "variant")
    if store_id:
        rows = rows.filter(store_id=store_id)
    return rows.filter(variant__sku=sku) if sku else rows


def list_broken_units(hold_id: UUID) -> dict[UUID, int]:
    """Units by variant that were taken from a promise and that nobody has given up since."""
    return dict(HoldLine.objects.filter(hold_id=hold_id, broken__gt=0).values_list("variant_id", "broken"))


def list_movements(*, store_id: UUID | None = None, sku: str = "") -> QuerySet[StockMovement]:
    """The ledger with its stores and variants."""
    rows = StockMovement.objects.select_related("store", "variant")
    if store_id:
        rows = rows.filter(store_id=store_id)
    return rows.filter(variant__sku=sku) if sku else rows
