"""Parts of an order, by how and from where they reach the buyer."""

from django.db import models

from carts.states import FulfilmentKind
from omnichannel.kernel.ids import uuid7
from orders.models.orders import Order, OrderLine
from orders.states import FulfilmentStatus


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
        db_index=False,  # fulfilment_of_store
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
    fulfilment = models.ForeignKey(
        Fulfilment,
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,  # fulfilment_line_once
    )
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
