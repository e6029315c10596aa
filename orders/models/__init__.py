"""Tables of orders, by what they tell."""

from orders.models.fulfilments import Fulfilment, FulfilmentChange, FulfilmentLine
from orders.models.orders import Order, OrderAdjustment, OrderChange, OrderLine, OrderMove
from orders.models.payments import GatewayMessage, Payment, PaymentLink, Refund
from orders.models.returns import Return, ReturnLine, StockDiscrepancy

__all__ = [
    "Fulfilment",
    "FulfilmentChange",
    "FulfilmentLine",
    "GatewayMessage",
    "Order",
    "OrderAdjustment",
    "OrderChange",
    "OrderLine",
    "OrderMove",
    "Payment",
    "PaymentLink",
    "Refund",
    "Return",
    "ReturnLine",
    "StockDiscrepancy",
]
