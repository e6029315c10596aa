from django.db import models


class Purpose(models.TextChoices):
    TRANSACTIONAL = "transactional", "Transactional"


class MessageState(models.TextChoices):
    INTENDED = "intended", "About to be sent"
    SENT = "sent", "Handed over"
    FAILED = "failed", "Failed"
    SUPPRESSED = "suppressed", "Not sent: suppressed"
