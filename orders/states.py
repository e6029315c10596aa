"""States of an order and of its parts; one transition map per axis."""

from django.db import models

from carts.states import FulfilmentKind


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
        {PaymentState.PENDING, PaymentState.AUTHORISED, PaymentState.CAPTURED, PaymentState.FAILED, PaymentState.VOIDED}
    ),
    PaymentState.AUTHORISED: frozenset(
        {PaymentState.CAPTURED, PaymentState.VOIDED, PaymentState.FAILED, PaymentState.UNKNOWN}
    ),
    PaymentState.CAPTURED: frozenset(),
    # A gateway that says it has the money is believed, whatever it said before: what is too much goes back.
    PaymentState.FAILED: frozenset({PaymentState.CAPTURED}),
    PaymentState.VOIDED: frozenset({PaymentState.CAPTURED}),
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


_PICKUP: dict[FulfilmentStatus, frozenset[FulfilmentStatus]] = {
    FulfilmentStatus.PLACED: frozenset(
        {FulfilmentStatus.ACCEPTED, FulfilmentStatus.PICKING, FulfilmentStatus.REJECTED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.ACCEPTED: frozenset(
        {FulfilmentStatus.PICKING, FulfilmentStatus.READY, FulfilmentStatus.REJECTED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.PICKING: frozenset(
        {FulfilmentStatus.READY, FulfilmentStatus.REJECTED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.READY: frozenset(
        {FulfilmentStatus.COLLECTED, FulfilmentStatus.EXPIRED, FulfilmentStatus.CANCELLED}
    ),
}
_SHIP: dict[FulfilmentStatus, frozenset[FulfilmentStatus]] = {
    FulfilmentStatus.PLACED: frozenset(
        {
            FulfilmentStatus.ACCEPTED,
            FulfilmentStatus.PICKING,
            FulfilmentStatus.SHIPPED,
            FulfilmentStatus.REJECTED,
            FulfilmentStatus.CANCELLED,
        }
    ),
    FulfilmentStatus.ACCEPTED: frozenset(
        {FulfilmentStatus.PICKING, FulfilmentStatus.SHIPPED, FulfilmentStatus.REJECTED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.PICKING: frozenset(
        {FulfilmentStatus.SHIPPED, FulfilmentStatus.REJECTED, FulfilmentStatus.CANCELLED}
    ),
    FulfilmentStatus.SHIPPED: frozenset({FulfilmentStatus.DELIVERED}),
}
_CARRY_OUT: dict[FulfilmentStatus, frozenset[FulfilmentStatus]] = {
    FulfilmentStatus.PLACED: frozenset({FulfilmentStatus.COLLECTED, FulfilmentStatus.CANCELLED}),
}
FULFILMENT_TRANSITIONS: dict[str, dict[FulfilmentStatus, frozenset[FulfilmentStatus]]] = {
    FulfilmentKind.PICKUP: _PICKUP,
    FulfilmentKind.SHIP: _SHIP,
    FulfilmentKind.CARRY_OUT: _CARRY_OUT,
}
# Before hand-over: the goods are still ours and a part may be cancelled.
OPEN_FULFILMENT = frozenset(
    {FulfilmentStatus.PLACED, FulfilmentStatus.ACCEPTED, FulfilmentStatus.PICKING, FulfilmentStatus.READY}
)
HANDED_OVER = frozenset({FulfilmentStatus.COLLECTED, FulfilmentStatus.SHIPPED, FulfilmentStatus.DELIVERED})


class CaptureMode(models.TextChoices):
    NOW = "now", "With the authorisation"
    ON_HANDOVER = "on_handover", "When the goods leave"


class RefundCause(models.TextChoices):
    RETURN = "return", "Return"
    CANCEL = "cancel", "Cancellation"
    EDIT = "edit", "Edit"
    LATE_CAPTURE = "late_capture", "Paid after it was cancelled"
    OVERPAID = "overpaid", "Paid twice"


class ChangeKind(models.TextChoices):
    CANCEL = "cancel", "Cancelled"
    ADDRESS = "address", "Address changed"
    QUANTITY_UP = "quantity_up", "Units added"
    QUANTITY_DOWN = "quantity_down", "Units taken off"
    NOTE = "note", "Note"
    RETURN = "return", "Returned"


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
