"""Goods that came back, and sales the ledger could not cover."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from omnichannel.kernel.context import Context
from omnichannel.staff.admin import ReadOnlyAdmin, ShownInline, money, service_action, state
from omnichannel.staff.filters import PeriodFilter
from orders.admin import colours
from orders.admin.forms import ResolveForm
from orders.models import Return, ReturnLine, StockDiscrepancy
from orders.services.discrepancies import resolve_discrepancy
from orders.states import DiscrepancyState


class ReturnLineInline(ShownInline):
    model = ReturnLine
    verbose_name_plural = "Goods"
    fields = readonly_fields = ("line", "quantity", "reason", "condition", "refund")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReturnLine]:
        return super().get_queryset(request).select_related("line", "return_record")

    refund = staticmethod(money("refund_minor", "Refund", currency="return_record__currency"))


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ("number", "order", "refund", "store", "channel", "at")
    list_select_related = ("order", "store")
    list_filter = ("channel", "store", ("at", PeriodFilter))
    empty_hint = "Open an order and choose “Return goods” to take something back."
    search_fields = ("=number", "=order__number")
    found_by = {"number": str.upper, "order__number": str.upper}
    search_help_text = "Return or order number"
    ordering = ("-id",)
    inlines = (ReturnLineInline,)

    refund = staticmethod(money("refund_minor", "Refund"))


@admin.register(StockDiscrepancy)
class StockDiscrepancyAdmin(ReadOnlyAdmin):
    list_display = ("order", "store", "variant", "missing", "shown_state", "created_at")
    list_select_related = ("order", "store", "variant")
    list_filter = ("state", "store", ("created_at", PeriodFilter))
    page_title = "Discrepancies"
    empty_hint = "Sales that the stock on record could not cover show here, to be counted."
    state_colours = {"state": colours.DISCREPANCY}
    search_fields = ("=order__number", "=variant__sku")
    found_by = {"order__number": str.upper, "variant__sku": str.upper}
    search_help_text = "Order number or SKU"
    ordering = ("-id",)
    actions_detail = ("resolve",)

    shown_state = staticmethod(state("state", colours.DISCREPANCY, "State"))

    def row_title(self, row: StockDiscrepancy) -> str:
        return f"{row.missing} missing for {row.order.number}"

    @service_action(
        title="What was found?",
        button="Resolve",
        form=ResolveForm,
        icon="task_alt",
        when=lambda row: row.state == DiscrepancyState.OPEN,
    )
    def resolve(self, discrepancy: StockDiscrepancy, *, by: Context, at: datetime, note: str) -> str:
        resolve_discrepancy(discrepancy_id=discrepancy.pk, note=note, by=by, at=at)
        return "Resolved."
