"""Telling the sender that something waits: platforms hear of it in a second and not at the next sweep."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def nudge() -> None:
    """A lost nudge costs some seconds: the sweep finds what waits."""
    try:
        current_app.send_task("audiences.send_due", queue="messages", retry=False)
    except OperationalError:
        logger.warning("audiences: the broker was not there to be told; the sweep sends")
