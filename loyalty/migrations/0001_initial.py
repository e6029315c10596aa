import django.db.models.deletion
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "__first__"),
        ("orders", "__first__"),
        ("stores", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit", models.CharField(help_text="points, or credit:USD.", max_length=12)),
                ("balance", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                (
                    "debt",
                    models.BigIntegerField(
                        default=0, help_text="Owed to the programme; settled from what comes in next."
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loyalty_accounts",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "unit"), name="ledger_account_once"),
                    models.CheckConstraint(
                        condition=models.Q(("balance__gte", 0), ("debt__gte", 0), ("pending__gte", 0)),
                        name="ledger_balance_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held__gte", 0), ("held__lte", models.F("balance"))),
                        name="ledger_held_within_balance",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit", models.CharField(help_text="points, or credit:USD.", max_length=12)),
                ("amount", models.BigIntegerField(help_text="Positive to give, negative to take.")),
                ("reason", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waits for approval"), ("booked", "Booked"), ("refused", "Refused")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-asked_at"], name="adjustment_of_state")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="adjustment_not_zero")
                ],
            },
        ),
        migrations.CreateModel(
            name="EarningRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.SlugField(help_text="Names the rule through its versions.", max_length=60)),
                ("version", models.PositiveIntegerField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(help_text="As the customer reads it on the statement.", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spend", "Points for money spent"),
                            ("multiplier", "More points for the same"),
                            ("bonus", "Points for an order"),
                            ("event", "Points for something done"),
                        ],
                        default="spend",
                        max_length=10,
                    ),
                ),
                ("points", models.PositiveIntegerField(default=0)),
                (
                    "per_minor",
                    models.PositiveIntegerField(default=100, help_text="For spend: for every so many minor units."),
                ),
                (
                    "factor",
                    models.DecimalField(
                        decimal_places=2, default=1, help_text="For multipliers, above 1.", max_digits=5
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        blank=True, help_text="For events: sign_up, social_follow, review …", max_length=40
                    ),
                ),
                ("once_per_customer", models.BooleanField(default=False)),
                (
                    "cap_points",
                    models.PositiveIntegerField(
                        blank=True, help_text="The most points a customer gets from this rule …", null=True
                    ),
                ),
                (
                    "cap_days",
                    models.PositiveIntegerField(blank=True, help_text="… in so many days; empty for ever.", null=True),
                ),
                (
                    "conditions",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="channels, stores, products, variants, categories, tiers, first_order, minimum_minor.",
                    ),
                ),
                (
                    "stack_group",
                    models.CharField(
                        blank=True,
                        help_text="Of the rules of one group only the first that fits counts.",
                        max_length=40,
                    ),
                ),
                ("priority", models.IntegerField(default=100, help_text="Lower comes first.")),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["state", "valid_from"], name="earning_rule_live")],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "version"), name="earning_rule_version"),
                    models.CheckConstraint(condition=models.Q(("per_minor__gt", 0)), name="earning_rule_per"),
                    models.CheckConstraint(condition=models.Q(("factor__gte", 1)), name="earning_rule_factor"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="earning_rule_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "event"), _negated=True),
                            models.Q(("trigger", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="earning_rule_trigger",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventReward",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("trigger", models.CharField(max_length=40)),
                (
                    "reference",
                    models.CharField(help_text="What was done: a post, a review, an account followed.", max_length=160),
                ),
                ("points", models.PositiveIntegerField()),
                (
                    "once",
                    models.BooleanField(default=True, help_text="Given once to a customer, whatever the reference."),
                ),
                ("at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_rewards",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "trigger", "-at"], name="event_reward_of_customer")],
                "constraints": [
                    models.UniqueConstraint(fields=("customer", "trigger", "reference"), name="event_reward_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("once", True)),
                        fields=("customer", "trigger"),
                        name="event_reward_once_each",
                    ),
                ],
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
                ("cart_id", models.UUIDField()),
                ("amount", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("released", "Released"),
                            ("spent", "Spent"),
                            ("expired", "Expired"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("until", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="loyalty.account"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["until"], name="ledger_hold_due"),
                    models.Index(condition=models.Q(("state", "open")), fields=["cart_id"], name="ledger_hold_of_cart"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("account", "cart_id"),
                        name="ledger_hold_once_a_cart",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="ledger_hold_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Journal",
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
                        choices=[
                            ("earn", "Earned"),
                            ("grant", "Given"),
                            ("activate", "Became active"),
                            ("spend", "Spent"),
                            ("return", "Given back"),
                            ("reverse", "Taken back"),
                            ("expire", "Expired"),
                            ("adjust", "Adjusted"),
                            ("move", "Moved between records"),
                            ("close", "Lapsed with the record"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reference", models.CharField(max_length=160, unique=True)),
                ("reason", models.CharField(max_length=300)),
                ("order_id", models.UUIDField(blank=True, null=True)),
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
                ("store_id", models.UUIDField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        help_text="The movement this one takes back, wholly or in part.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="loyalty.journal",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("order_id__isnull", False)), fields=["order_id"], name="journal_of_order"
                    ),
                    models.Index(fields=["-at"], name="journal_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "book",
                    models.CharField(
                        choices=[
                            ("active", "Customer: may be spent"),
                            ("pending", "Customer: not yet"),
                            ("debt", "Customer: owed to the programme"),
                            ("issued", "Programme: given out, net of what was taken back"),
                            ("redeemed", "Programme: spent, net of what was given back"),
                            ("expired", "Programme: lapsed unused (breakage)"),
                            ("adjusted", "Programme: put right by staff"),
                        ],
                        max_length=10,
                    ),
                ),
                ("unit", models.CharField(max_length=12)),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="loyalty.account",
                    ),
                ),
                (
                    "journal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="loyalty.journal"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(
                        condition=models.Q(("account__isnull", False)),
                        fields=["account", "-id"],
                        name="entry_of_account",
                    ),
                    models.Index(fields=["unit", "book", "at"], name="entry_of_book"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="entry_not_zero"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", False), ("book__in", ("active", "pending", "debt"))),
                            models.Q(
                                ("account__isnull", True),
                                models.Q(("book__in", ("active", "pending", "debt")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="entry_names_its_account",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("reserved", models.BigIntegerField(default=0)),
                ("reversed", models.BigIntegerField(default=0)),
                ("is_pending", models.BooleanField(default=False)),
                ("active_from", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("order_id", models.UUIDField(blank=True, null=True)),
                ("line_id", models.UUIDField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.account",
                    ),
                ),
                (
                    "journal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="loyalty.journal"
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="loyalty.earningrule",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("remaining__gt", 0)),
                        fields=["account", "expires_at"],
                        name="lot_left_of_account",
                    ),
                    models.Index(
                        condition=models.Q(("is_pending", True), ("remaining__gt", 0)),
                        fields=["active_from"],
                        name="lot_to_activate",
                    ),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False), ("remaining__gt", 0)),
                        fields=["expires_at"],
                        name="lot_to_expire",
                    ),
                    models.Index(
                        condition=models.Q(("order_id__isnull", False)), fields=["order_id"], name="lot_of_order"
                    ),
                    models.Index(fields=["account", "-created_at"], name="lot_newest_of_account"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="lot_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("remaining__gte", 0), ("remaining__lte", models.F("amount"))),
                        name="lot_remaining_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0), ("reserved__lte", models.F("remaining"))),
                        name="lot_reserved_within",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reversed__gte", 0), ("reversed__lte", models.F("amount"))),
                        name="lot_reversed_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HoldLot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lots", to="loyalty.hold"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="loyalty.lot"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("hold", "lot"), name="hold_lot_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="hold_lot_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LotMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("merge_id", models.UUIDField(db_index=True)),
                (
                    "from_account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.account"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.lot"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merge_id", "lot"), name="lot_move_once")],
            },
        ),
        migrations.CreateModel(
            name="LotUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("line_id", models.UUIDField(blank=True, null=True)),
                (
                    "journal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lot_uses", to="loyalty.journal"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="loyalty.lot"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="lot_use_not_zero")
                ],
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
                (
                    "referral_code",
                    models.CharField(
                        help_text="For friends; upper case, without look-alikes.", max_length=16, unique=True
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("web", "Website"),
                            ("mobile", "Mobile app"),
                            ("store", "In a store"),
                            ("postcard", "Postcard"),
                            ("sign_up", "Sign-up"),
                            ("import", "Imported"),
                            ("other", "Other"),
                        ],
                        default="web",
                        max_length=10,
                    ),
                ),
                ("joined_at", models.DateTimeField()),
                ("associate_id", models.UUIDField(blank=True, null=True)),
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="member", to="customers.customer"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-joined_at", "id"], name="member_newest")],
            },
        ),
        migrations.CreateModel(
            name="EnrolTokenUse",
            fields=[
                (
                    "reference",
                    models.CharField(
                        help_text="What the token was made for.", max_length=120, primary_key=True, serialize=False
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("web", "Website"),
                            ("mobile", "Mobile app"),
                            ("store", "In a store"),
                            ("postcard", "Postcard"),
                            ("sign_up", "Sign-up"),
                            ("import", "Imported"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens_used", to="loyalty.member"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MemberMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("merge_id", models.UUIDField(db_index=True)),
                ("kind", models.CharField(help_text="member, referral, reward", max_length=12)),
                ("row_id", models.UUIDField()),
                ("from_customer_id", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("merge_id", "kind", "row_id"), name="member_move_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("goes_live_at", models.DateTimeField(blank=True, null=True)),
                ("name", models.CharField(default="Points", max_length=80)),
                (
                    "currency",
                    models.CharField(default="USD", help_text="In which points are earned and spent.", max_length=3),
                ),
                (
                    "members_only",
                    models.BooleanField(default=False, help_text="On: only enrolled members earn points for orders."),
                ),
                ("earn_on_tax", models.BooleanField(default=False, help_text="Count tax towards what is spent.")),
                ("earn_on_points", models.BooleanField(default=False, help_text="Count what was paid with points.")),
                (
                    "pending_days",
                    models.PositiveIntegerField(
                        default=30, help_text="Days until earned points may be spent; 0 for at once."
                    ),
                ),
                (
                    "expiry",
                    models.CharField(
                        choices=[
                            ("rolling", "Each earning expires after some months"),
                            ("never", "Points do not expire"),
                        ],
                        default="rolling",
                        max_length=10,
                    ),
                ),
                ("expiry_months", models.PositiveIntegerField(default=12)),
                ("burn_points", models.PositiveIntegerField(default=100, help_text="So many points …")),
                ("burn_minor", models.PositiveIntegerField(default=100, help_text="… are worth so many minor units.")),
                (
                    "burn_minimum",
                    models.PositiveIntegerField(default=100, help_text="The fewest points one bill may take."),
                ),
                (
                    "burn_step",
                    models.PositiveIntegerField(default=1, help_text="Points are spent in multiples of this."),
                ),
                (
                    "burn_max_share_pct",
                    models.PositiveIntegerField(default=100, help_text="The most of a bill points may pay."),
                ),
                (
                    "hold_minutes",
                    models.PositiveIntegerField(default=60, help_text="How long a cart keeps points held for it."),
                ),
                (
                    "return_grace_days",
                    models.PositiveIntegerField(
                        default=30, help_text="Points given back after their expiry live so many days more."
                    ),
                ),
                (
                    "approval_points",
                    models.PositiveIntegerField(
                        default=1000,
                        help_text="Adjustments of more points than this wait for a second member of staff.",
                    ),
                ),
                (
                    "approval_minor",
                    models.PositiveIntegerField(default=5000, help_text="The same for store credit, in minor units."),
                ),
                (
                    "debt_policy",
                    models.CharField(
                        choices=[
                            ("debt", "Owe it: it is taken from what is earned next"),
                            ("within_balance", "Take what is left, forget the rest"),
                            ("write_off", "Let it go: nothing is taken back"),
                        ],
                        default="debt",
                        max_length=15,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="What changed, for whoever reads this next year.", max_length=300
                    ),
                ),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-goes_live_at"], name="programme_live")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("goes_live_at__isnull", False),
                            _connector="OR",
                        ),
                        name="programme_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("burn_minor__gt", 0), ("burn_points__gt", 0), ("burn_step__gt", 0)),
                        name="programme_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("burn_max_share_pct__gte", 1), ("burn_max_share_pct__lte", 100)),
                        name="programme_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expiry", "never"), ("expiry_months__gt", 0), _connector="OR"),
                        name="programme_expiry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralProgramme",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published"), ("withdrawn", "Withdrawn")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("goes_live_at", models.DateTimeField(blank=True, null=True)),
                (
                    "is_open",
                    models.BooleanField(default=True, help_text="Off: codes are refused from the go-live date on."),
                ),
                ("currency", models.CharField(default="USD", max_length=3)),
                (
                    "member_minor",
                    models.PositiveIntegerField(default=1500, help_text="Voucher for the member, in minor units."),
                ),
                (
                    "friend_minor",
                    models.PositiveIntegerField(default=1500, help_text="Voucher for the friend, in minor units."),
                ),
                ("voucher_days", models.PositiveIntegerField(default=365, help_text="Days until a voucher expires.")),
                (
                    "minimum_minor",
                    models.PositiveIntegerField(default=0, help_text="What the friend's first order must be worth."),
                ),
                (
                    "qualifies",
                    models.CharField(
                        choices=[
                            ("at_once", "As soon as the order is paid"),
                            ("after_days", "When the days for a return have passed"),
                        ],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                ("qualify_days", models.PositiveIntegerField(default=30, help_text="Days the return window lasts.")),
                (
                    "clawback",
                    models.CharField(
                        choices=[
                            ("debt", "Owe it: it is taken from what is earned next"),
                            ("within_balance", "Take what is left, forget the rest"),
                            ("write_off", "Let it go: nothing is taken back"),
                        ],
                        default="debt",
                        max_length=15,
                    ),
                ),
                (
                    "velocity_limit",
                    models.PositiveIntegerField(
                        default=10, help_text="More friends than this in the hours beside it go to review."
                    ),
                ),
                ("velocity_hours", models.PositiveIntegerField(default=24)),
                (
                    "note",
                    models.CharField(
                        blank=True, help_text="What changed, for whoever reads this next year.", max_length=300
                    ),
                ),
                ("created_by", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-goes_live_at"], name="referral_programme_live")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("goes_live_at__isnull", False),
                            _connector="OR",
                        ),
                        name="referral_programme_dated",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReferralUse",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=16)),
                (
                    "friend_key",
                    models.CharField(help_text="Who the friend is, whatever they log in with.", max_length=260),
                ),
                ("channel", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("claimed", "Waiting for payment"),
                            ("waiting", "Waiting for the return window"),
                            ("flagged", "In review"),
                            ("rewarded", "Rewarded"),
                            ("refused", "Refused"),
                            ("released", "Given back"),
                            ("clawed_back", "Taken back"),
                        ],
                        default="claimed",
                        max_length=12,
                    ),
                ),
                (
                    "reasons",
                    models.JSONField(blank=True, default=list, help_text="Why it is in review, or was refused."),
                ),
                ("qualifies_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decision", models.CharField(blank=True, max_length=300)),
                ("rewarded_at", models.DateTimeField(blank=True, null=True)),
                ("clawed_back_at", models.DateTimeField(blank=True, null=True)),
                (
                    "taken_back",
                    models.JSONField(blank=True, default=dict, help_text="What was taken and what is owed, by side."),
                ),
                (
                    "friend",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referred_by",
                        to="customers.customer",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="loyalty.member"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referral", to="orders.order"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="loyalty.referralprogramme"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member", "-claimed_at"], name="referral_of_member"),
                    models.Index(fields=["state", "-claimed_at"], name="referral_of_state"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["qualifies_at"], name="referral_due"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("claimed", "waiting", "flagged", "rewarded", "clawed_back"))),
                        fields=("friend_key",),
                        name="referral_once_a_friend",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("claimed", "waiting", "flagged", "rewarded", "clawed_back"))),
                        fields=("friend",),
                        name="referral_once_a_customer",
                    ),
                ],
            },
        ),
    ]
