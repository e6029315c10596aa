"""Celery entry points."""

from celery import shared_task

from campaigns.messages.services.proposing import release_held as release
from campaigns.messages.services.sending import BATCH
from campaigns.messages.services.sending import send_due as send
from omnichannel.kernel.clock import now


@shared_task(name="messages.send_due")
def send_due() -> None:
    """Send until nothing is due. Several at once share the work."""
    while send(at=now()) == BATCH:
        pass


@shared_task(name="messages.release_held")
def release_held() -> None:
    """Judge again what waited for the end of quiet hours."""
    while release(at=now()) == 200:
        pass
