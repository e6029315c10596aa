"""How an order is paid, what goes back, and what gateways told."""

from django.db import models

from omnichannel.kernel.ids import uuid7
from orders.models.orders import Order
from orders.states import CaptureMode, PaymentState, RefundCause, RefundState


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
