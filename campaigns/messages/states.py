from django.db import models


class Purpose(models.TextChoices):
    TRANSACTIONAL = "transactional", "Transactional"


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
