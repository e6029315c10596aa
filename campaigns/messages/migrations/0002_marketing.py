import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import campaigns.messages.models.campaigns
import campaigns.messages.models.gate
import omnichannel.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("campaign_messages", "0001_initial"),
        ("customers", "0003_consent_and_tracking"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("template_key", models.SlugField(max_length=60)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("transactional", "Transactional"), ("marketing", "Marketing")],
                        default="marketing",
                        max_length=15,
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        default=campaigns.messages.models.campaigns.email_first,
                        size=None,
                    ),
                ),
                (
                    "segments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, help_text="Whoever is in any of them.", size=None
                    ),
                ),
                (
                    "excluded",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), blank=True, default=list, size=None
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=30)),
                ("holdout_pct", models.PositiveSmallIntegerField(default=0)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("utm_campaign", models.SlugField(blank=True, max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("scheduled", "Scheduled"),
                            ("running", "Sending"),
                            ("paused", "Paused"),
                            ("done", "Sent"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("send_at", models.DateTimeField(blank=True, null=True)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("audience_size", models.PositiveIntegerField(default=0)),
                ("planned", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_by", models.CharField(blank=True, editable=False, max_length=80)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-created_at", "id"], name="campaign_newest"),
                    models.Index(
                        condition=models.Q(("state__in", ["scheduled", "running"])),
                        fields=["send_at"],
                        name="campaign_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("holdout_pct__lte", 90)), name="campaign_holdout")
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignRecipient",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("planned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ContentBlock",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(max_length=60)),
                ("version", models.PositiveIntegerField(default=1)),
                ("name", models.CharField(max_length=120)),
                ("headline", models.CharField(max_length=200)),
                ("words", models.TextField()),
                ("is_live", models.BooleanField(default=True)),
                ("created_by", models.CharField(blank=True, editable=False, max_length=80)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "version"), name="content_block_version_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)), fields=("key",), name="content_block_one_live"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dedup_key", models.CharField(max_length=160)),
                ("source", models.CharField(blank=True, max_length=120)),
                ("template_key", models.SlugField(max_length=60)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("transactional", "Transactional"), ("marketing", "Marketing")], max_length=15
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=10)),
                ("priority", models.PositiveSmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("send", "Sent"), ("held", "Waits"), ("refused", "Not sent")], max_length=8
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("reason", models.CharField(max_length=300)),
                (
                    "checks",
                    models.JSONField(default=list, help_text="Each gate passed or not, in its order, in words."),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("candidate", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="MessageOrder",
            fields=[
                ("order_id", models.UUIDField(primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Print",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("dedup_key", models.CharField(max_length=160, unique=True)),
                ("template_key", models.SlugField(max_length=60)),
                ("template_version", models.PositiveIntegerField()),
                ("order_id", models.UUIDField(blank=True, null=True)),
                ("file", models.CharField(max_length=200)),
                ("words", models.JSONField(default=dict, help_text="What is printed: title, body, code, items.")),
                ("printed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SendingPolicy",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                (
                    "per_day",
                    models.PositiveSmallIntegerField(
                        default=3, help_text="Marketing messages to one person in 24 hours."
                    ),
                ),
                (
                    "per_week",
                    models.PositiveSmallIntegerField(
                        default=10, help_text="Marketing messages to one person in 7 days."
                    ),
                ),
                (
                    "settle_seconds",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="How long a message waits for one of higher priority that may want its place.",
                    ),
                ),
                ("quiet_from", models.TimeField(default="21:00", help_text="In the customer's own time zone.")),
                ("quiet_until", models.TimeField(default="08:00")),
                (
                    "quiet_channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=campaigns.messages.models.gate.quiet_ways,
                        size=None,
                    ),
                ),
                (
                    "holdout_pct",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="This share of customers gets no marketing at all, to compare with."
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "sending policy",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="sending_policy_single"),
                    models.CheckConstraint(condition=models.Q(("holdout_pct__lte", 50)), name="sending_policy_holdout"),
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
                (
                    "kind",
                    models.CharField(
                        choices=[("opened", "Opened"), ("clicked", "Clicked"), ("unsubscribed", "Unsubscribed")],
                        max_length=12,
                    ),
                ),
                ("url", models.CharField(blank=True, max_length=1000)),
                ("counted", models.BooleanField()),
                ("reason", models.CharField(blank=True, max_length=120)),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "touches",
            },
        ),
        migrations.AddField(
            model_name="message",
            name="blocks",
            field=models.JSONField(db_default={}, default=dict, help_text="Content blocks used: key → version."),
        ),
        migrations.AddField(
            model_name="message",
            name="bounced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="channel",
            field=models.CharField(
                choices=[
                    ("email", "Email"),
                    ("sms", "Text message"),
                    ("inbox", "In-app inbox"),
                    ("tablet", "Tablet prompt"),
                    ("mail", "Print"),
                ],
                db_default="email",
                default="email",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="clicked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="data",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="What the sender added: the inbox fills its template when it is opened.",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="delivered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="expires_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="opened_at",
            field=models.DateTimeField(blank=True, help_text="First time by a person, not by a scanner.", null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="priority",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="message",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="message",
            name="unsubscribed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="utm",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="template",
            name="action_label",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="template",
            name="action_url",
            field=models.CharField(blank=True, db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="template",
            name="inbox_body",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="template",
            name="inbox_title",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="template",
            name="print_body",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="template",
            name="print_title",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="template",
            name="sms",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="template",
            name="tablet",
            field=models.TextField(blank=True, db_default="", default="", help_text="What the associate may tell."),
        ),
        migrations.AlterField(
            model_name="message",
            name="dedup_key",
            field=models.CharField(max_length=160, unique=True),
        ),
        migrations.AlterField(
            model_name="message",
            name="purpose",
            field=models.CharField(
                choices=[("transactional", "Transactional"), ("marketing", "Marketing")], max_length=15
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.CharField(help_text="Email address or phone number; empty for the inbox.", max_length=254),
        ),
        migrations.AlterField(
            model_name="template",
            name="purpose",
            field=models.CharField(
                choices=[("transactional", "Transactional"), ("marketing", "Marketing")],
                default="transactional",
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="messages",
                to="campaign_messages.campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("channel__in", ["inbox", "tablet"])),
                fields=["customer", "channel", "-id"],
                name="message_to_look_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("campaign__isnull", False), models.Q(("recipient", ""), _negated=True)),
                fields=("campaign", "channel", "recipient"),
                name="message_campaign_recipient_once",
            ),
        ),
        migrations.AddField(
            model_name="campaignrecipient",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="campaign_messages.campaign"
            ),
        ),
        migrations.AddField(
            model_name="campaignrecipient",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="campaign",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="campaign_messages.campaign",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="decisions",
                to="campaign_messages.message",
            ),
        ),
        migrations.AddField(
            model_name="messageorder",
            name="campaign",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="orders",
                to="campaign_messages.campaign",
            ),
        ),
        migrations.AddField(
            model_name="messageorder",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="orders", to="campaign_messages.message"
            ),
        ),
        migrations.AddField(
            model_name="print",
            name="customer",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="customers.customer"
            ),
        ),
        migrations.AddField(
            model_name="print",
            name="message",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="prints",
                to="campaign_messages.message",
            ),
        ),
        migrations.AddField(
            model_name="touch",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="touches", to="campaign_messages.message"
            ),
        ),
        migrations.AddIndex(
            model_name="campaignrecipient",
            index=models.Index(
                condition=models.Q(("planned_at__isnull", True)),
                fields=["campaign", "id"],
                name="campaign_recipient_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignrecipient",
            constraint=models.UniqueConstraint(fields=("campaign", "customer"), name="campaign_recipient_once"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["customer", "-created_at"], name="decision_of_customer"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["-created_at", "id"], name="decision_newest"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(condition=models.Q(("outcome", "held")), fields=["due_at"], name="decision_held"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["campaign", "outcome", "code"], name="decision_of_campaign"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["message"], name="decision_of_message"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(fields=("dedup_key", "source"), name="decision_once"),
        ),
        migrations.AddIndex(
            model_name="print",
            index=models.Index(fields=["-created_at", "id"], name="print_newest"),
        ),
        migrations.AddIndex(
            model_name="print",
            index=models.Index(
                condition=models.Q(("order_id__isnull", False)), fields=["order_id"], name="print_of_order"
            ),
        ),
        migrations.AddIndex(
            model_name="print",
            index=models.Index(fields=["customer"], name="print_of_customer"),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(fields=["message", "kind", "-at"], name="touch_of_message"),
        ),
    ]
