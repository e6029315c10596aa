"""Work on whole audiences goes to the workers: it may mean everybody."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def rebuild_soon(audience_id: UUID) -> None:
    """Ask the rule of everybody, then tell the platforms."""
    try:
        current_app.send_task("audiences.rebuild", args=[str(audience_id)], queue="bulk", retry=False)
    except OperationalError:
        logger.warning("audiences: the broker is away; press “Rebuild” on the audience's page")
