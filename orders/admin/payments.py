"""Payments, refunds, and what gateways told us."""

from datetime import datetime

from django.contrib import admin

from omnichannel.kernel.context import Context
from omnichannel.staff.admin import ReadOnlyAdmin, ShownInline, money, service_action, state
from omnichannel.staff.filters import PeriodFilter, known_values
from orders.admin import colours
from orders.models import GatewayMessage, Payment, Refund
from orders.ports import gateways
from orders.services.gateway import ask_again, retry_refund
from orders.states import PaymentState, RefundState

PROVIDERS = known_values("provider", gateways.names)


def _is_open(payment: Payment) -> bool:
    return payment.state in (PaymentState.PENDING, PaymentState.UNKNOWN, PaymentState.AUTHORISED)


class RefundInline(ShownInline):
    model = Refund
    show_change_link = True
    verbose_name_plural = "Refunds"
    fields = readonly_fields = ("cause", "shown_state", "amount", "failure_message", "created_at")

    shown_state = staticmethod(state("state", colours.REFUND, "State"))
    amount = staticmethod(money("amount_minor", "Amount"))


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ("order", "provider", "shown_state", "amount", "captured", "refunded", "created_at")
    list_select_related = ("order",)
    list_filter = (PROVIDERS, "state", ("created_at", PeriodFilter))
    empty_hint = "Every tender of an order, with what the gateway said."
    state_colours = {"state": colours.PAYMENT}
    search_fields = ("=order__number", "=gateway_reference", "=key")
    found_by = {"order__number": str.upper, "gateway_reference": str, "key": str}
    search_help_text = "Order number or the gateway's reference"
    ordering = ("-id",)
    inlines = (RefundInline,)
    exclude = ("client_secret",)
    actions_detail = ("ask",)

    shown_state = staticmethod(state("state", colours.PAYMENT, "State"))
    amount = staticmethod(money("amount_minor", "Amount"))
    captured = staticmethod(money("captured_minor", "Captured"))
    refunded = staticmethod(money("refunded_minor", "Refunded"))

    def row_title(self, row: Payment) -> str:
        return f"{row.order.number}, {row.provider}"

    @service_action(title="Ask the gateway what became of it?", button="Ask again", icon="refresh", when=_is_open)
    def ask(self, payment: Payment, *, by: Context, at: datetime) -> str:
        ask_again(payment_id=payment.pk, at=at)
        return "The gateway is asked; look again in a moment."


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ("order", "cause", "shown_state", "amount", "failure_message", "created_at")
    list_select_related = ("order",)
    list_filter = ("state", "cause", ("created_at", PeriodFilter))
    empty_hint = "Money that went back, or is on its way."
    state_colours = {"state": colours.REFUND}
    search_fields = ("=order__number", "=gateway_reference")
    found_by = {"order__number": str.upper, "gateway_reference": str}
    search_help_text = "Order number or the gateway's reference"
    ordering = ("-id",)
    actions_detail = ("retry",)

    shown_state = staticmethod(state("state", colours.REFUND, "State"))
    amount = staticmethod(money("amount_minor", "Amount"))

    @service_action(
        title="Try this refund once more?",
        button="Try again",
        icon="refresh",
        when=lambda refund: refund.state in (RefundState.FAILED, RefundState.UNKNOWN),
    )
    def retry(self, refund: Refund, *, by: Context, at: datetime) -> str:
        retry_refund(refund_id=refund.pk, by=by, at=at)
        return "The refund is tried again."


@admin.register(GatewayMessage)
class GatewayMessageAdmin(ReadOnlyAdmin):
    list_display = ("message_id", "provider", "kind", "received_at", "outcome")
    list_filter = (PROVIDERS, ("received_at", PeriodFilter))
    page_title = "What gateways told us"
    empty_hint = "Each message of a payment gateway, kept once."
    search_fields = ("=message_id", "=kind")
    found_by = {"message_id": str, "kind": str}
    search_help_text = "The message's id or kind"
    ordering = ("-id",)
