"""Orders as they were placed: a snapshot that later changes are recorded beside, never written into."""

from django.db import models
from django.db.models.functions import Now

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7
from orders.states import ChangeKind, OrderStatus, PaymentStatus


class Order(models.Model):
    """Amounts in minor units of `currency`. `total_minor` = items + adjustments that are not included."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=16, unique=True, help_text="Readable; not a sequence.")
    cart = models.OneToOneField("carts.Cart", null=True, blank=True, on_delete=models.PROTECT, related_name="order")
    source = models.CharField(max_length=40, default="cart", help_text="cart, or the system it was recorded from.")
    external_id = models.CharField(max_length=120, null=True, blank=True)
    customer = models.ForeignKey(
        "customers.Customer",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
        db_index=False,  # order_of_customer
    )
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=10, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    payment_status = models.CharField(max_length=16, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    currency = models.CharField(max_length=3)
    items_minor = models.BigIntegerField(help_text="Sum of unit price × quantity.")
    discount_minor = models.BigIntegerField(default=0, help_text="Zero or negative.")
    shipping_minor = models.BigIntegerField(default=0)
    tax_minor = models.BigIntegerField(default=0, help_text="Tax added to the bill.")
    tax_included_minor = models.BigIntegerField(default=0, help_text="Tax the prices contain.")
    total_minor = models.BigIntegerField()
    current_total_minor = models.BigIntegerField(
        help_text="The total after every recorded cancellation, edit and return."
    )
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(
        default=0, help_text="Promised or done; a refund that failed is taken off again."
    )
    channel = models.CharField(max_length=20, choices=Channel.choices)
    store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # order_of_store
    )
    device_id = models.UUIDField(null=True)
    associate = models.ForeignKey(
        "stores.Associate",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,  # order_of_associate
    )
    campaign = models.JSONField(default=dict, blank=True)
    ship_to = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=500, blank=True)
    locale = models.CharField(max_length=10, blank=True)
    version = models.PositiveIntegerField(default=1)
    placed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    pay_until = models.DateTimeField(
        null=True, blank=True, help_text="Unpaid at this moment, it is cancelled and its stock returns."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="order_recorded_once"),
            models.CheckConstraint(
                condition=models.Q(paid_minor__gte=0, refunded_minor__gte=0), name="order_money_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_minor__lte=models.F("paid_minor")), name="order_refund_within_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["-placed_at", "id"], name="order_newest"),
            models.Index(fields=["store", "-placed_at"], name="order_of_store"),
            models.Index(fields=["associate"], name="order_of_associate", condition=models.Q(associate__isnull=False)),
            models.Index(fields=["email"], name="order_email"),
            models.Index(fields=["pay_until"], name="order_unpaid", condition=models.Q(status=OrderStatus.PLACED)),
            models.Index(fields=["status", "-placed_at"], name="order_of_status"),
            models.Index(fields=["channel", "-placed_at"], name="order_of_channel"),
            # Staff type the other system's number alone; the unique one begins with its source.
            models.Index(
                fields=["external_id"], name="order_external_id", condition=models.Q(external_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """What was sold, in the words and numbers of that moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order,
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,  # order_line_position
    )
    position = models.PositiveIntegerField()
    variant = models.ForeignKey(
        "catalog.Variant", null=True, blank=True, on_delete=models.SET_NULL, related_name="order_lines"
    )
    sku = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    options = models.JSONField(default=dict, blank=True)
    personalisation = models.JSONField(default=dict, blank=True)
    is_gift = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    returned_quantity = models.PositiveIntegerField(default=0)
    unit_price_minor = models.BigIntegerField()
    list_price_minor = models.BigIntegerField(null=True)
    discount_minor = models.BigIntegerField(
        default=0, help_text="This line's share of all discounts, zero or negative."
    )
    tax_minor = models.BigIntegerField(default=0)
    tax_included_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField(help_text="What the customer pays for this line, tax added.")
    channel = models.CharField(max_length=20, choices=Channel.choices, help_text="Where the line was added.")
    store_id = models.UUIDField(null=True)
    device_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    change_id = models.UUIDField(
        null=True, help_text="The recorded edit that added the line; none for what was placed."
    )

    class Meta:
        ordering = ["position"]
        indexes = [models.Index(fields=["sku"], name="order_line_sku")]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position"),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=models.F("cancelled_quantity") + models.F("returned_quantity")),
                name="order_line_not_over_returned",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class OrderAdjustment(models.Model):
    """A discount, tax, fee or shipping charge. Raises the bill when positive; `included` ones only explain it."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="adjustments")
    line = models.ForeignKey(OrderLine, null=True, blank=True, on_delete=models.CASCADE, related_name="adjustments")
    kind = models.CharField(max_length=20, help_text="discount, tax, shipping, fee, price_difference")
    code = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    rate_pct = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    included = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True, help_text="The provider and its reference.")

    def __str__(self) -> str:
        return f"{self.label} {self.amount_minor}"


class OrderChange(models.Model):
    """What happened to an order after it was placed: cancellation, edit, note. Append-only, with the money it moved."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    reason = models.CharField(max_length=300, blank=True)
    data = models.JSONField(default=dict)
    money_delta_minor = models.BigIntegerField(default=0)
    actor = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class OrderMove(models.Model):
    """Which orders a merge of customers took along, so that undoing it takes back exactly those."""

    id = models.BigAutoField(primary_key=True)
    merge_id = models.UUIDField(db_index=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    from_customer_id = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge_id", "order"], name="order_move_once")]

    def __str__(self) -> str:
        return f"{self.order_id} in {self.merge_id}"
