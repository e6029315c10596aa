"""Paths and the rows behind their figures."""

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from insights.errors import PathNotFound
from insights.models import Credit, Path, Touch


def get_path(order_id: UUID) -> Path:
    """One path with its touches and their credits: three statements. Raises PathNotFound."""
    found = (
        Path.objects.filter(pk=order_id)
        .select_related("order")
        .prefetch_related(Prefetch("touches", Touch.objects.order_by("position").prefetch_related("credits")))
        .first()
    )
    if found is None:
        raise PathNotFound()
    return found


def list_paths(
    *, customer_id: UUID | None = None, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Path]:
    rows = Path.objects.select_related("order")
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if since is not None:
        rows = rows.filter(converted_at__gte=since)
    if until is not None:
        rows = rows.filter(converted_at__lt=until)
    return rows


def list_credits(
    *, kind: str, source: str, campaign: str, model: str, since: datetime, until: datetime
) -> QuerySet[Credit]:
    """The credits behind one figure of the attribution table."""
    return Credit.objects.filter(
        model=model, touch__kind=kind, touch__source=source, touch__campaign=campaign,
        path__converted_at__gte=since, path__converted_at__lt=until,
    ).select_related("touch", "path__order__customer")  # fmt: skip
