import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("carts", "__first__"),
        ("catalog", "__first__"),
        ("customers", "__first__"),
        ("stores", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Fulfilment",
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
                        choices=[("ship", "Ship"), ("pickup", "Pick up"), ("carry_out", "Carry out")], max_length=10
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("accepted", "Accepted"),
                            ("picking", "Picking"),
                            ("ready", "Ready"),
                            ("collected", "Collected"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("expired", "Expired"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="placed",
                        max_length=10,
                    ),
                ),
                ("hold_id", models.UUIDField(null=True)),
                ("promised_at", models.DateTimeField(blank=True, null=True)),
                ("collect_until", models.DateTimeField(blank=True, null=True)),
                ("pickup_code_hash", models.CharField(blank=True, max_length=64)),
                ("pickup_code_encrypted", models.TextField(blank=True)),
                ("carrier", models.CharField(blank=True, max_length=60)),
                ("tracking_number", models.CharField(blank=True, max_length=100)),
                ("tracking_url", models.URLField(blank=True, max_length=500)),
                ("ship_to", models.JSONField(blank=True, default=dict)),
                ("shipping_method", models.CharField(blank=True, max_length=40)),
                ("staging_place", models.CharField(blank=True, max_length=60)),
                ("handed_over_by", models.CharField(blank=True, max_length=80)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where it is picked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FulfilmentChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_status", models.CharField(blank=True, max_length=10)),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("accepted", "Accepted"),
                            ("picking", "Picking"),
                            ("ready", "Ready"),
                            ("collected", "Collected"),
                            ("shipped", "Shipped"),
                            ("delivered", "Delivered"),
                            ("expired", "Expired"),
                            ("rejected", "Rejected"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("actor", models.CharField(max_length=80)),
                ("device_id", models.UUIDField(null=True)),
                ("associate_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "fulfilment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="history", to="orders.fulfilment"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GatewayMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=30)),
                ("message_id", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=80)),
                ("body", models.JSONField()),
                ("received_at", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "message_id"), name="gateway_message_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(help_text="Readable; not a sequence.", max_length=16, unique=True)),
                (
                    "source",
                    models.CharField(
                        default="cart", help_text="cart, or the system it was recorded from.", max_length=40
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=120, null=True)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("phone", models.CharField(blank=True, max_length=20)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("placed", "Placed"),
                            ("confirmed", "Confirmed"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="placed",
                        max_length=10,
                    ),
                ),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("unpaid", "Unpaid"),
                            ("partly_paid", "Partly paid"),
                            ("paid", "Paid"),
                            ("partly_refunded", "Partly refunded"),
                            ("refunded", "Refunded"),
                        ],
                        default="unpaid",
                        max_length=16,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("items_minor", models.BigIntegerField(help_text="Sum of unit price × quantity.")),
                ("discount_minor", models.BigIntegerField(default=0, help_text="Zero or negative.")),
                ("shipping_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0, help_text="Tax added to the bill.")),
                ("tax_included_minor", models.BigIntegerField(default=0, help_text="Tax the prices contain.")),
                ("total_minor", models.BigIntegerField()),
                (
                    "current_total_minor",
                    models.BigIntegerField(help_text="The total after every recorded cancellation, edit and return."),
                ),
                ("paid_minor", models.BigIntegerField(default=0)),
                (
                    "refunded_minor",
                    models.BigIntegerField(
                        default=0, help_text="Promised or done; a refund that failed is taken off again."
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
                ("device_id", models.UUIDField(null=True)),
                ("campaign", models.JSONField(blank=True, default=dict)),
                ("ship_to", models.JSONField(blank=True, default=dict)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("locale", models.CharField(blank=True, max_length=10)),
                ("version", models.PositiveIntegerField(default=1)),
                ("placed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pay_until",
                    models.DateTimeField(
                        blank=True, help_text="Unpaid at this moment, it is cancelled and its stock returns.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "associate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.associate",
                    ),
                ),
                (
                    "cart",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="carts.cart",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="customers.customer",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
                    models.Index(fields=["-placed_at", "id"], name="order_newest"),
                    models.Index(fields=["store", "-placed_at"], name="order_of_store"),
                    models.Index(fields=["email"], name="order_email"),
                    models.Index(condition=models.Q(("status", "placed")), fields=["pay_until"], name="order_unpaid"),
                    models.Index(fields=["status", "-placed_at"], name="order_of_status"),
                    models.Index(fields=["channel", "-placed_at"], name="order_of_channel"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "external_id"), name="order_recorded_once"),
                    models.CheckConstraint(
                        condition=models.Q(("paid_minor__gte", 0), ("refunded_minor__gte", 0)),
                        name="order_money_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("refunded_minor__lte", models.F("paid_minor"))),
                        name="order_refund_within_paid",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="fulfilment",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="fulfilments", to="orders.order"
            ),
        ),
        migrations.CreateModel(
            name="OrderChange",
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
                            ("cancel", "Cancelled"),
                            ("address", "Address changed"),
                            ("quantity_up", "Units added"),
                            ("quantity_down", "Units taken off"),
                            ("note", "Note"),
                            ("return", "Returned"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("data", models.JSONField(default=dict)),
                ("money_delta_minor", models.BigIntegerField(default=0)),
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
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("sku", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=300)),
                ("options", models.JSONField(blank=True, default=dict)),
                ("personalisation", models.JSONField(blank=True, default=dict)),
                ("is_gift", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("quantity", models.PositiveIntegerField()),
                ("cancelled_quantity", models.PositiveIntegerField(default=0)),
                ("returned_quantity", models.PositiveIntegerField(default=0)),
                ("unit_price_minor", models.BigIntegerField()),
                ("list_price_minor", models.BigIntegerField(null=True)),
                (
                    "discount_minor",
                    models.BigIntegerField(
                        default=0, help_text="This line's share of all discounts, zero or negative."
                    ),
                ),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("tax_included_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(help_text="What the customer pays for this line, tax added.")),
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
                        help_text="Where the line was added.",
                        max_length=20,
                    ),
                ),
                ("store_id", models.UUIDField(null=True)),
                ("device_id", models.UUIDField(null=True)),
                ("associate_id", models.UUIDField(null=True)),
                (
                    "change_id",
                    models.UUIDField(
                        help_text="The recorded edit that added the line; none for what was placed.", null=True
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.order"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="order_lines",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [models.Index(fields=["sku"], name="order_line_sku")],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "position"), name="order_line_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("cancelled_quantity"), "+", models.F("returned_quantity")
                                ),
                            )
                        ),
                        name="order_line_not_over_returned",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderAdjustment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(help_text="discount, tax, shipping, fee, price_difference", max_length=20)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("label", models.CharField(max_length=200)),
                ("amount_minor", models.BigIntegerField()),
                ("rate_pct", models.DecimalField(blank=True, decimal_places=4, max_digits=7, null=True)),
                ("included", models.BooleanField(default=False)),
                ("source", models.CharField(blank=True, help_text="The provider and its reference.", max_length=60)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="adjustments", to="orders.order"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adjustments",
                        to="orders.orderline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FulfilmentLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("quantity", models.PositiveIntegerField()),
                ("cancelled_quantity", models.PositiveIntegerField(default=0)),
                (
                    "fulfilment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.fulfilment"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fulfilment_lines",
                        to="orders.orderline",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("fulfilment", "line"), name="fulfilment_line_once")],
            },
        ),
        migrations.CreateModel(
            name="OrderMove",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("merge_id", models.UUIDField(db_index=True)),
                ("from_customer_id", models.UUIDField()),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("merge_id", "order"), name="order_move_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("provider", models.CharField(help_text="cash, terminal, sandbox, stripe …", max_length=30)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("authorised", "Authorised"),
                            ("captured", "Captured"),
                            ("failed", "Failed"),
                            ("voided", "Voided"),
                            ("unknown", "Answer awaited"),
                        ],
                        default="pending",
                        max_length=12,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("captured_minor", models.BigIntegerField(default=0)),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=3)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("gateway_reference", models.CharField(blank=True, db_index=True, max_length=200)),
                (
                    "method",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What may be shown: brand, last four, cash tendered and change.",
                    ),
                ),
                ("client_secret", models.TextField(blank=True)),
                (
                    "action_url",
                    models.CharField(blank=True, help_text="Where the customer finishes the payment.", max_length=500),
                ),
                (
                    "capture_mode",
                    models.CharField(
                        choices=[("now", "With the authorisation"), ("on_handover", "When the goods leave")],
                        default="now",
                        max_length=12,
                    ),
                ),
                ("failure_code", models.CharField(blank=True, max_length=60)),
                ("failure_message", models.CharField(blank=True, max_length=300)),
                (
                    "void_requested_at",
                    models.DateTimeField(
                        help_text="Nobody wants this money any more; the gateway is told until it answers.", null=True
                    ),
                ),
                ("poll_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("actor", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payments", to="orders.order"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("poll_at__isnull", False)), fields=["poll_at"], name="payment_poll"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="payment_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("captured_minor__lte", models.F("amount_minor")),
                            ("refunded_minor__gte", 0),
                            ("refunded_minor__lte", models.F("captured_minor")),
                        ),
                        name="payment_money_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("expires_at", models.DateTimeField()),
                ("paid_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("created_by", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="payment_links", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("return", "Return"),
                            ("cancel", "Cancellation"),
                            ("edit", "Edit"),
                            ("late_capture", "Paid after it was cancelled"),
                            ("overpaid", "Paid twice"),
                        ],
                        max_length=20,
                    ),
                ),
                ("cause_id", models.UUIDField()),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("done", "Refunded"),
                            ("failed", "Failed"),
                            ("unknown", "Answer awaited"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("gateway_reference", models.CharField(blank=True, max_length=200)),
                ("failure_message", models.CharField(blank=True, max_length=300)),
                ("poll_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="refunds", to="orders.order"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="refunds", to="orders.payment"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("poll_at__isnull", False)), fields=["poll_at"], name="refund_poll")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("cause_id", "payment"), name="refund_once_per_cause"),
                    models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="refund_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=16, unique=True)),
                ("refund_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("note", models.CharField(blank=True, max_length=500)),
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
                ("actor", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="returns", to="orders.order"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where the goods went.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stores.store",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("quantity", models.PositiveIntegerField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("does_not_fit", "Does not fit"),
                            ("not_as_described", "Not as described"),
                            ("damaged", "Damaged"),
                            ("wrong_item", "Wrong item"),
                            ("changed_mind", "Changed mind"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "condition",
                    models.CharField(
                        choices=[
                            ("as_new", "As new: back to stock"),
                            ("damaged", "Damaged: kept apart"),
                            ("write_off", "Written off"),
                        ],
                        max_length=10,
                    ),
                ),
                ("refund_minor", models.BigIntegerField()),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="return_lines", to="orders.orderline"
                    ),
                ),
                (
                    "return_record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="orders.return"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("return_record", "line"), name="return_line_once")],
            },
        ),
        migrations.CreateModel(
            name="StockDiscrepancy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("missing", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved")], default="open", max_length=10
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="discrepancies", to="orders.order"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stores.store"),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stock discrepancies",
                "constraints": [
                    models.UniqueConstraint(fields=("order", "store", "variant"), name="stock_discrepancy_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(("kind", "pickup"), ("status__in", ["placed", "accepted", "picking", "ready"])),
                fields=["store", "promised_at"],
                name="fulfilment_board",
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(
                condition=models.Q(("status", "ready")), fields=["status", "collect_until"], name="fulfilment_deadline"
            ),
        ),
        migrations.AddIndex(
            model_name="fulfilment",
            index=models.Index(fields=["store", "status", "-created_at"], name="fulfilment_of_store"),
        ),
    ]
