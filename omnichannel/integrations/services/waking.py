"""Waking the sender right after a commit, so that a webhook leaves within a second; the beat is only its net."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

SEND_TASK = "integrations.send_due_webhooks"


def wake_sender() -> None:
    """Have due messages sent when the present transaction has committed."""
    transaction.on_commit(_send_soon, robust=True)


def _send_soon() -> None:
    try:
        current_app.send_task(SEND_TASK, queue="webhooks", retry=False)
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("the sender was not woken", extra={"reason": str(error)})
