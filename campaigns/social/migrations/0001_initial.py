import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import campaigns.social.models
import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "__first__"),
        ("customers", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="SeenWebhook",
            fields=[
                ("id", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("external_id", models.CharField(max_length=120)),
                (
                    "source",
                    models.CharField(
                        choices=[("webhook", "The platform"), ("upload", "Uploaded by staff")],
                        default="webhook",
                        max_length=10,
                    ),
                ),
                ("handle", models.CharField(help_text="Lower case, without the @.", max_length=60)),
                ("caption", models.TextField(blank=True)),
                ("hashtags", models.JSONField(blank=True, default=list)),
                ("permalink", models.CharField(blank=True, max_length=500)),
                (
                    "media",
                    models.FileField(
                        blank=True,
                        help_text="Served by the API alone, once it may be.",
                        storage=campaigns.social.models.picture_storage,
                        upload_to="social/",
                    ),
                ),
                ("media_url", models.CharField(blank=True, help_text="Where the platform keeps it.", max_length=500)),
                ("fetch_attempts", models.PositiveSmallIntegerField(default=0)),
                ("alt", models.CharField(blank=True, max_length=200)),
                ("posted_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "To be looked at"),
                            ("rights_asked", "Rights asked for"),
                            ("approved", "Approved"),
                            ("reposted", "Reposted"),
                            ("rejected", "Rejected"),
                        ],
                        default="pending",
                        max_length=15,
                    ),
                ),
                (
                    "rights",
                    models.CharField(
                        choices=[
                            ("none", "Not asked"),
                            ("asked", "Asked"),
                            ("given", "Given"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("rights_asked_at", models.DateTimeField(blank=True, null=True)),
                ("rights_at", models.DateTimeField(blank=True, null=True)),
                ("rights_proof", models.JSONField(blank=True, default=dict)),
                ("rejected_reason", models.CharField(blank=True, max_length=200)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("reposted_at", models.DateTimeField(blank=True, null=True)),
                ("repost_url", models.CharField(blank=True, max_length=500)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("rewarded_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "-posted_at", "-id"], name="social_post_queue"),
                    models.Index(fields=["platform", "handle"], name="social_post_handle"),
                    models.Index(
                        condition=models.Q(("customer__isnull", False)),
                        fields=["customer"],
                        name="social_post_customer",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("platform", "external_id"), name="social_post_once")],
            },
        ),
        migrations.CreateModel(
            name="PostProduct",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="campaign_social.post"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.product"
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
                "ordering": ["position", "id"],
                "constraints": [models.UniqueConstraint(fields=("post", "product"), name="social_tag_once")],
            },
        ),
        migrations.CreateModel(
            name="SocialMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("merge_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(max_length=10)),
                ("row_id", models.UUIDField()),
                ("from_customer_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merge_id", "kind", "row_id"), name="social_move_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("handle", models.CharField(max_length=60)),
                ("followed_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("platform", "handle"), name="social_follow_once")],
            },
        ),
        migrations.CreateModel(
            name="HandleClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("platform", models.SlugField(max_length=30)),
                ("handle", models.CharField(max_length=60)),
                ("claimed_at", models.DateTimeField()),
                ("verified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["platform", "handle"], name="social_claim_handle")],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "platform", "handle"), name="social_claim_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("verified_at__isnull", False)),
                        fields=("platform", "handle"),
                        name="social_handle_verified_once",
                    ),
                ],
            },
        ),
    ]
