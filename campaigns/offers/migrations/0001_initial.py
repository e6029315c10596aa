import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "__first__"),
        ("orders", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "key",
                    models.SlugField(
                        help_text="Names it in journeys, imports and the API.", max_length=60, unique=True
                    ),
                ),
                ("name", models.CharField(help_text="For the team.", max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("paused", "Paused"), ("ended", "Ended")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("draft", models.JSONField(blank=True, default=dict)),
                (
                    "budget_minor",
                    models.PositiveBigIntegerField(blank=True, help_text="All it may ever take off.", null=True),
                ),
                ("currency", models.CharField(default="USD", help_text="The currency of the budget.", max_length=3)),
                (
                    "max_uses",
                    models.PositiveIntegerField(
                        blank=True, help_text="Orders it may be used in, all together.", null=True
                    ),
                ),
                ("per_customer", models.PositiveIntegerField(blank=True, help_text="Orders of one person.", null=True)),
                ("used_minor", models.BigIntegerField(default=0, editable=False)),
                ("uses", models.IntegerField(default=0, editable=False)),
                (
                    "version",
                    models.PositiveIntegerField(default=1, editable=False, help_text="Moves with every write."),
                ),
                ("created_by", models.CharField(blank=True, editable=False, max_length=80)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="CodeBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("count", models.PositiveIntegerField()),
                ("prefix", models.CharField(blank=True, max_length=12)),
                ("max_uses", models.PositiveIntegerField(default=1)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("created_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="batches", to="campaign_offers.offer"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "code batches",
            },
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("lookup", models.CharField(editable=False, max_length=40)),
                (
                    "product_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "variant_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                (
                    "max_uses",
                    models.PositiveIntegerField(
                        blank=True, default=1, help_text="Empty: any number of times.", null=True
                    ),
                ),
                ("uses", models.IntegerField(default=0, editable=False)),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("issue_key", models.CharField(blank=True, editable=False, max_length=150, null=True)),
                ("reason", models.CharField(blank=True, help_text="Why she has it.", max_length=200)),
                ("created_by", models.CharField(blank=True, editable=False, max_length=80)),
                ("created_at", models.DateTimeField()),
                ("moved_in_merge", models.UUIDField(editable=False, null=True)),
                ("moved_from", models.UUIDField(editable=False, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offer_codes",
                        to="customers.customer",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="campaign_offers.codebatch",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="campaign_offers.offer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("customer__isnull", False)),
                        fields=["customer", "-id"],
                        name="offer_code_of_customer",
                    ),
                    models.Index(
                        condition=models.Q(("batch__isnull", False)), fields=["batch", "id"], name="offer_code_of_batch"
                    ),
                    models.Index(
                        condition=models.Q(("moved_in_merge__isnull", False)),
                        fields=["moved_in_merge"],
                        name="offer_code_moved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("lookup",), name="offer_code_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("issue_key__isnull", False)),
                        fields=("issue_key",),
                        name="offer_code_issued_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uses__gte", 0),
                            models.Q(("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"),
                        ),
                        name="offer_code_within_uses",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("definition", models.JSONField()),
                ("sentence", models.CharField(help_text="The definition as it reads.", max_length=1000)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("published_by", models.CharField(max_length=80)),
                ("published_at", models.DateTimeField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="campaign_offers.offer"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("offer", "number"), name="offer_version_once")],
            },
        ),
        migrations.AddField(
            model_name="offer",
            name="live",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="campaign_offers.offerversion",
            ),
        ),
        migrations.CreateModel(
            name="PersonUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=70)),
                ("uses", models.PositiveIntegerField(default=0)),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="campaign_offers.offer"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("offer", "person"), name="offer_person_once")],
            },
        ),
        migrations.CreateModel(
            name="Redemption",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person", models.CharField(blank=True, editable=False, max_length=70)),
                ("amount_minor", models.BigIntegerField(help_text="What it took off when the order was placed.")),
                (
                    "rolled_minor",
                    models.BigIntegerField(
                        default=0, help_text="Of that, what came back with cancelled or returned lines."
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("redeemed_at", models.DateTimeField()),
                (
                    "released_at",
                    models.DateTimeField(
                        blank=True, help_text="Every line is back: the use counts no more.", null=True
                    ),
                ),
                ("moved_in_merge", models.UUIDField(editable=False, null=True)),
                ("moved_from", models.UUIDField(editable=False, null=True)),
                (
                    "code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="redemptions",
                        to="campaign_offers.code",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="redemptions",
                        to="campaign_offers.offer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaign_offers.offerversion"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["offer", "-redeemed_at"], name="offer_redemptions"),
                    models.Index(fields=["customer", "-redeemed_at"], name="offer_redeemed_by"),
                    models.Index(
                        condition=models.Q(("moved_in_merge__isnull", False)),
                        fields=["moved_in_merge"],
                        name="offer_redemption_moved",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order", "offer", "code"), name="offer_redeemed_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rolled_minor__gte", 0), ("rolled_minor__lte", models.F("amount_minor"))),
                        name="offer_rolled_within_amount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RedemptionLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField(blank=True, null=True)),
                ("quantity", models.PositiveIntegerField(default=0)),
                ("rolled_quantity", models.PositiveIntegerField(default=0)),
                ("amount_minor", models.BigIntegerField()),
                ("rolled_minor", models.BigIntegerField(default=0)),
                (
                    "redemption",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="campaign_offers.redemption",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("redemption", "position"), name="offer_line_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rolled_minor__gte", 0), ("rolled_minor__lte", models.F("amount_minor"))),
                        name="offer_line_rolled_within",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="offer",
            index=models.Index(fields=["status", "key"], name="offer_of_status"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("budget_minor", None), ("used_minor__lte", models.F("budget_minor")), _connector="OR"
                ),
                name="offer_within_budget",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("max_uses", None), ("uses__lte", models.F("max_uses")), _connector="OR"),
                name="offer_within_uses",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_minor__gte", 0), ("uses__gte", 0)), name="offer_use_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "live"), _negated=True), ("live__isnull", False), _connector="OR"
                ),
                name="offer_live_has_version",
            ),
        ),
    ]
