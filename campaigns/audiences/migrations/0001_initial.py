import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "__first__"),
        ("customers", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Audience",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("rule", models.JSONField()),
                (
                    "is_live",
                    models.BooleanField(default=True, help_text="Paused, nobody comes in or out and nothing is sent."),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="AudienceItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("rule", "The rule"), ("journey", "A journey")], default="rule", max_length=10
                    ),
                ),
                ("rank", models.PositiveSmallIntegerField(default=0, help_text="0 is shown first.")),
                ("reason", models.CharField(max_length=200)),
                (
                    "cause_at",
                    models.DateTimeField(help_text="The last thing that keeps it in: the newest view, the purchase."),
                ),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, help_text="When the rule's window closes on it.", null=True),
                ),
                ("added_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_reason", models.CharField(blank=True, max_length=200)),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="campaign_audiences.audience",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["audience", "-added_at", "-id"], name="audience_item_newest"),
                    models.Index(fields=["audience", "-removed_at"], name="audience_item_removed"),
                    models.Index(fields=["customer", "audience"], name="audience_item_customer"),
                    models.Index(
                        condition=models.Q(("removed_at", None)), fields=["expires_at"], name="audience_item_expiry"
                    ),
                    models.Index(
                        condition=models.Q(("removed_at", None)), fields=["product"], name="audience_item_product"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("audience", "customer", "product"),
                        name="audience_item_open_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Conversion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("name", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=120)),
                ("occurred_at", models.DateTimeField()),
                ("action_source", models.CharField(max_length=30)),
                ("page_url", models.CharField(blank=True, max_length=500)),
                (
                    "user_data",
                    models.JSONField(blank=True, default=dict, help_text="Hashed, as the platform wants it."),
                ),
                ("custom_data", models.JSONField(blank=True, default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("intended", "About to be sent"),
                            ("sent", "Taken by the platform"),
                            ("refused", "Refused by the platform"),
                            ("failed", "Given up"),
                            ("withdrawn", "Not sent: no consent any more"),
                        ],
                        default="intended",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("trace", models.CharField(blank=True, help_text="The platform's own receipt.", max_length=120)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "intended")), fields=["due_at", "id"], name="conversion_due"
                    ),
                    models.Index(fields=["-created_at", "id"], name="conversion_newest"),
                    models.Index(fields=["customer", "-occurred_at"], name="conversion_of_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("platform", "name", "event_id"), name="conversion_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Destination",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("remote_id", models.CharField(blank=True, max_length=60)),
                (
                    "is_on",
                    models.BooleanField(
                        default=True, help_text="Switched off, everybody is taken off the platform's list."
                    ),
                ),
                ("last_sync_at", models.DateTimeField(blank=True, null=True)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                (
                    "audience",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="destinations",
                        to="campaign_audiences.audience",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("audience", "platform"), name="destination_once")],
            },
        ),
        migrations.CreateModel(
            name="ItemMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("merge_id", models.UUIDField(db_index=True)),
                ("from_customer_id", models.UUIDField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaign_audiences.audienceitem",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merge_id", "item"), name="audience_item_move_once")],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_wanted", models.BooleanField(default=True)),
                ("is_there", models.BooleanField(default=False)),
                ("identifiers", models.JSONField(blank=True, default=list)),
                ("reason", models.CharField(blank=True, help_text="Why not on the list, in words.", max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="campaign_audiences.destination",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_wanted", models.F("is_there")), _negated=True),
                        fields=["due_at"],
                        name="audience_member_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("destination", "customer"), name="audience_member_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlatformCall",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("events", "Conversion events"),
                            ("add", "People added"),
                            ("remove", "People removed"),
                            ("create", "Audience made"),
                        ],
                        max_length=10,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("request", models.JSONField(default=dict)),
                ("status", models.PositiveSmallIntegerField(default=0, help_text="0: no answer came.")),
                ("answer", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "destination",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="campaign_audiences.destination",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-at", "id"], name="platform_call_newest"),
                    models.Index(fields=["destination", "-at"], name="platform_call_destination"),
                ],
            },
        ),
    ]
