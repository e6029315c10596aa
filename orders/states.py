"""States of an order and of its parts; one transition map per axis."""

from django.db import models


class OrderStatus(models.TextChoices):
    PLACED = "placed", "Placed"
    CONFIRMED = "confirmed", "Confirmed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


ORDER_TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PLACED: frozenset({OrderStatus.CONFIRMED, OrderStatus.CANCELLED}),
    OrderStatus.CONFIRMED: frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELLED}),
    OrderStatus.COMPLETED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
}


class PaymentStatus(models.TextChoices):
    """Of the whole order, derived from its payments."""

    UNPAID = "unpaid", "Unpaid"
    PARTLY_PAID = "partly_paid", "Partly paid"
    PAID = "paid", "Paid"
    PARTLY_REFUNDED = "partly_refunded", "Partly refunded"
    REFUNDED = "refunded", "Refunded"


class PaymentState(models.TextChoices):
    """Of one tender."""

    PENDING = "pending", "Pending"
    AUTHORISED = "authorised", "Authorised"
    CAPTURED = "captured", "Captured"
    FAILED = "failed", "Failed"
    VOIDED = "voided", "Voided"
    UNKNOWN = "unknown", "Answer awaited"


PAYMENT_TRANSITIONS: dict[PaymentState, frozenset[PaymentState]] = {
    PaymentState.PENDING: frozenset(
        {PaymentState.AUTHORISED, PaymentState.CAPTURED, PaymentState.FAILED, PaymentState.VOIDED, PaymentState.UNKNOWN}
    ),
    PaymentState.UNKNOWN: frozenset(
        {PaymentState.AUTHORISED, PaymentState.CAPTURED, PaymentState.FAILED, PaymentState.VOIDED}
    ),
    PaymentState.AUTHORISED: frozenset({PaymentState.CAPTURED, PaymentState.VOIDED, PaymentState.FAILED, PaymentState.UNKNOWN}),
    PaymentState.CAPTURED: frozenset(),
    PaymentState.FAILED: frozenset(),
    PaymentState.VOIDED: frozenset(),
}


class RefundState(models.TextChoices):
    PENDING = "pending", "Pending"
    DONE = "done", "Refunded"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Answer awaited"


class FulfilmentStatus(models.TextChoices):
    """Pick up: placed → accepted → picking → ready → collected. Ship: placed → picking → shipped → delivered.

    Carry out: collected at once.
    """

    PLACED = "placed", "Placed"
    ACCEPTED = "accepted", "Accepted"
    PICKING = "picking", "Picking"
    READY = "ready", "Ready"
    COLLECTED = "collected", "Collected"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    EXPIRED = "expired", "Expired"
    REJECTED = "rejected", "Rejected"
    CANCELLED = "cancelled", "Cancelled"


class ReturnReason(models.TextChoices):
    DOES_NOT_FIT = "does_not_fit", "Does not fit"
    NOT_AS_DESCRIBED = "not_as_described", "Not as described"
    DAMAGED = "damaged", "Damaged"
    WRONG_ITEM = "wrong_item", "Wrong item"
    CHANGED_MIND = "changed_mind", "Changed mind"
    OTHER = "other", "Other"


class ReturnCondition(models.TextChoices):
    AS_NEW = "as_new", "As new: back to stock"
    DAMAGED = "damaged", "Damaged: kept apart"
    WRITE_OFF = "write_off", "Written off"


class DiscrepancyState(models.TextChoices):
    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"
