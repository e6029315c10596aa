import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("catalog", "0003_prices_never_overlap"),
    ]

    operations = [
        migrations.CreateModel(
            name="Store",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True)),
                ("external_id", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("name", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("shop", "Shop"), ("popup", "Pop-up"), ("warehouse", "Warehouse")],
                        default="shop",
                        max_length=10,
                    ),
                ),
                ("line1", models.CharField(blank=True, max_length=200)),
                ("line2", models.CharField(blank=True, max_length=200)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("region", models.CharField(blank=True, max_length=100)),
                ("postal_code", models.CharField(blank=True, max_length=20)),
                ("country", models.CharField(default="US", max_length=2)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("time_zone", models.CharField(default="UTC", max_length=50)),
                (
                    "opening_hours",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='By ISO weekday: {"1": [["09:00", "18:00"]], …}; exceptions by date: {"2026-12-25": []}.',
                    ),
                ),
                ("opens_on", models.DateField(blank=True, null=True)),
                ("closes_on", models.DateField(blank=True, null=True)),
                ("pickup_enabled", models.BooleanField(default=True)),
                ("pickup_lead_minutes", models.PositiveIntegerField(default=60)),
                ("pickup_hold_days", models.PositiveSmallIntegerField(default=5)),
                ("ships", models.BooleanField(default=False, help_text="Parcels are sent from here.")),
                ("shipping_priority", models.PositiveSmallIntegerField(default=100)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Associate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("pin_hash", models.CharField(max_length=200)),
                ("is_manager", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("failed_attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("locked_until", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="associate",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("stores", models.ManyToManyField(related_name="associates", to="stores.store")),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("holder_kind", models.CharField(max_length=20)),
                ("holder_id", models.UUIDField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Held"),
                            ("consumed", "Taken"),
                            ("released", "Released"),
                            ("expired", "Expired"),
                            ("broken", "Broken by a stock change"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(editable=False, null=True)),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["holder_id"], name="hold_of_holder"),
                    models.Index(condition=models.Q(("state", "held")), fields=["expires_at"], name="hold_expiry"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Website"),
                            ("mobile", "Mobile app"),
                            ("tablet", "Store tablet"),
                            ("pos", "Till"),
                            ("social", "Social"),
                            ("email", "Email"),
                            ("sms", "Text message"),
                            ("push", "Push"),
                            ("voice", "Voice"),
                            ("marketplace", "Marketplace"),
                            ("phone", "Phone service"),
                            ("mail", "Post"),
                            ("system", "System"),
                        ],
                        default="tablet",
                        max_length=20,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("invited", "Waiting for enrolment"), ("active", "Active"), ("revoked", "Revoked")],
                        default="invited",
                        max_length=10,
                    ),
                ),
                ("enrolment_code_hash", models.CharField(blank=True, db_index=True, max_length=64)),
                ("enrolment_expires_at", models.DateTimeField(blank=True, null=True)),
                ("token_hash", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ("enrolled_at", models.DateTimeField(editable=False, null=True)),
                ("revoked_at", models.DateTimeField(editable=False, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to="stores.store"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AssociateSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "associate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="stores.associate"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="stores.device"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("device",), name="associate_session_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("quantity", models.PositiveIntegerField(help_text="Units reserved on hand.")),
                ("backordered", models.PositiveIntegerField(default=0, help_text="Units promised beyond stock.")),
                (
                    "broken",
                    models.PositiveIntegerField(
                        default=0, help_text="Units taken from this promise by a stock change or its lapse."
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="stores.hold",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("backordered__gt", 0)), fields=["variant"], name="hold_line_waiting"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("hold", "variant"), name="hold_line_once")],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "Received"),
                            ("sale", "Sold"),
                            ("return", "Returned"),
                            ("adjustment", "Adjusted"),
                            ("count", "Counted"),
                            ("damage", "Damaged"),
                            ("write_off", "Written off"),
                            ("transfer_out", "Sent to another store"),
                            ("transfer_in", "Came from another store"),
                            ("hold", "Held"),
                            ("release", "Hold released"),
                            ("expect", "Expected"),
                            ("import", "Imported"),
                        ],
                        max_length=15,
                    ),
                ),
                ("on_hand_delta", models.IntegerField(default=0)),
                ("reserved_delta", models.IntegerField(default=0)),
                ("backordered_delta", models.IntegerField(default=0)),
                ("incoming_delta", models.IntegerField(default=0)),
                ("damaged_delta", models.IntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "reference_kind",
                    models.CharField(blank=True, help_text="order, hold, return, import, count …", max_length=20),
                ),
                ("reference_id", models.UUIDField(null=True)),
                ("actor", models.CharField(max_length=80)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "Website"),
                            ("mobile", "Mobile app"),
                            ("tablet", "Store tablet"),
                            ("pos", "Till"),
                            ("social", "Social"),
                            ("email", "Email"),
                            ("sms", "Text message"),
                            ("push", "Push"),
                            ("voice", "Voice"),
                            ("marketplace", "Marketplace"),
                            ("phone", "Phone service"),
                            ("mail", "Post"),
                            ("system", "System"),
                        ],
                        max_length=20,
                    ),
                ),
                ("device_id", models.UUIDField(null=True)),
                ("associate_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["store", "variant", "-id"], name="movement_ledger"),
                    models.Index(fields=["variant", "-id"], name="movement_of_variant"),
                    models.Index(fields=["reference_id"], name="movement_reference"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("on_hand", models.IntegerField(default=0)),
                ("reserved", models.IntegerField(default=0)),
                (
                    "backordered",
                    models.IntegerField(default=0, help_text="Promised beyond what is on hand (back-order variants)."),
                ),
                (
                    "safety_stock",
                    models.IntegerField(
                        default=0, help_text="Kept back from pickup and shipping; a till may still sell it."
                    ),
                ),
                (
                    "reorder_point",
                    models.IntegerField(
                        default=0, help_text="At or below this, available stock is called low. 0: never."
                    ),
                ),
                ("incoming", models.IntegerField(default=0)),
                ("damaged", models.IntegerField(default=0)),
                ("location", models.CharField(blank=True, help_text="Aisle or shelf.", max_length=40)),
                ("version", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="catalog.variant",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["variant", "store"], name="stock_of_variant")],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "variant"), name="stock_level_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("on_hand"))),
                        name="stock_reserved_within_on_hand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("backordered__gte", 0),
                            ("damaged__gte", 0),
                            ("incoming__gte", 0),
                            ("reorder_point__gte", 0),
                            ("safety_stock__gte", 0),
                        ),
                        name="stock_counts_not_negative",
                    ),
                ],
            },
        ),
    ]
