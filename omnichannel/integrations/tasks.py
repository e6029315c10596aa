"""Celery entry points of webhooks."""

import time
from datetime import timedelta

from celery import shared_task

from omnichannel.integrations.models import WebhookMessage
from omnichannel.integrations.services.refusals import forget_refused
from omnichannel.integrations.services.sending import continue_replays, send_due
from omnichannel.integrations.states import AttemptState
from omnichannel.kernel.clock import now

#: After this the task makes room; what is left is found by the next one.
ROUNDS_SECONDS = 45.0
KEEP = timedelta(days=30)


@shared_task(name="integrations.send_due_webhooks")
def send_due_webhooks() -> None:
    """Woken after every commit that made messages, and by the beat."""
    until = time.monotonic() + ROUNDS_SECONDS
    while time.monotonic() < until:
        replays = continue_replays(at=now())
        if not send_due(at=now()) and not replays:
            return


@shared_task(name="integrations.purge_webhook_log")
def purge_webhook_log() -> None:
    """Forget messages a month after they were settled, with their log, and what was refused."""
    forget_refused(before=now() - KEEP)
    settled = WebhookMessage.objects.exclude(state=AttemptState.WAITING).filter(created_at__lt=now() - KEEP)
    while ids := list(settled.values_list("pk", flat=True)[:1_000]):
        WebhookMessage.objects.filter(pk__in=ids).delete()
