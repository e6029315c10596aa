"""Journeys: versioned graphs of steps, and each person's way through one.

A graph is JSON, read by `rules.graphs`. `Enrolment` is where somebody stands, `StepRun` what they went through:
one row for each step they left, written in the transaction of the step's effects.
"""

from django.db import models
from django.db.models.functions import Now

from campaigns.journeys.states import EnrolmentState, JourneyStatus, ListenFor, VersionState
from omnichannel.kernel.ids import uuid7


class Journey(models.Model):
    """What a marketer calls one journey, through all its versions."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    about = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=JourneyStatus.choices, default=JourneyStatus.DRAFT)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="journey_by_name")]

    def __str__(self) -> str:
        return self.name


class JourneyVersion(models.Model):
    """A graph. A draft is edited in place; once published it never changes, so that those inside finish on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    graph = models.JSONField(default=dict)
    note = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Counts the edits of a draft, for If-Match.")
    created_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once"),
            models.UniqueConstraint(
                fields=["journey"], condition=models.Q(state=VersionState.LIVE), name="journey_one_live"
            ),
            models.UniqueConstraint(
                fields=["journey"], condition=models.Q(state=VersionState.DRAFT), name="journey_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Listener(models.Model):
    """Which event names a published version listens to, so that a fact finds its journeys by one look-up."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="listeners")
    event_name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=10, choices=ListenFor.choices)
    step = models.CharField(max_length=40)
    struck_at = models.DateTimeField(null=True, help_text="The last time of a schedule that everybody was let in at.")

    class Meta:
        indexes = [models.Index(fields=["event_name", "purpose"], name="journey_listener_name")]
        constraints = [
            models.UniqueConstraint(fields=["version", "step", "event_name", "purpose"], name="journey_listener_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.purpose} {self.step}"


class Enrolment(models.Model):
    """One person's way through one version.

    entry_no  how often they came into this journey, this time included.
    event_id  the event that brought them in: it does so once.
    visit     the number of the step they stand at, counted from 1 along their way, loops included.
    due_at    when that step is to be run, or its wait is over; None when nothing is due any more.
    wait      what they wait for at this step ({} when the step has not been run yet).
    signal    an event that ends the wait or leads to a goal, noted by the handler, acted on by the advancer.
    context   what steps leave for later ones: the trigger's data, codes issued.
    settled_at  since when events count for the next wait: the end of the last one; of those recorded after settled_id.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="enrolments")
    version = models.ForeignKey(JourneyVersion, on_delete=models.RESTRICT, related_name="enrolments")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    entry_no = models.PositiveIntegerField(default=1)
    event_id = models.UUIDField(null=True, blank=True)
    event_name = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.ACTIVE)
    step = models.CharField(max_length=40)
    visit = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(help_text="At the step where they stand.")
    settled_at = models.DateTimeField()
    settled_id = models.UUIDField()
    wait = models.JSONField(default=dict, blank=True)
    signal = models.JSONField(default=dict, blank=True)
    context = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, help_text="Why they came to an end, or what went wrong.")
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="enrolment_due",
                condition=models.Q(state=EnrolmentState.ACTIVE, due_at__isnull=False),
            ),
            models.Index(
                fields=["customer"], name="enrolment_active_of", condition=models.Q(state=EnrolmentState.ACTIVE)
            ),
            models.Index(fields=["customer", "-entered_at"], name="enrolment_of_customer"),
            models.Index(fields=["journey", "state", "step"], name="enrolment_at_step"),
            models.Index(fields=["journey", "-entered_at", "id"], name="enrolment_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["journey", "customer", "event_id"], name="enrolment_once_per_event"),
            models.UniqueConstraint(fields=["journey", "customer", "entry_no"], name="enrolment_entries_counted"),
            models.CheckConstraint(
                condition=~models.Q(state=EnrolmentState.ACTIVE) | models.Q(ended_at__isnull=True),
                name="enrolment_active_has_no_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.customer_id} #{self.entry_no}"


class StepRun(models.Model):
    """A step somebody left, which way and why. Unique per visit: a step is never run twice."""

    id = models.BigAutoField(primary_key=True)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="runs")
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="+")
    version_number = models.PositiveIntegerField()
    visit = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40, help_text="The way they took.")
    reason = models.CharField(max_length=300, blank=True, help_text="Why, in words.")
    detail = models.JSONField(default=dict, blank=True)
    arrived_at = models.DateTimeField()
    left_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "visit"], name="step_run_once")]
        indexes = [
            models.Index(fields=["journey", "step", "outcome"], name="step_run_counts"),
            models.Index(fields=["journey", "step", "-id"], name="step_run_people"),
        ]

    def __str__(self) -> str:
        return f"{self.step} → {self.outcome}"
