"""Celery entry points of the API's ground."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import connection, transaction

from omnichannel.kernel.clock import now

# In slices, so that no purge holds a transaction open for long.
PURGE = """
DELETE FROM rest_idempotencykey WHERE id IN (
    SELECT id FROM rest_idempotencykey WHERE created_at < %s ORDER BY created_at LIMIT 5000
)
"""


@shared_task(name="rest.purge_idempotency_keys")
def purge_idempotency_keys() -> None:
    """Forget stored answers older than `IDEMPOTENCY_DAYS`."""
    before = now() - timedelta(days=settings.IDEMPOTENCY_DAYS)
    deleted = 1
    while deleted:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PURGE, [before])
            deleted = cursor.rowcount
