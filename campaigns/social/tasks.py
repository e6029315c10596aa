"""Celery entry points."""

from datetime import timedelta

from celery import shared_task

from campaigns.social.models import SeenWebhook
from campaigns.social.services.fetching import fetch_missing
from omnichannel.kernel.clock import now

# Longer than any signature is believed: what is forgotten here cannot come again.
KEEP_SEEN = timedelta(days=30)


@shared_task(name="social.fetch_pictures")
def fetch_pictures() -> None:
    fetch_missing(at=now())


@shared_task(name="social.purge")
def purge() -> None:
    SeenWebhook.objects.filter(at__lt=now() - KEEP_SEEN).delete()
