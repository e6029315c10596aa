"""Celery entry points of the log."""

from celery import shared_task

from omnichannel.events import partitions, services
from omnichannel.kernel.clock import now


@shared_task(name="events.deliver")
def deliver(handler: str, ids: list[int]) -> None:
    services.deliver(handler=handler, ids=ids, at=now())


@shared_task(name="events.make_partitions")
def make_partitions() -> None:
    partitions.make_partitions(at=now())
    partitions.analyse_log()
