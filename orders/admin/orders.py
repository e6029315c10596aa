"""Orders: found by what people have at hand, seen whole, changed through services."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.decorators import display

from customers.models import Customer
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import ReadOnlyAdmin, ShownInline, money, service_action, state
from omnichannel.staff.columns import link, person
from omnichannel.staff.filters import PeriodFilter
from orders.admin import colours
from orders.admin.forms import CancelForm, LinkForm, NoteForm, ReturnForm
from orders.models import Fulfilment, Order, OrderAdjustment, OrderLine, Payment, Return, StockDiscrepancy
from orders.queries.finding import find_orders
from orders.queries.links import payment_link_url
from orders.queries.timeline import list_timeline
from orders.services.cancelling import cancel_order
from orders.services.editing import EditOrder, edit_order
from orders.services.paying import create_payment_link
from orders.services.returning import GivenLine, ReturnGoods, record_return
from orders.states import ChangeKind, OrderStatus, ReturnCondition, ReturnReason


class LineInline(ShownInline):
    model = OrderLine
    verbose_name_plural = "Lines"
    fields = readonly_fields = (
        "goods",
        "sku",
        "quantity",
        "cancelled_quantity",
        "returned_quantity",
        "price",
        "line_total",
        "channel",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("order", "variant")

    @display(description="Item")
    def goods(self, row: OrderLine) -> SafeString | str:
        return link("catalog_product", row.variant.product_id, row.name) if row.variant else row.name

    price = staticmethod(money("unit_price_minor", "Price", currency="order__currency"))
    line_total = staticmethod(money("total_minor", "Total", currency="order__currency"))


class PaymentInline(ShownInline):
    model = Payment
    show_change_link = True
    verbose_name_plural = "Payments"
    fields = readonly_fields = (
        "provider",
        "shown_state",
        "amount",
        "captured",
        "refunded",
        "gateway_reference",
        "failure_message",
    )

    shown_state = staticmethod(state("state", colours.PAYMENT, "State"))
    amount = staticmethod(money("amount_minor", "Amount"))
    captured = staticmethod(money("captured_minor", "Captured"))
    refunded = staticmethod(money("refunded_minor", "Refunded"))


class PartInline(ShownInline):
    model = Fulfilment
    show_change_link = True
    verbose_name_plural = "Pickups and parcels"
    fields = readonly_fields = (
        "kind",
        "shown_state",
        "store",
        "promised_at",
        "collect_until",
        "carrier",
        "tracking_number",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fulfilment]:
        return super().get_queryset(request).select_related("store")

    shown_state = staticmethod(state("status", colours.PART, "State"))


class AdjustmentInline(ShownInline):
    model = OrderAdjustment
    tab = True
    verbose_name_plural = "Discounts, taxes, shipping"
    fields = readonly_fields = ("kind", "label", "code", "amount", "included", "line", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderAdjustment]:
        return super().get_queryset(request).select_related("order", "line")

    amount = staticmethod(money("amount_minor", "Amount", currency="order__currency"))


class ReturnInline(ShownInline):
    model = Return
    show_change_link = True
    verbose_name_plural = "Returns"
    fields = readonly_fields = ("number", "refund", "store", "channel", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Return]:
        return super().get_queryset(request).select_related("store")

    refund = staticmethod(money("refund_minor", "Refund"))


class DiscrepancyInline(ShownInline):
    model = StockDiscrepancy
    show_change_link = True
    verbose_name_plural = "Missing stock"
    fields = readonly_fields = ("variant", "missing", "store", "discrepancy_state", "note", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockDiscrepancy]:
        return super().get_queryset(request).select_related("store", "variant")

    discrepancy_state = staticmethod(state("state", colours.DISCREPANCY, "State"))


#: How many lines are told before the sums.
TOLD_LINES = 4


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    list_display = ("number", "placed_at", "buyer", "shown_status", "shown_paid", "total", "channel", "store")
    list_display_links = ("number",)
    list_select_related = ("customer", "store")
    list_filter = ("status", "payment_status", "channel", "store", ("placed_at", PeriodFilter))
    empty_hint = "Orders show here as soon as one is placed, on any channel."
    state_colours = {"status": colours.ORDER, "payment_status": colours.PAID}
    search_fields = ("number",)
    search_help_text = "Number, email, customer's name, SKU or external id"
    ordering = ("-placed_at", "id")
    inlines = (DiscrepancyInline, LineInline, PaymentInline, PartInline, AdjustmentInline, ReturnInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "bought",
                    ("number", "status", "payment_status"),
                    ("placed_at", "channel", "store"),
                    ("customer", "email", "phone"),
                    ("cart_link", "path_link"),
                )
            },
        ),
        (
            "Money",
            {
                "fields": (
                    ("items_shown", "discount_shown", "shipping_shown"),
                    ("tax_shown", "total_shown", "current_shown"),
                    ("paid_shown", "refunded_shown"),
                )
            },
        ),
        (
            "More",
            {
                "classes": ("collapse",),
                "fields": (
                    "ship_to",
                    "note",
                    "campaign",
                    "source",
                    "external_id",
                    "confirmed_at",
                    "completed_at",
                    "cancelled_at",
                    "pay_until",
                ),
            },
        ),
    )
    readonly_fields = (
        "bought", "cart_link", "path_link", "items_shown", "discount_shown", "shipping_shown", "tax_shown", "total_shown", "current_shown", "paid_shown", "refunded_shown",
    )  # fmt: skip
    actions_detail = ("cancel", "take_back", "payment_link", "add_note")
    change_form_after_template = "orders/admin/order_after.html"

    shown_status = staticmethod(state("status", colours.ORDER, "Status"))
    shown_paid = staticmethod(state("payment_status", colours.PAID, "Payment"))
    total = staticmethod(money("total_minor", "Total"))
    items_shown = staticmethod(money("items_minor", "Items"))
    discount_shown = staticmethod(money("discount_minor", "Discount"))
    shipping_shown = staticmethod(money("shipping_minor", "Shipping"))
    tax_shown = staticmethod(money("tax_minor", "Tax added"))
    total_shown = staticmethod(money("total_minor", "Total as placed"))
    current_shown = staticmethod(money("current_total_minor", "Total after changes"))
    paid_shown = staticmethod(money("paid_minor", "Paid"))
    refunded_shown = staticmethod(money("refunded_minor", "Refunded"))

    @display(description="Customer")
    def buyer(self, order: Order) -> SafeString | str:
        return (
            link("customers_customer", order.customer_id, order.customer) if order.customer_id else order.email or "–"
        )

    @display(description="Bought")
    def bought(self, order: Order) -> str:
        """What it is about, before all sums: the first few lines."""
        lines = list(order.lines.order_by("position").values_list("quantity", "name"))
        told = [f"{quantity} × {name}" if quantity != 1 else name for quantity, name in lines[:TOLD_LINES]]
        rest = len(lines) - TOLD_LINES
        return ", ".join(told) + (f" and {rest} more" if rest > 0 else "")

    @display(description="Cart")
    def cart_link(self, order: Order) -> SafeString | str:
        return link("carts_cart", order.cart_id, "The cart it came from") if order.cart_id else "–"

    @display(description="Path")
    def path_link(self, order: Order) -> SafeString | str:
        """Every touch before it, where the app that keeps them is installed."""
        return link("insights_path", order.pk, "What led to it") if order.confirmed_at else "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        by_number = queryset.filter(number=term.upper())
        if by_number.exists():
            return by_number, False
        if "@" in term:
            # Ids first: an OR over two tables would walk all orders.
            buyers = list(Customer.objects.filter(email=term.lower()).values_list("pk", flat=True)[:50])
            return queryset.filter(Q(email=term.lower()) | Q(customer_id__in=buyers)), False
        return queryset.filter(find_orders(term, names=True)), False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown: dict[str, Any] = {}
        if object_id:
            try:
                shown["moments"] = [
                    replace(moment, who=person(moment.who)) for moment in list_timeline(UUID(object_id))
                ]
            except ValueError:
                shown["moments"] = []
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @service_action(
        title="Cancel what has not been handed over?",
        text="Stock is free again and money goes back the way it came.",
        button="Cancel order",
        form=CancelForm,
        icon="cancel",
        variant="danger",
        when=lambda order: order.status in (OrderStatus.PLACED, OrderStatus.CONFIRMED),
    )
    def cancel(self, order: Order, *, by: Context, at: datetime, reason: str) -> str:
        cancel_order(order_id=order.pk, lines=None, reason=reason, by=by, at=at)
        return f"What was open of {order.number} is cancelled."

    @service_action(
        title="Take goods back",
        text="The money goes back in reverse of how it was paid.",
        button="Return goods",
        form=ReturnForm,
        icon="undo",
        when=lambda order: order.status in (OrderStatus.CONFIRMED, OrderStatus.COMPLETED),
    )
    def take_back(
        self,
        order: Order,
        *,
        by: Context,
        at: datetime,
        condition: str,
        reason: str,
        store: str,
        note: str,
        **lines: int | None,
    ) -> str:
        units = {UUID(hex=name.removeprefix("line_")): units for name, units in lines.items() if units}
        made = record_return(
            order_id=order.pk,
            command=ReturnGoods(
                lines=[
                    GivenLine(line, n, ReturnReason(reason), ReturnCondition(condition)) for line, n in units.items()
                ],
                store_id=UUID(store) if store else None,
                note=note,
            ),
            by=by,
            at=at,
        )
        return f"Return {made.number} is recorded."

    @service_action(
        title="Make a link to pay what is open?",
        text="It is mailed to the customer.",
        button="Payment link",
        form=LinkForm,
        icon="link",
        when=lambda order: order.status != OrderStatus.CANCELLED and order.paid_minor < order.current_total_minor,
    )
    def payment_link(self, order: Order, *, by: Context, at: datetime) -> str:
        made = create_payment_link(order_id=order.pk, amount_minor=None, by=by, at=at)
        return f"To be paid at {payment_link_url(made.link.pk)}"

    @service_action(title="Add a note", button="Add note", form=NoteForm, icon="edit_note")
    def add_note(self, order: Order, *, by: Context, at: datetime, note: str) -> str:
        edit_order(order_id=order.pk, edit=EditOrder(kind=ChangeKind.NOTE, note=note), by=by, at=at)
        return "The note is kept with the order."
