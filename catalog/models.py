"""What is sold. A product is described once; a variant is what lies on the shelf and has a SKU."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from catalog.states import ProductStatus, RelationKind, StockPolicy
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.money import format_money


class Category(models.Model):
    """A node of the category tree. `path` holds the slugs from the root (`women/dresses`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120)
    path = models.CharField(max_length=500, unique=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["path"]

    def __str__(self) -> str:
        """`Women › Trousers and skirts`: where it stands, in words, without asking for those above it."""
        above = (part.replace("-", " ").capitalize() for part in self.path.split("/")[:-1])
        return " › ".join([*above, self.name])


class TaxCategory(models.Model):
    """How a thing is taxed, by name (`standard`, `food`, `clothing`); rates stand with the tax provider."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "tax categories"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    external_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    slug = models.SlugField(max_length=200, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    vendor = models.CharField(max_length=120, blank=True)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.PROTECT, related_name="products")
    tax_category = models.ForeignKey(TaxCategory, on_delete=models.PROTECT, default="standard", related_name="+")
    status = models.CharField(max_length=10, choices=ProductStatus.choices, default=ProductStatus.DRAFT)
    option_names = models.JSONField(default=list, blank=True, help_text='In order, for example ["Colour", "Size"].')
    attributes = models.JSONField(default=dict, blank=True)
    tags = models.JSONField(default=list, blank=True)
    # Made with the documents: what full-text search and the facets of a list are asked of.
    search = SearchVectorField(null=True, editable=False)
    facets = ArrayField(
        models.TextField(), default=list, editable=False, help_text="`option.Size=10`, `category=women/dresses` …"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="product_search"),
            GinIndex(fields=["facets"], name="product_facets"),
            models.Index(fields=["category", "name"], name="product_by_category"),
            models.Index(fields=["status", "-created_at", "-id"], name="product_listing"),
            models.Index(fields=["status", "name", "id"], name="product_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=80, unique=True)
    barcode = models.CharField(max_length=32, null=True, blank=True, unique=True, help_text="EAN-13, UPC-A or GTIN-14.")
    name = models.CharField(max_length=200, blank=True, help_text="What sets it apart: “Sage, 10”.")
    options = models.JSONField(default=dict, blank=True)
    stock_policy = models.CharField(max_length=10, choices=StockPolicy.choices, default=StockPolicy.TRACKED)
    weight_grams = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "sku"]

    def __str__(self) -> str:
        return self.sku


class Price(models.Model):
    """One price of a variant in one currency for a span of time. Changing a price closes a row and opens another.

    Of all rows that hold at a moment, a sale price wins over a list price.
    """

    id = models.BigAutoField(primary_key=True)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3)
    amount_minor = models.PositiveBigIntegerField()
    is_sale = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When a price that had not begun was taken back: it never held and counts nowhere.",
    )
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.CharField(max_length=80, blank=True)

    class Meta:
        # No two prices of a kind hold at once: see migration 0003 (an exclusion over a hash, without btree_gist).
        indexes = [models.Index(fields=["variant", "currency", "-valid_from"], name="price_of_variant")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")),
                name="price_span_forward",
            ),
            models.UniqueConstraint(
                fields=["variant", "currency", "is_sale"],
                condition=models.Q(valid_until=None, withdrawn_at=None),
                name="price_one_open_end",
            ),
        ]

    def __str__(self) -> str:
        return format_money(self.amount_minor, self.currency)


class ProductImage(models.Model):
    """A picture: an uploaded file or the address of one (imports, CDNs)."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    variant_options = models.JSONField(
        default=dict, blank=True, help_text='Shown for variants with these options, e.g. {"Colour": "Sage"}.'
    )
    file = models.FileField(upload_to="products/", blank=True)
    url = models.CharField(max_length=500, blank=True)
    alt = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.url or str(self.file)


class ProductRelation(models.Model):
    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="relations")
    related = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=15, choices=RelationKind.choices)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "related", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~models.Q(product=models.F("related")), name="relation_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.kind} {self.related_id}"


class ProductDocument(models.Model):
    """A product's finished public JSON in one currency, made when it is written; reads return it as it is.

    `until` is the next price boundary, or a moment gone by when something it shows was changed elsewhere:
    a read past it makes it anew first.
    """

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="documents")
    currency = models.CharField(max_length=3)
    body = models.TextField()
    card = models.TextField(help_text="What lists show.")
    price_minor = models.PositiveBigIntegerField(null=True, help_text="The lowest of its variants.")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "currency"], name="document_once")]
        indexes = [
            models.Index(fields=["currency", "price_minor", "product"], name="document_by_price"),
            models.Index(fields=["until"], name="document_due", condition=models.Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.currency}"
