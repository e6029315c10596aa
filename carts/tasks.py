"""Celery entry points of carts."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from carts.services.abandoning import record_abandoned
from omnichannel.kernel.clock import now

BATCH = 500


@shared_task(name="carts.record_abandoned")
def record_abandoned_carts() -> None:
    """Record carts that have rested longer than `CART_ABANDONED_AFTER_MINUTES`."""
    after = timedelta(minutes=settings.CART_ABANDONED_AFTER_MINUTES)
    while record_abandoned(at=now(), after=after, limit=BATCH) == BATCH:
        pass
