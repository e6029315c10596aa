"""Celery entry points."""

from celery import shared_task

from campaigns.messages.models import Campaign
from campaigns.messages.services.campaigns import plan_batch, start_due
from campaigns.messages.services.proposing import release_held as release
from campaigns.messages.services.sending import BATCH
from campaigns.messages.services.sending import send_due as send
from campaigns.messages.states import CampaignState
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


@shared_task(name="messages.run_campaigns")
def run_campaigns() -> None:
    """Begin campaigns whose time has come, and plan those that run; several at once share the work."""
    start_due(at=now())
    for campaign_id in Campaign.objects.filter(state=CampaignState.RUNNING).values_list("pk", flat=True):
        while plan_batch(campaign_id=campaign_id, at=now()):
            pass
