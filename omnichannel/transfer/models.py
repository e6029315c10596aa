"""Runs of imports and exports, with what is needed to resume one and to read why rows were refused."""

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.functions import Now

from omnichannel.kernel.ids import uuid7
from omnichannel.transfer.states import RunState


def private_storage() -> Storage:
    """Where no address leads: these files hold people's data."""
    return storages["private"]


class ImportRun(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=40, help_text="The importer's name: products, orders, shopify_orders …")
    file = models.FileField(upload_to="imports/", storage=private_storage, blank=True)
    path = models.CharField(max_length=500, blank=True)
    file_hash = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(max_length=20, blank=True, help_text="Empty: told from the file.")
    dry_run = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.WAITING)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_refused = models.PositiveBigIntegerField(default=0)
    created_count = models.PositiveBigIntegerField(default=0)
    updated_count = models.PositiveBigIntegerField(default=0)
    resume_at = models.PositiveBigIntegerField(default=0, help_text="Rows that are safely in.")
    errors_file = models.FileField(upload_to="imports/errors/", storage=private_storage, blank=True)
    message = models.CharField(max_length=500, blank=True)
    problem = models.CharField(max_length=40, blank=True, help_text="The code of what stopped the whole run.")
    actor = models.CharField(max_length=80)
    # Who works on it, and when they last said so: a worker that dies leaves a beat that grows old.
    owner = models.UUIDField(null=True, editable=False)
    beat_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d}"


class RefusedRow(models.Model):
    """A row that did not go in, and why. The cells are in the run's error file."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="refused")
    row = models.PositiveBigIntegerField()
    column = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="row_refused_once")]
        ordering = ["row"]

    def __str__(self) -> str:
        return f"{self.row}: {self.code}"
