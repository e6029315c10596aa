import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import omnichannel.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TaxCategory",
            fields=[
                ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
            ],
            options={
                "verbose_name_plural": "tax categories",
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("slug", models.SlugField(max_length=120)),
                ("path", models.CharField(max_length=500, unique=True)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="catalog.category",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "categories",
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("external_id", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("slug", models.SlugField(max_length=200, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("vendor", models.CharField(blank=True, max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("active", "Active"), ("archived", "Archived")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "option_names",
                    models.JSONField(blank=True, default=list, help_text='In order, for example ["Colour", "Size"].'),
                ),
                ("attributes", models.JSONField(blank=True, default=dict)),
                ("tags", models.JSONField(blank=True, default=list)),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                (
                    "facets",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        editable=False,
                        help_text="`option.Size=10`, `category=women/dresses` …",
                        size=None,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="catalog.category",
                    ),
                ),
                (
                    "tax_category",
                    models.ForeignKey(
                        default="standard",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.taxcategory",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["search"], name="product_search"),
                    django.contrib.postgres.indexes.GinIndex(fields=["facets"], name="product_facets"),
                    models.Index(fields=["category", "name"], name="product_by_category"),
                    models.Index(fields=["status", "-created_at", "-id"], name="product_listing"),
                    models.Index(fields=["status", "name", "id"], name="product_by_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductImage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "variant_options",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text='Shown for variants with these options, e.g. {"Colour": "Sage"}.',
                    ),
                ),
                ("file", models.FileField(blank=True, upload_to="products/")),
                ("url", models.CharField(blank=True, max_length=500)),
                ("alt", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="images", to="catalog.product"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=omnichannel.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sku", models.CharField(max_length=80, unique=True)),
                (
                    "barcode",
                    models.CharField(
                        blank=True, help_text="EAN-13, UPC-A or GTIN-14.", max_length=32, null=True, unique=True
                    ),
                ),
                ("name", models.CharField(blank=True, help_text="What sets it apart: “Sage, 10”.", max_length=200)),
                ("options", models.JSONField(blank=True, default=dict)),
                (
                    "stock_policy",
                    models.CharField(
                        choices=[
                            ("tracked", "Tracked: sold while there is stock"),
                            ("backorder", "Back-order: sold beyond stock"),
                            ("untracked", "Not tracked"),
                        ],
                        default="tracked",
                        max_length=10,
                    ),
                ),
                ("weight_grams", models.PositiveIntegerField(default=0)),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="variants", to="catalog.product"
                    ),
                ),
            ],
            options={
                "ordering": ["position", "sku"],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("is_sale", models.BooleanField(default=False)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(blank=True, null=True)),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When a price that had not begun was taken back: it never held and counts nowhere.",
                        null=True,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("created_by", models.CharField(blank=True, max_length=80)),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="prices", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["variant", "currency", "-valid_from"], name="price_of_variant")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="price_span_forward",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("valid_until", None), ("withdrawn_at", None)),
                        fields=("variant", "currency", "is_sale"),
                        name="price_one_open_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductDocument",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("currency", models.CharField(max_length=3)),
                ("body", models.TextField()),
                ("card", models.TextField(help_text="What lists show.")),
                ("price_minor", models.PositiveBigIntegerField(help_text="The lowest of its variants.", null=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="catalog.product"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["currency", "price_minor", "product"], name="document_by_price"),
                    models.Index(condition=models.Q(("until__isnull", False)), fields=["until"], name="document_due"),
                ],
                "constraints": [models.UniqueConstraint(fields=("product", "currency"), name="document_once")],
            },
        ),
        migrations.CreateModel(
            name="ProductRelation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("complementary", "Goes with"), ("similar", "Similar"), ("accessory", "Accessory")],
                        max_length=15,
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relations", to="catalog.product"
                    ),
                ),
                (
                    "related",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.product"
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("product", "related", "kind"), name="relation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("product", models.F("related")), _negated=True), name="relation_not_itself"
                    ),
                ],
            },
        ),
    ]
