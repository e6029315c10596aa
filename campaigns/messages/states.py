from django.db import models


class Purpose(models.TextChoices):
    TRANSACTIONAL = "transactional", "Transactional"
    MARKETING = "marketing", "Marketing"


class Way(models.TextChoices):
    """How a message reaches somebody. Inbox and tablet wait to be looked at; the others are pushed."""

    EMAIL = "email", "Email"
    SMS = "sms", "Text message"
    INBOX = "inbox", "In-app inbox"
    TABLET = "tablet", "Tablet prompt"
    MAIL = "mail", "Print"


#: What takes a seat under the frequency cap and minds quiet hours where the policy says so: what interrupts people.
PUSHED = frozenset({Way.EMAIL, Way.SMS})


class MessageState(models.TextChoices):
    INTENDED = "intended", "About to be sent"
    SENT = "sent", "Handed over"
    FAILED = "failed", "Failed"
    SUPPRESSED = "suppressed", "Not sent: suppressed"
    WITHDRAWN = "withdrawn", "Not sent: no longer true"


MESSAGE_TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    MessageState.INTENDED: frozenset(
        {MessageState.SENT, MessageState.FAILED, MessageState.SUPPRESSED, MessageState.WITHDRAWN}
    ),
    MessageState.SENT: frozenset(),
    # Staff may try again once the reason is gone.
    MessageState.FAILED: frozenset({MessageState.INTENDED}),
    MessageState.SUPPRESSED: frozenset({MessageState.INTENDED}),
    MessageState.WITHDRAWN: frozenset(),
}


class Outcome(models.TextChoices):
    """The gate's verdict on one candidate."""

    SEND = "send", "Sent"
    HELD = "held", "Waits"
    REFUSED = "refused", "Not sent"


class TouchKind(models.TextChoices):
    OPENED = "opened", "Opened"
    CLICKED = "clicked", "Clicked"
    UNSUBSCRIBED = "unsubscribed", "Unsubscribed"


class CampaignState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    RUNNING = "running", "Sending"
    PAUSED = "paused", "Paused"
    DONE = "done", "Sent"
    CANCELLED = "cancelled", "Cancelled"


CAMPAIGN_TRANSITIONS: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.SCHEDULED, CampaignState.CANCELLED}),
    CampaignState.SCHEDULED: frozenset({CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.CANCELLED}),
    CampaignState.RUNNING: frozenset({CampaignState.PAUSED, CampaignState.DONE, CampaignState.CANCELLED}),
    # Back to where the clock says: the sweep starts it when its time has come.
    CampaignState.PAUSED: frozenset({CampaignState.SCHEDULED, CampaignState.CANCELLED}),
    CampaignState.DONE: frozenset(),
    CampaignState.CANCELLED: frozenset(),
}
