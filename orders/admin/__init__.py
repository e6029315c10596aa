"""Staff screens of orders, their parts, payments and returns."""

from orders.admin.fulfilments import FulfilmentAdmin
from orders.admin.orders import OrderAdmin
from orders.admin.payments import GatewayMessageAdmin, PaymentAdmin, RefundAdmin
from orders.admin.returns import ReturnAdmin, StockDiscrepancyAdmin

__all__ = [
    "FulfilmentAdmin",
    "GatewayMessageAdmin",
    "OrderAdmin",
    "PaymentAdmin",
    "RefundAdmin",
    "ReturnAdmin",
    "StockDiscrepancyAdmin",
]
