"""Answers kept so that a repeated write is answered, not repeated."""

from django.db import models
from django.db.models.functions import Now


class IdempotencyKey(models.Model):
    """The stored 2xx answer to one write of one caller. Purged after `IDEMPOTENCY_DAYS`."""

    id = models.BigAutoField(primary_key=True)
    principal = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["principal", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"
