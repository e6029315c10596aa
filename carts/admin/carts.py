"""Carts as they stand: read, never typed over. What happened to one is told from the event log."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from unfold.contrib.filters.admin import RangeNumericFilter
from unfold.decorators import display

from carts.models import Cart, CartCode, CartHandoff, CartLine, CartMerge, WishList, WishListItem
from carts.states import CartStatus
from omnichannel.events.models import Event
from omnichannel.events.queries import list_events, recorded
from omnichannel.events.sentences import sentence_of
from omnichannel.kernel.clock import now
from omnichannel.staff.admin import ReadOnlyAdmin, ShownInline, money, state
from omnichannel.staff.columns import label, link
from omnichannel.staff.filters import PeriodFilter

STATUS: dict[str, str] = {CartStatus.OPEN: "success", CartStatus.PLACED: "info", CartStatus.MERGED: "warning"}
SHOWN_EVENTS = 100


class LineInline(ShownInline):
    model = CartLine
    verbose_name_plural = "Lines"
    fields = readonly_fields = ("goods", "sku", "quantity", "seen", "is_gift", "note", "added", "changed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartLine]:
        return super().get_queryset(request).select_related("variant__product", "cart")

    @display(description="Item")
    def goods(self, row: CartLine) -> SafeString | str:
        product = row.variant.product
        return link("catalog_product", product.pk, f"{product.name}, {row.variant.name}".strip(", "))

    seen = money("price_seen_minor", "Price seen", currency="cart__currency")

    @display(description="SKU")
    def sku(self, row: CartLine) -> str:
        return row.variant.sku

    @display(description="Added")
    def added(self, row: CartLine) -> str:
        return _who(row.get_added_channel_display(), row.added_by_name, row.added_at)

    @display(description="Changed")
    def changed(self, row: CartLine) -> str:
        return _who(row.get_changed_channel_display(), row.changed_by_name, row.changed_at)


class CodeInline(ShownInline):
    model = CartCode
    tab = True
    verbose_name_plural = "Codes"
    fields = readonly_fields = ("code", "resolver", "added_at")


class MergeInline(ShownInline):
    model = CartMerge
    fk_name = "target"
    tab = True
    show_change_link = True
    verbose_name_plural = "Merged into it"
    fields = readonly_fields = ("source", "strategy", "merged_at", "undone_at")


class HandoffInline(ShownInline):
    model = CartHandoff
    tab = True
    verbose_name_plural = "Hand-offs"
    fields = readonly_fields = ("created_channel", "created_by", "created_at", "used_channel", "used_by", "used_at")


@admin.register(Cart)
class CartAdmin(ReadOnlyAdmin):
    list_display = ("short_id", "owner", "shown_status", "item_count", "total", "channel", "rests", "last_activity_at")
    list_display_links = ("short_id",)
    list_filter = (
        "status",
        "channel",
        ("total_minor", RangeNumericFilter),
        ("last_activity_at", PeriodFilter),
        ("abandoned_at", admin.EmptyFieldListFilter),
        "store",
    )
    list_select_related = ("customer",)
    empty_hint = "Carts appear as soon as somebody adds an item, on any channel."
    state_colours = {"status": STATUS}
    ordering = ("-last_activity_at", "id")
    search_fields = ("=id", "=email", "=customer__email", "=customer__number")
    search_help_text = "Email, customer number or cart id, written out"
    inlines = (LineInline, CodeInline, MergeInline, HandoffInline)
    readonly_fields = ("total", "history")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("status", "channel", "store"),
                    ("customer", "email"),
                    ("total", "item_count", "currency"),
                    "note",
                )
            },
        ),
        ("How it reaches the customer", {"classes": ("tab",), "fields": ("fulfilment", "ship_to", "shipping_method")}),
        (
            "When",
            {
                "classes": ("tab",),
                "fields": ("created_at", "last_activity_at", "abandoned_at", "closed_at", "priced_until"),
            },
        ),
        ("What happened", {"classes": ("tab",), "fields": ("history",)}),
    )

    shown_status = state("status", STATUS, "State")
    total = money("total_minor", "Worth")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Cart], search_term: str
    ) -> tuple[QuerySet[Cart], bool]:
        """Exact and indexed, one column at a time: an id is only looked for when it is one."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=UUID(term)), False
        except ValueError:
            pass
        if "@" in term:
            return queryset.filter(customer__email=term.lower()) | queryset.filter(email=term.lower()), True
        return queryset.filter(customer__number=term.upper()), False

    def row_title(self, row: Cart) -> str:
        return f"Cart {self.short_id(row)}, {row.customer or row.email or 'guest'}"

    @display(description="Cart")
    def short_id(self, row: Cart) -> str:
        return str(row.pk)[-8:].upper()

    @display(description="Whose")
    def owner(self, row: Cart) -> SafeString | str:
        return link("customers_customer", row.customer_id, row.customer) if row.customer else row.email or "Guest"

    @display(description="Rests")
    def rests(self, row: Cart) -> SafeString | str:
        if row.abandoned_at is None:
            return "–"
        return label(f"for {timesince(row.last_activity_at, now(), depth=1)}", "warn")

    @display(description="")
    def history(self, row: Cart) -> SafeString:
        events = list_events(subject_id=row.pk, names=["cart.*"]).order_by("-id")[:SHOWN_EVENTS]
        rows = format_html_join(
            "",
            "<tr><td class='nowrap'>{}</td><td>{}</td><td>{}</td></tr>",
            map(_told, events),
        )
        return format_html("<table class='told'>{}</table>", rows) if rows else format_html("Nothing yet.")


class ListItemInline(ShownInline):
    model = WishListItem
    verbose_name_plural = "On it"
    fields = readonly_fields = ("sku", "quantity", "note", "channel", "added_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WishListItem]:
        return super().get_queryset(request).select_related("variant")

    @display(description="SKU")
    def sku(self, row: WishListItem) -> str:
        return row.variant.sku


@admin.register(WishList)
class WishListAdmin(ReadOnlyAdmin):
    list_display = ("name", "customer", "kind", "is_default", "created_at")
    list_filter = ("kind",)
    list_select_related = ("customer",)
    ordering = ("-id",)
    search_fields = ("=customer__email", "=customer__number")
    search_help_text = "Email or number of the customer, written out"
    empty_hint = "Wish lists and what people saved for later."
    inlines = (ListItemInline,)
    fields = ("name", "customer", "kind", "is_default", "created_at")


@admin.register(CartMerge)
class CartMergeAdmin(ReadOnlyAdmin):
    """The audit of merges, with the report the customer got."""

    list_display = ("merged_at", "source", "target", "strategy", "lines", "undone_at")
    list_filter = ("strategy", ("merged_at", PeriodFilter))
    page_title = "Merged carts"
    empty_hint = "When somebody logs in with a guest’s cart, the two become one; each merge shows here."
    ordering = ("-merged_at",)
    readonly_fields = ("shown_report",)
    fields = ("source", "target", "strategy", "merged_at", "undone_at", "shown_report")

    @display(description="Lines")
    def lines(self, row: CartMerge) -> int:
        return len(row.report)

    @display(description="What became of each line")
    def shown_report(self, row: CartMerge) -> SafeString:
        return format_html_join(
            "",
            "<div>{} {}: {} ({} + {} → {})</div>",
            (
                (
                    line["sku"],
                    line["name"],
                    ", ".join(line["outcomes"]),
                    line["quantity_before"],
                    line["guest_quantity"],
                    line["quantity"],
                )
                for line in row.report
            ),
        )


@admin.register(CartHandoff)
class CartHandoffAdmin(ReadOnlyAdmin):
    """The audit of hand-offs: who showed a code, who used it. The code itself is not kept."""

    list_display = ("created_at", "cart", "created_channel", "created_by", "used_channel", "used_by", "used_at")
    list_filter = ("created_channel", "used_channel", ("created_at", PeriodFilter))
    page_title = "Hand-offs"
    empty_hint = "Carts that went from one device to another by a code."
    ordering = ("-created_at",)
    list_select_related = ("cart",)
    fields = (
        "cart", ("created_channel", "created_by", "created_at"), ("used_channel", "used_by", "used_at"), "expires_at",
    )  # fmt: skip


def _who(channel: str, name: str, at: Any) -> str:
    return f"{channel}{f', {name}' if name else ''}, {localtime(at):%-d %b %H:%M}"


def _told(event: Event) -> tuple[str, str, str]:
    return (
        f"{localtime(event.occurred_at):%-d %b %Y, %H:%M}",
        sentence_of(recorded(event)),
        event.data.get("by_name", ""),
    )
