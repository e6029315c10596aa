"""Waking the advancer. The beat does so every two seconds anyway: a broker that is down costs delay only."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def advance_soon() -> None:
    try:
        current_app.send_task("journeys.advance", queue="messages", retry=False)
    except OperationalError:
        logger.warning("the broker is away; people in journeys wait for the next sweep")
