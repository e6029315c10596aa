"""Sales and promises the ledger could not cover: somebody looks, and says what was found."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Conflict
from omnichannel.kernel.locks import lock_rows
from orders.facts import StockDiscrepancyOpened
from orders.models import StockDiscrepancy
from orders.services.live import publish_board
from orders.services.locking import lock_order
from orders.states import DiscrepancyState


def open_for_broken_promise(
    *, order_id: UUID, store_id: UUID, variant_id: UUID, missing: int, reason: str, by: Context, at: datetime
) -> StockDiscrepancy | None:
    """Units promised to an order are not there any more: staff are told, and decide. Once for each number missing.

    missing  units that the promise lacks now, all changes together.
    Locks    the order.
    Emits    StockDiscrepancyOpened.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        row, _ = StockDiscrepancy.objects.get_or_create(
            order=order, store_id=store_id, variant_id=variant_id, defaults={"missing": 0, "created_at": at}
        )
        if row.missing == missing or missing == 0:
            return None
        row.missing, row.state, row.resolved_at = missing, DiscrepancyState.OPEN, None
        row.note = f"A promised unit was taken: {reason}"[:300]
        row.save(update_fields=["missing", "state", "note", "resolved_at"])
        record(
            StockDiscrepancyOpened(
                order_id=order.id,
                number=order.number,
                customer_id=order.customer_id,
                store_id=store_id,
                variant_id=variant_id,
                missing=missing,
            ),
            by=by,
            at=at,
        )
        publish_board([store_id], at=at)
    return row


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
