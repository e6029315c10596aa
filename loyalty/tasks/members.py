"""Periodic work of referrals."""

from celery import shared_task

from loyalty.services import qualifying
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context


@shared_task(name="loyalty.qualify_referrals")
def qualify_referrals() -> None:
    qualifying.qualify_due(by=Context(actor="system:loyalty"), at=now())
