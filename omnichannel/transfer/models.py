"""Runs of imports and exports, with what is needed to resume one and to read why rows were refused."""

from django.db import models
from django.db.models.functions import Now

from omnichannel.kernel.ids import uuid7
from omnichannel.transfer.states import RunState


class ImportRun(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40, help_text="The importer's name: products, orders, shopify_orders …")
    file = models.FileField(upload_to="imports/", blank=True)
    path = models.CharField(max_length=500, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_refused = models.PositiveBigIntegerField(default=0)
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    resume_at = models.PositiveBigIntegerField(default=0, help_text="Rows that are safely in.")
    errors_file = models.FileField(upload_to="imports/errors/", blank=True)
    message = models.CharField(max_length=500, blank=True)
    actor = models.CharField(max_length=80)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"
