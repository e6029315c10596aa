"""Celery entry points."""

from celery import shared_task

from campaigns.journeys.services.advancing import BATCH, advance_due
from omnichannel.kernel.clock import now


@shared_task(name="journeys.advance")
def advance() -> None:
    """Take everybody who is due a way on. Several at once share the work."""
    while advance_due(at=now()) == BATCH:
        pass
