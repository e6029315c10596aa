"""Sales the ledger could not cover: somebody looks, and says what was found."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Conflict
from omnichannel.kernel.locks import lock_rows
from orders.models import StockDiscrepancy
from orders.states import DiscrepancyState


def resolve_discrepancy(*, discrepancy_id: UUID, note: str, by: Context, at: datetime) -> StockDiscrepancy:
    """Close one. The shelf itself is put right through the stock ledger.

    Locks   the discrepancy.
    Raises  Conflict when it is closed already.
    """
    with transaction.atomic():
        row = lock_rows(StockDiscrepancy.objects.filter(pk=discrepancy_id)).get()
        if row.state != DiscrepancyState.OPEN:
            raise Conflict("discrepancy_resolved", "This was resolved already.")
        row.state, row.note, row.resolved_at = DiscrepancyState.RESOLVED, f"{note} ({by.actor})"[:300], at
        row.save(update_fields=["state", "note", "resolved_at"])
    return row
