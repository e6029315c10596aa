"""Points and credit put right by staff: what is above the terms' limit waits for a second pair of eyes."""

from django.db import models

from loyalty.states.members import AdjustmentState
from omnichannel.kernel.ids import uuid7


class Adjustment(models.Model):
    """What one member of staff wants booked, and who let it through. `id` is the ledger's reference for it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=12, help_text="points, or credit:USD.")
    amount = models.BigIntegerField(help_text="Positive to give, negative to take.")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=AdjustmentState.choices, default=AdjustmentState.WAITING)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "-asked_at"], name="adjustment_of_state")]
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="adjustment_not_zero")]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.unit}"
