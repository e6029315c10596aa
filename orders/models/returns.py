"""What came back, and what was sold though the ledger had it not."""

from django.db import models

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7
from orders.models.orders import Order, OrderLine
from orders.states import DiscrepancyState, ReturnCondition, ReturnReason


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
    """An order of more than the ledger has: sold already, or promised and gone since. Somebody looks; the order stands."""

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
