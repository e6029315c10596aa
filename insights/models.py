"""The path before each order, and what each touch of it is credited with under each model."""

from django.db import models

from insights.states import AttributionModel, TouchKind
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7


class Path(models.Model):
    """The touches that led to one confirmed order. Derived: built from the log, and built again when it learns more.

    `net_minor` is the order's total after every return and cancellation; credits sum to it under each model.
    """

    order = models.OneToOneField("orders.Order", primary_key=True, on_delete=models.CASCADE, related_name="+")
    customer_id = models.UUIDField(null=True)
    converted_at = models.DateTimeField()
    channel = models.CharField(max_length=20, choices=Channel.choices)
    store_id = models.UUIDField(null=True)
    net_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    touch_count = models.PositiveIntegerField()
    is_first_order = models.BooleanField(help_text="The customer's first.")
    built_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-converted_at"], name="path_newest"),
            models.Index(fields=["customer_id", "-converted_at"], name="path_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.touch_count} touches"


class Touch(models.Model):
    """One visit, click, scan or talk before an order. Visits of one sitting are one touch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="touches")
    position = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=TouchKind.choices)
    channel = models.CharField(max_length=20, choices=Channel.choices)
    source = models.CharField(max_length=100, blank=True, help_text="utm_source, or the store's id.")
    campaign = models.CharField(max_length=150, blank=True, help_text="utm_campaign, or the message's template.")
    content = models.CharField(max_length=150, blank=True, help_text="utm_content: the post, the ad.")
    event_id = models.UUIDField(null=True, help_text="Where the touch begins in the log.")
    event_count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "touches"
        constraints = [models.UniqueConstraint(fields=["path", "position"], name="touch_position")]
        indexes = [models.Index(fields=["kind", "source", "campaign"], name="touch_of_source")]

    def __str__(self) -> str:
        return f"{self.position}. {self.kind} {self.source}"


class Credit(models.Model):
    """What a touch is credited with under one model. Minor units of the path's currency; never negative."""

    id = models.BigAutoField(primary_key=True)
    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="credits", db_index=False)
    touch = models.ForeignKey(Touch, on_delete=models.CASCADE, related_name="credits")
    model = models.CharField(max_length=12, choices=AttributionModel.choices)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "model", "touch"], name="credit_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="credit_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.amount_minor}"
