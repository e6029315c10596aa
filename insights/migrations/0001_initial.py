import django.db.models.deletion
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("orders", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Path",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("customer_id", models.UUIDField(null=True)),
                ("converted_at", models.DateTimeField()),
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
                ("store_id", models.UUIDField(null=True)),
                ("net_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("touch_count", models.PositiveIntegerField()),
                ("is_first_order", models.BooleanField(help_text="The customer's first.")),
                ("built_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-converted_at"], name="path_newest"),
                    models.Index(fields=["customer_id", "-converted_at"], name="path_of_customer"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Touch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ad", "Paid ad"),
                            ("search", "Search"),
                            ("social", "Social post"),
                            ("email", "Email"),
                            ("sms", "Text message"),
                            ("push", "Push message"),
                            ("mail", "Print and post"),
                            ("referral", "A friend"),
                            ("referrer", "Another site"),
                            ("store", "Store"),
                            ("direct", "Website, direct"),
                            ("app", "App, direct"),
                            ("phone", "Phone and voice"),
                            ("marketplace", "Marketplace"),
                        ],
                        max_length=12,
                    ),
                ),
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
                ("source", models.CharField(blank=True, help_text="utm_source, or the store's id.", max_length=100)),
                (
                    "campaign",
                    models.CharField(blank=True, help_text="utm_campaign, or the message's template.", max_length=150),
                ),
                ("content", models.CharField(blank=True, help_text="utm_content: the post, the ad.", max_length=150)),
                ("event_id", models.UUIDField(help_text="Where the touch begins in the log.", null=True)),
                ("event_count", models.PositiveIntegerField(default=1)),
                (
                    "path",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="touches", to="insights.path"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "touches",
                "indexes": [models.Index(fields=["kind", "source", "campaign"], name="touch_of_source")],
                "constraints": [models.UniqueConstraint(fields=("path", "position"), name="touch_position")],
            },
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "model",
                    models.CharField(
                        choices=[
                            ("first", "First touch"),
                            ("last", "Last touch"),
                            ("linear", "Linear"),
                            ("time_decay", "Time decay"),
                            ("position", "Position"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                (
                    "path",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="credits",
                        to="insights.path",
                    ),
                ),
                (
                    "touch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="credits", to="insights.touch"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("path", "model", "touch"), name="credit_once"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gte", 0)), name="credit_not_negative"),
                ],
            },
        ),
    ]
