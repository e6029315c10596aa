"""The shared cart: one open cart per customer, reached from every channel; guest carts by token."""

from django.db import models
from django.db.models.functions import Now

from carts.states import CartStatus, FulfilmentKind, ListKind, MergeStrategy
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7


class Cart(models.Model):
    """`document` is the finished public answer, text as it goes over the wire, priced until `priced_until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.CASCADE, related_name="carts"
    )
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=CartStatus.choices, default=CartStatus.OPEN)
    currency = models.CharField(max_length=3)
    channel = models.CharField(max_length=20, choices=Channel.choices, help_text="Where it was opened.")
    store = models.ForeignKey("stores.Store", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    email = models.EmailField(blank=True)
    # How it is to reach the customer, for shipping and tax; lines may differ (`CartLine.fulfilment`).
    fulfilment = models.JSONField(default=dict, blank=True)
    ship_to = models.JSONField(default=dict, blank=True)
    shipping_method = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=0)
    document = models.TextField(default="{}", editable=False)
    priced_until = models.DateTimeField(null=True, editable=False)
    total_minor = models.BigIntegerField(default=0)
    item_count = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField()
    abandoned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Which customer merge brought it here and from whom, so that undoing takes exactly this back.
    moved_in_merge = models.UUIDField(null=True, editable=False)
    moved_from = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(status=CartStatus.OPEN), name="cart_one_open_per_customer"
            ),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False) | models.Q(token_hash__isnull=False),
                name="cart_has_an_owner",
            ),
        ]
        indexes = [
            models.Index(
                "last_activity_at",
                name="cart_resting",
                condition=models.Q(status=CartStatus.OPEN, abandoned_at=None, item_count__gt=0),
            ),
            models.Index(
                fields=["-last_activity_at", "id"], name="cart_open_newest", condition=models.Q(status=CartStatus.OPEN)
            ),
            models.Index(
                fields=["moved_in_merge"], name="cart_moved", condition=models.Q(moved_in_merge__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CartLine(models.Model):
    """`added_*` say where the line came from, `changed_*` where it was last touched (B2)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    personalisation = models.JSONField(default=dict, blank=True)
    personalisation_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    quantity = models.PositiveIntegerField()
    is_gift = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    fulfilment_kind = models.CharField(max_length=10, choices=FulfilmentKind.choices, blank=True)
    fulfilment_store = models.ForeignKey(
        "stores.Store", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    price_seen_minor = models.BigIntegerField(
        default=0, help_text="Unit price the customer last saw; a difference is a problem on the line."
    )
    added_channel = models.CharField(max_length=20, choices=Channel.choices)
    added_store_id = models.UUIDField(null=True)
    added_device_id = models.UUIDField(null=True)
    added_associate_id = models.UUIDField(null=True)
    added_by_name = models.CharField(
        max_length=100, blank=True, default="", help_text="The associate's name at the time."
    )
    added_at = models.DateTimeField()
    changed_channel = models.CharField(max_length=20, choices=Channel.choices)
    changed_store_id = models.UUIDField(null=True)
    changed_device_id = models.UUIDField(null=True)
    changed_associate_id = models.UUIDField(null=True)
    changed_by_name = models.CharField(max_length=100, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "variant", "personalisation_key"], name="cart_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1, quantity__lte=9999), name="cart_line_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"


class CartCode(models.Model):
    """A code the customer typed; kept with the cart even while it does not apply, with the reason in the document."""

    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=60)
    resolver = models.CharField(max_length=30, help_text="The CodeResolver that knows it.")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart", "code"], name="cart_code_once")]

    def __str__(self) -> str:
        return self.code


class CartQuote(models.Model):
    """The answer of a remote provider (tax engine, carrier), good for one version of a cart until it expires."""

    id = models.BigAutoField(primary_key=True)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="quotes")
    provider = models.CharField(max_length=40)
    cart_version = models.PositiveIntegerField()
    answer = models.JSONField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart", "provider"], name="cart_quote_latest")]

    def __str__(self) -> str:
        return f"{self.provider} v{self.cart_version}"


class CartMerge(models.Model):
    """A guest cart that went into a customer's, with the per-line report and what is needed to undo it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="merges")
    strategy = models.CharField(max_length=15, choices=MergeStrategy.choices)
    report = models.JSONField(default=list)
    before = models.JSONField(default=list, help_text="The target's lines before the merge.")
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    customer_merge_id = models.UUIDField(null=True, editable=False, db_index=True)

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class CartHandoff(models.Model):
    """A one-time door to a cart for another device: a QR and a short code, once, for two minutes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="handoffs")
    code_hash = models.CharField(max_length=64, unique=True)
    created_by = models.CharField(max_length=80)
    created_channel = models.CharField(max_length=20, choices=Channel.choices)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.CharField(max_length=80, blank=True)
    used_channel = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return str(self.id)


class CartAccess(models.Model):
    """What a used hand-off or cart link gives: the right to one cart, by a device or a new guest token, for a while."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="accesses")
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    device_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=20, help_text="handoff or link")
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reason} → {self.cart_id}"


class WishList(models.Model):
    """A customer's list. Saved-for-later is the list of kind `saved`, one a customer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="wish_lists")
    kind = models.CharField(max_length=10, choices=ListKind.choices, default=ListKind.WISH)
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)
    share_token = models.CharField(
        max_length=43, null=True, unique=True, help_text="Whoever holds it may read the list."
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    moved_in_merge = models.UUIDField(null=True, editable=False, db_index=True)
    moved_from = models.UUIDField(null=True, editable=False)
    moved_was = models.JSONField(
        default=dict, blank=True, editable=False, help_text="Kind and default flag before the move."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(kind=ListKind.SAVED), name="wish_list_one_saved"
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_default=True, kind=ListKind.WISH),
                name="wish_list_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WishListItem(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    wish_list = models.ForeignKey(WishList, on_delete=models.CASCADE, related_name="items")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.CASCADE, related_name="+")
    personalisation = models.JSONField(default=dict, blank=True)
    personalisation_key = models.CharField(max_length=64, blank=True, default="")
    quantity = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=500, blank=True)
    price_seen_minor = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    store_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(fields=["wish_list", "variant", "personalisation_key"], name="wish_list_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} × {self.quantity}"


class RateTables(models.Model):
    """One row whose `version` changes, by trigger, with every change to rates, zones and methods.

    Carts are loaded with it, so each process knows for nothing whether its copy of those tables still holds.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    version = models.UUIDField()

    def __str__(self) -> str:
        return str(self.version)


class TaxRate(models.Model):
    """The built-in tax provider's table: the most specific region and category wins."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=100, blank=True)
    category = models.ForeignKey(
        "catalog.TaxCategory", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    rate_pct = models.DecimalField(max_digits=7, decimal_places=4)
    included = models.BooleanField(default=False, help_text="Prices already contain it.")
    applies_to_shipping = models.BooleanField(default=False)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["country", "region"], name="tax_rate_region")]

    def __str__(self) -> str:
        return f"{self.name} {self.rate_pct}%"


class ShippingZone(models.Model):
    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    countries = models.JSONField(default=list, help_text='["US"], or ["*"] for everywhere else.')
    regions = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ShippingMethod(models.Model):
    """The built-in shipping provider's table: a price by zone and weight band."""

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="methods")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    min_weight_grams = models.PositiveIntegerField(default=0)
    max_weight_grams = models.PositiveIntegerField(null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField()
    free_from_minor = models.PositiveBigIntegerField(null=True, blank=True)
    min_days = models.PositiveSmallIntegerField(default=2)
    max_days = models.PositiveSmallIntegerField(default=5)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "code", "currency", "min_weight_grams"], name="shipping_method_band_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
