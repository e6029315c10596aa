"""Groups of customers by rule or by list. Who is in one, since when and why, stands in `customers.Label`."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from campaigns.segments.states import SegmentKind, SegmentState
from omnichannel.kernel.ids import uuid7


class Segment(models.Model):
    """`tree` is the rule that holds now; `watches` names the facts that can move a customer in or out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(
        max_length=80, unique=True, help_text="Names it in rules, labels and the API. Never changes."
    )
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=SegmentKind.choices, default=SegmentKind.RULE)
    state = models.CharField(max_length=10, choices=SegmentState.choices, default=SegmentState.DRAFT)
    version = models.PositiveIntegerField(default=1, editable=False)
    tree = models.JSONField(default=dict, blank=True)
    sentence = models.TextField(blank=True, help_text="The rule, said back.")
    watches = ArrayField(models.CharField(max_length=80), default=list, editable=False)
    uses = ArrayField(
        models.CharField(max_length=80), default=list, editable=False, help_text="Keys of the segments its rule names."
    )
    member_count = models.PositiveIntegerField(default=0, editable=False)
    counted_at = models.DateTimeField(null=True, editable=False)
    built_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="The version whose members the labels show; behind `version` while building.",
    )
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["watches"], name="segment_watches"),
            models.Index(fields=["state", "name"], name="segment_by_state"),
        ]

    @property
    def is_live(self) -> bool:
        return self.state == SegmentState.LIVE

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    """A rule as it was saved: kept, never changed."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    tree = models.JSONField()
    sentence = models.TextField(blank=True)
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["segment", "version"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} v{self.version}"


class ListMember(models.Model):
    """Who stands on an uploaded list."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="list_members")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    moved_in_merge = models.UUIDField(null=True, editable=False, db_index=True)
    moved_from = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="list_member_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} on {self.segment_id}"


class Recheck(models.Model):
    """When the clock alone may next move a customer in or out of a segment: the end of a time window."""

    id = models.BigAutoField(primary_key=True)
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "customer"], name="recheck_once")]
        indexes = [models.Index(fields=["due_at"], name="recheck_due")]

    def __str__(self) -> str:
        return f"{self.customer_id} at {self.due_at:%Y-%m-%d %H:%M}"
