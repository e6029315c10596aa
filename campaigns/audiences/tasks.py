"""Celery entry points."""

from uuid import UUID

from celery import shared_task
from django.db import transaction

from campaigns.audiences.services import rebuilding, sending, syncing
from omnichannel.kernel.clock import now


@shared_task(name="audiences.send_due")
def send_due() -> None:
    """Send until nothing is due. Several at once share the work."""
    while sending.send_due_conversions(at=now()) >= sending.BATCH:
        pass
    while syncing.sync_due_members(at=now()) >= syncing.BATCH:
        pass


@shared_task(name="audiences.tick")
def tick() -> None:
    """What only the clock and the shelf tell."""
    with transaction.atomic(durable=True):
        rebuilding.close_windows(at=now())
    with transaction.atomic(durable=True):
        rebuilding.follow_stock(at=now())


@shared_task(name="audiences.rebuild")
def rebuild(audience_id: str) -> None:
    with transaction.atomic(durable=True):
        rebuilding.rebuild_audience(audience_id=UUID(audience_id), at=now())
    send_due()


@shared_task(name="audiences.purge")
def purge() -> None:
    rebuilding.purge_calls(at=now())
