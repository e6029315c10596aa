import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0003_prices_never_overlap"),
        ("customers", "0002_search"),
        ("stores", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RateTables",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ("version", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="ShippingZone",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("countries", models.JSONField(default=list, help_text='["US"], or ["*"] for everywhere else.')),
                ("regions", models.JSONField(blank=True, default=list)),
                ("position", models.PositiveIntegerField(default=0)),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Cart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, null=True, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("placed", "Became an order"),
                            ("merged", "Merged into another cart"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
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
                        help_text="Where it was opened.",
                        max_length=20,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("fulfilment", models.JSONField(blank=True, default=dict)),
                ("ship_to", models.JSONField(blank=True, default=dict)),
                ("shipping_method", models.CharField(blank=True, max_length=40)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("version", models.PositiveIntegerField(default=0)),
                ("document", models.TextField(default="{}", editable=False)),
                ("priced_until", models.DateTimeField(editable=False, null=True)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("item_count", models.PositiveIntegerField(default=0)),
                ("last_activity_at", models.DateTimeField()),
                ("abandoned_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("moved_in_merge", models.UUIDField(db_index=True, editable=False, null=True)),
                ("moved_from", models.UUIDField(editable=False, null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carts",
                        to="customers.customer",
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
                "indexes": [
                    models.Index(
                        models.F("last_activity_at"),
                        condition=models.Q(("abandoned_at", None), ("item_count__gt", 0), ("status", "open")),
                        name="cart_resting",
                    ),
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["-last_activity_at", "id"],
                        name="cart_open_newest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("customer",), name="cart_one_open_per_customer"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("customer__isnull", False), ("token_hash__isnull", False), _connector="OR"),
                        name="cart_has_an_owner",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CartAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("device_id", models.UUIDField(null=True)),
                ("reason", models.CharField(help_text="handoff or link", max_length=20)),
                ("expires_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accesses", to="carts.cart"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                ("resolver", models.CharField(help_text="The CodeResolver that knows it.", max_length=30)),
                ("added_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="carts.cart"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cart", "code"), name="cart_code_once")],
            },
        ),
        migrations.CreateModel(
            name="CartHandoff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code_hash", models.CharField(max_length=64, unique=True)),
                ("created_by", models.CharField(max_length=80)),
                (
                    "created_channel",
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
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("used_by", models.CharField(blank=True, max_length=80)),
                ("used_channel", models.CharField(blank=True, max_length=20)),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handoffs", to="carts.cart"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("personalisation", models.JSONField(blank=True, default=dict)),
                ("personalisation_key", models.CharField(blank=True, default="", editable=False, max_length=64)),
                ("quantity", models.PositiveIntegerField()),
                ("is_gift", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "fulfilment_kind",
                    models.CharField(
                        blank=True,
                        choices=[("ship", "Ship"), ("pickup", "Pick up"), ("carry_out", "Carry out")],
                        max_length=10,
                    ),
                ),
                (
                    "price_seen_minor",
                    models.BigIntegerField(
                        default=0, help_text="Unit price the customer last saw; a difference is a problem on the line."
                    ),
                ),
                (
                    "added_channel",
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
                ("added_store_id", models.UUIDField(null=True)),
                ("added_device_id", models.UUIDField(null=True)),
                ("added_associate_id", models.UUIDField(null=True)),
                (
                    "added_by_name",
                    models.CharField(
                        blank=True, default="", help_text="The associate's name at the time.", max_length=100
                    ),
                ),
                ("added_at", models.DateTimeField()),
                (
                    "changed_channel",
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
                ("changed_store_id", models.UUIDField(null=True)),
                ("changed_device_id", models.UUIDField(null=True)),
                ("changed_associate_id", models.UUIDField(null=True)),
                ("changed_by_name", models.CharField(blank=True, default="", max_length=100)),
                ("changed_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="carts.cart"
                    ),
                ),
                (
                    "fulfilment_store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="stores.store",
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
                "ordering": ["added_at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("cart", "variant", "personalisation_key"), name="cart_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1), ("quantity__lte", 9999)), name="cart_line_quantity"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CartMerge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strategy",
                    models.CharField(
                        choices=[
                            ("sum", "Add quantities"),
                            ("maximum", "Keep the larger quantity"),
                            ("keep_customer", "Keep the customer's line"),
                            ("keep_guest", "Keep the guest's line"),
                        ],
                        max_length=15,
                    ),
                ),
                ("report", models.JSONField(default=list)),
                ("before", models.JSONField(default=list, help_text="The target's lines before the merge.")),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
                ("customer_merge_id", models.UUIDField(db_index=True, editable=False, null=True)),
                (
                    "source",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="carts.cart"),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="carts.cart"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CartQuote",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("provider", models.CharField(max_length=40)),
                ("cart_version", models.PositiveIntegerField()),
                ("answer", models.JSONField()),
                ("expires_at", models.DateTimeField()),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotes", to="carts.cart"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("cart", "provider"), name="cart_quote_latest")],
            },
        ),
        migrations.CreateModel(
            name="ShippingMethod",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("min_weight_grams", models.PositiveIntegerField(default=0)),
                ("max_weight_grams", models.PositiveIntegerField(blank=True, null=True)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("free_from_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("min_days", models.PositiveSmallIntegerField(default=2)),
                ("max_days", models.PositiveSmallIntegerField(default=5)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="methods", to="carts.shippingzone"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("zone", "code", "currency", "min_weight_grams"), name="shipping_method_band_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("country", models.CharField(max_length=2)),
                ("region", models.CharField(blank=True, max_length=100)),
                ("rate_pct", models.DecimalField(decimal_places=4, max_digits=7)),
                ("included", models.BooleanField(default=False, help_text="Prices already contain it.")),
                ("applies_to_shipping", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField(blank=True, null=True)),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.taxcategory",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["country", "region"], name="tax_rate_region")],
            },
        ),
        migrations.CreateModel(
            name="WishList",
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
                        choices=[("wish", "Wish list"), ("saved", "Saved for later")], default="wish", max_length=10
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("is_default", models.BooleanField(default=False)),
                (
                    "share_token",
                    models.CharField(
                        help_text="Whoever holds it may read the list.", max_length=43, null=True, unique=True
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("moved_in_merge", models.UUIDField(db_index=True, editable=False, null=True)),
                ("moved_from", models.UUIDField(editable=False, null=True)),
                (
                    "moved_was",
                    models.JSONField(
                        blank=True, default=dict, editable=False, help_text="Kind and default flag before the move."
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wish_lists", to="customers.customer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "saved")), fields=("customer",), name="wish_list_one_saved"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True), ("kind", "wish")),
                        fields=("customer",),
                        name="wish_list_one_default",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WishListItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("personalisation", models.JSONField(blank=True, default=dict)),
                ("personalisation_key", models.CharField(blank=True, default="", max_length=64)),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("price_seen_minor", models.BigIntegerField(null=True)),
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
                ("associate_id", models.UUIDField(null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.variant"
                    ),
                ),
                (
                    "wish_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="carts.wishlist"
                    ),
                ),
            ],
            options={
                "ordering": ["-added_at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("wish_list", "variant", "personalisation_key"), name="wish_list_item_once"
                    )
                ],
            },
        ),
    ]
