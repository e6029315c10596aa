import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Journey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("about", models.CharField(blank=True, max_length=300)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Not published yet"),
                            ("live", "Live"),
                            ("paused", "Paused"),
                            ("ended", "Ended"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["name", "id"], name="journey_by_name")],
            },
        ),
        migrations.CreateModel(
            name="JourneyVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("retired", "Followed by a later one")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("graph", models.JSONField(default=dict)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "revision",
                    models.PositiveIntegerField(default=1, help_text="Counts the edits of a draft, for If-Match."),
                ),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("published_by", models.CharField(blank=True, max_length=80)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "journey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="campaign_journeys.journey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("journey", "number"), name="journey_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")), fields=("journey",), name="journey_one_live"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")), fields=("journey",), name="journey_one_draft"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry_no", models.PositiveIntegerField(default=1)),
                ("event_id", models.UUIDField(blank=True, null=True)),
                ("event_name", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "On the way"),
                            ("done", "Came to an end"),
                            ("goal", "Reached the goal"),
                            ("exited", "Left early"),
                            ("failed", "Stopped by an error"),
                        ],
                        default="active",
                        max_length=10,
                    ),
                ),
                ("step", models.CharField(max_length=40)),
                ("visit", models.PositiveIntegerField(default=1)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("arrived_at", models.DateTimeField(help_text="At the step where they stand.")),
                ("settled_at", models.DateTimeField()),
                ("settled_id", models.UUIDField()),
                ("wait", models.JSONField(blank=True, default=dict)),
                ("signal", models.JSONField(blank=True, default=dict)),
                ("context", models.JSONField(blank=True, default=dict)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why they came to an end, or what went wrong.", max_length=300
                    ),
                ),
                ("entered_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "journey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="enrolments",
                        to="campaign_journeys.journey",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="enrolments",
                        to="campaign_journeys.journeyversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False), ("state", "active")),
                        fields=["due_at", "id"],
                        name="enrolment_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "active")), fields=["customer"], name="enrolment_active_of"
                    ),
                    models.Index(fields=["customer", "-entered_at"], name="enrolment_of_customer"),
                    models.Index(fields=["journey", "state", "step"], name="enrolment_at_step"),
                    models.Index(fields=["journey", "-entered_at", "id"], name="enrolment_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("journey", "customer", "event_id"), name="enrolment_once_per_event"
                    ),
                    models.UniqueConstraint(
                        fields=("journey", "customer", "entry_no"), name="enrolment_entries_counted"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True), ("ended_at__isnull", True), _connector="OR"
                        ),
                        name="enrolment_active_has_no_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Listener",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("event_name", models.CharField(max_length=80)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("trigger", "Comes in by it"), ("wait", "Waits for it"), ("goal", "Is done by it")],
                        max_length=10,
                    ),
                ),
                ("step", models.CharField(max_length=40)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listeners",
                        to="campaign_journeys.journeyversion",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["event_name", "purpose"], name="journey_listener_name")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "step", "event_name", "purpose"), name="journey_listener_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StepRun",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("version_number", models.PositiveIntegerField()),
                ("visit", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=40)),
                ("outcome", models.CharField(help_text="The way they took.", max_length=40)),
                ("reason", models.CharField(blank=True, help_text="Why, in words.", max_length=300)),
                ("detail", models.JSONField(blank=True, default=dict)),
                ("arrived_at", models.DateTimeField()),
                ("left_at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="campaign_journeys.enrolment",
                    ),
                ),
                (
                    "journey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign_journeys.journey"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["journey", "step", "outcome"], name="step_run_counts"),
                    models.Index(fields=["journey", "step", "-id"], name="step_run_people"),
                ],
                "constraints": [models.UniqueConstraint(fields=("enrolment", "visit"), name="step_run_once")],
            },
        ),
    ]
