"""Periodic work of orders."""

from celery import shared_task

from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from orders.services import expiring
from orders.services.gateway import poll_due


@shared_task(name="orders.expire_unpaid")
def expire_unpaid() -> None:
    expiring.expire_unpaid(by=Context(actor="system:orders"), at=now())


@shared_task(name="orders.expire_pickups")
def expire_pickups() -> None:
    expiring.expire_pickups(by=Context(actor="system:orders"), at=now())


@shared_task(name="orders.poll_payments")
def poll_payments() -> None:
    poll_due(at=now())
