"""Celery entry points."""

from uuid import UUID

from celery import shared_task

from campaigns.segments.services import membership
from omnichannel.kernel.clock import now


@shared_task(name="segments.tick")
def tick() -> None:
    """Time windows end without an event."""
    membership.tick(at=now())


@shared_task(name="segments.build_due")
def build_due() -> None:
    """Build what was saved, were the message about it lost; sweep what is due."""
    membership.build_due(at=now())


@shared_task(name="segments.build")
def build(segment_id: str) -> None:
    membership.build_segment(segment_id=UUID(segment_id), at=now())
