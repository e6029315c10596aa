"""Celery entry points."""

from celery import shared_task

from campaigns.journeys.services.advancing import BATCH, advance_due
from campaigns.journeys.services.striking import strike as let_in_by_the_clock
from omnichannel.kernel.clock import now


@shared_task(name="journeys.advance")
def advance() -> None:
    """Take everybody who is due a way on. Several at once share the work."""
    while advance_due(at=now()) == BATCH:
        pass


@shared_task(name="journeys.strike")
def strike() -> None:
    """Let people in whom a schedule brings."""
    let_in_by_the_clock(at=now())
