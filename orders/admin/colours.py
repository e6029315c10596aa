"""Which state is shown in which colour, the same on every screen."""

from orders.states import DiscrepancyState, FulfilmentStatus, OrderStatus, PaymentState, PaymentStatus, RefundState

ORDER = {
    OrderStatus.PLACED: "warning",
    OrderStatus.CONFIRMED: "info",
    OrderStatus.COMPLETED: "success",
    OrderStatus.CANCELLED: "danger",
}
PAID = {
    PaymentStatus.UNPAID: "warning",
    PaymentStatus.PARTLY_PAID: "warning",
    PaymentStatus.PAID: "success",
    PaymentStatus.PARTLY_REFUNDED: "info",
    PaymentStatus.REFUNDED: "info",
}
PAYMENT = {
    PaymentState.PENDING: "warning",
    PaymentState.UNKNOWN: "warning",
    PaymentState.AUTHORISED: "info",
    PaymentState.CAPTURED: "success",
    PaymentState.FAILED: "danger",
}
REFUND = {
    RefundState.PENDING: "warning",
    RefundState.UNKNOWN: "warning",
    RefundState.DONE: "success",
    RefundState.FAILED: "danger",
}
PART = {
    FulfilmentStatus.PLACED: "warning",
    FulfilmentStatus.ACCEPTED: "info",
    FulfilmentStatus.PICKING: "info",
    FulfilmentStatus.READY: "info",
    FulfilmentStatus.SHIPPED: "info",
    FulfilmentStatus.COLLECTED: "success",
    FulfilmentStatus.DELIVERED: "success",
    FulfilmentStatus.EXPIRED: "danger",
    FulfilmentStatus.REJECTED: "danger",
    FulfilmentStatus.CANCELLED: "danger",
}
DISCREPANCY = {DiscrepancyState.OPEN: "warning", DiscrepancyState.RESOLVED: "success"}
