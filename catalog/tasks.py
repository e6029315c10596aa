"""What the catalogue does by the clock."""

from celery import shared_task

from catalog.services.documents import list_due, refresh_documents
from omnichannel.kernel.clock import now

BATCH = 200
# A sweep of a hundred thousand products at midnight is many short transactions, not a long one.
MOST_BATCHES = 250


@shared_task(name="catalog.refresh_documents")
def refresh_due_documents() -> int:
    """Make documents anew whose price has begun or ended, or that show something changed elsewhere."""
    refreshed = 0
    for _ in range(MOST_BATCHES):
        at = now()
        due = list_due(at=at, limit=BATCH)
        if not due:
            break
        refresh_documents(product_ids=due, at=at)
        refreshed += len(due)
    return refreshed
