"""Orders as they were placed: a snapshot that later changes are recorded beside, never written into."""

from django.db import models
from django.db.models.functions import Now

from carts.states import FulfilmentKind
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7
from orders.states import (
    CaptureMode,
    ChangeKind,
    DiscrepancyState,
    FulfilmentStatus,
    OrderStatus,
    PaymentState,
    PaymentStatus,
    RefundCause,
    RefundState,
    ReturnCondition,
    ReturnReason,
)


class Order(models.Model):
    """Amounts in minor units of `currency`. `total_minor` = items + adjustments that are not included."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=16, unique=True, help_text="Readable; not a sequence.")
    cart = models.OneToOneField("carts.Cart", null=True, blank=True, on_delete=models.PROTECT, related_name="order")
    source = models.CharField(max_length=40, default="cart", help_text="cart, or the system it was recorded from.")
    external_id = models.CharField(max_length=120, null=True, blank=True)
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
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
    store = models.ForeignKey("stores.Store", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device_id = models.UUIDField(null=True)
    associate = models.ForeignKey(
        "stores.Associate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
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
            models.Index(fields=["email"], name="order_email"),
            models.Index(fields=["pay_until"], name="order_unpaid", condition=models.Q(status=OrderStatus.PLACED)),
            models.Index(fields=["status", "-placed_at"], name="order_of_status"),
            models.Index(fields=["channel", "-placed_at"], name="order_of_channel"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """What was sold, in the words and numbers of that moment."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
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


class Fulfilment(models.Model):
    """One part of an order on its way to the customer: a pickup, a parcel or a carry-out."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfilments")
    kind = models.CharField(max_length=10, choices=FulfilmentKind.choices)
    store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where it is picked.",
    )
    status = models.CharField(max_length=10, choices=FulfilmentStatus.choices, default=FulfilmentStatus.PLACED)
    hold_id = models.UUIDField(null=True)
    promised_at = models.DateTimeField(null=True, blank=True)
    collect_until = models.DateTimeField(null=True, blank=True)
    pickup_code_hash = models.CharField(max_length=64, blank=True)
    pickup_code_encrypted = models.TextField(blank=True)
    carrier = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    tracking_url = models.URLField(blank=True, max_length=500)
    ship_to = models.JSONField(default=dict, blank=True)
    shipping_method = models.CharField(max_length=40, blank=True)
    staging_place = models.CharField(max_length=60, blank=True)
    handed_over_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["store", "promised_at"],
                name="fulfilment_board",
                condition=models.Q(kind="pickup", status__in=["placed", "accepted", "picking", "ready"]),
            ),
            models.Index(
                fields=["status", "collect_until"], name="fulfilment_deadline", condition=models.Q(status="ready")
            ),
            models.Index(fields=["store", "status", "-created_at"], name="fulfilment_of_store"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class FulfilmentLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="fulfilment_lines")
    quantity = models.PositiveIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fulfilment", "line"], name="fulfilment_line_once")]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class FulfilmentChange(models.Model):
    """The history of a fulfilment's states: who, where, when, why."""

    id = models.BigAutoField(primary_key=True)
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="history")
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10, choices=FulfilmentStatus.choices)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=80)
    device_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Payment(models.Model):
    """One tender. `key` is the idempotency key the gateway sees; it never changes, whatever is retried."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payments")
    position = models.PositiveSmallIntegerField(default=0)
    provider = models.CharField(max_length=30, help_text="cash, terminal, sandbox, stripe …")
    state = models.CharField(max_length=12, choices=PaymentState.choices, default=PaymentState.PENDING)
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=80, unique=True)
    gateway_reference = models.CharField(max_length=200, blank=True, db_index=True)
    method = models.JSONField(
        default=dict, blank=True, help_text="What may be shown: brand, last four, cash tendered and change."
    )
    client_secret = models.TextField(blank=True)
    action_url = models.CharField(max_length=500, blank=True, help_text="Where the customer finishes the payment.")
    capture_mode = models.CharField(max_length=12, choices=CaptureMode.choices, default=CaptureMode.NOW)
    failure_code = models.CharField(max_length=60, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    void_requested_at = models.DateTimeField(
        null=True, help_text="Nobody wants this money any more; the gateway is told until it answers."
    )
    poll_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    actor = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["poll_at"], name="payment_poll", condition=models.Q(poll_at__isnull=False))]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=models.Q(
                    refunded_minor__gte=0,
                    refunded_minor__lte=models.F("captured_minor"),
                    captured_minor__lte=models.F("amount_minor"),
                ),
                name="payment_money_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.amount_minor}"


class Refund(models.Model):
    """Money back on one tender, in reverse of the order in which tenders were taken."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="refunds")
    cause = models.CharField(max_length=20, choices=RefundCause.choices)
    cause_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.PENDING)
    key = models.CharField(max_length=80, unique=True)
    gateway_reference = models.CharField(max_length=200, blank=True)
    failure_message = models.CharField(max_length=300, blank=True)
    poll_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["poll_at"], name="refund_poll", condition=models.Q(poll_at__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["cause_id", "payment"], name="refund_once_per_cause"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="refund_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.payment_id}"


class PaymentLink(models.Model):
    """A page where somebody pays what is open on an order. Whoever holds the link may pay, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="payment_links")
    token_hash = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.amount_minor} for {self.order_id}"


class GatewayMessage(models.Model):
    """A webhook a gateway sent, once by its id, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=30)
    message_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    body = models.JSONField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "message_id"], name="gateway_message_once")]

    def __str__(self) -> str:
        return f"{self.provider} {self.message_id}"


class Return(models.Model):
    """Lines of an order given back, on any channel."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=16, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    store = models.ForeignKey(
        "stores.Store",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where the goods went.",
    )
    refund_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=500, blank=True)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    device_id = models.UUIDField(null=True)
    associate_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    id = models.BigAutoField(primary_key=True)
    return_record = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="return_lines")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=ReturnReason.choices)
    condition = models.CharField(max_length=10, choices=ReturnCondition.choices)
    refund_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["return_record", "line"], name="return_line_once")]

    def __str__(self) -> str:
        return f"{self.line_id} × {self.quantity}"


class StockDiscrepancy(models.Model):
    """A sale that already happened of more than the ledger had. Somebody looks; the sale stands."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="discrepancies")
    store = models.ForeignKey("stores.Store", on_delete=models.PROTECT, related_name="+")
    variant = models.ForeignKey("catalog.Variant", on_delete=models.PROTECT, related_name="+")
    missing = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DiscrepancyState.choices, default=DiscrepancyState.OPEN)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "stock discrepancies"
        constraints = [models.UniqueConstraint(fields=["order", "store", "variant"], name="stock_discrepancy_once")]

    def __str__(self) -> str:
        return f"{self.missing} of {self.variant_id}"


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
