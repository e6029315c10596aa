"""Waking the sender. The beat does so every few seconds anyway: a broker that is down costs delay only."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def send_soon() -> None:
    try:
        current_app.send_task("messages.send_due", queue="messages", retry=False)
    except OperationalError:
        logger.warning("the broker is away; the message waits for the next sweep")


def run_campaigns_soon() -> None:
    try:
        current_app.send_task("messages.run_campaigns", queue="messages", retry=False)
    except OperationalError:
        logger.warning("the broker is away; the campaign waits for the next sweep")
