"""Variants, found by SKU and barcode, with their price history."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from catalog.admin.writing import answer, with_price, write_through
from catalog.models import Price, Variant
from catalog.services import products
from catalog.states import StockPolicy
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ShownInline, StaffAdmin, state
from omnichannel.staff.fields import PairsField


class PriceInline(ShownInline):
    model = Price
    fields = ["amount", "is_sale", "valid_from", "valid_until", "withdrawn_at", "created_by"]
    readonly_fields = fields
    ordering = ["-id"]
    verbose_name_plural = "price history"

    @display(description="price")
    def amount(self, row: Price) -> str:
        return format_money(row.amount_minor, row.currency)


@admin.register(Variant)
class VariantAdmin(StaffAdmin):
    list_display = [
        "sku",
        "product",
        "name",
        "barcode",
        "price_now",
        state("stock_policy", {StockPolicy.BACKORDER: "warning"}),
        "is_active",
    ]
    list_filter = ["stock_policy", "is_active"]
    list_select_related = ["product"]
    typed_as = {"options": PairsField}
    empty_hint = "Add a product first; its variants are added on its page."
    search_fields = ["=sku", "=barcode"]
    found_by = {"sku__startswith": str.upper, "barcode": str}
    search_help_text = "Beginning of a SKU, or a barcode"
    ordering = ["sku"]
    fields = ["product", "sku", "barcode", "name", "options", "stock_policy", "weight_grams", "position", "is_active"]
    readonly_fields = ["product"]
    inlines = [PriceInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return with_price(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # added on the product's page

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="price")
    def price_now(self, row: Any) -> str:
        return "–" if row.amount_now is None else format_money(row.amount_now, row.currency_now)

    def save_model(self, request: HttpRequest, obj: Variant, form: Any, change: bool) -> None:
        typed = {name: form.cleaned_data[name] for name in form.changed_data}
        if "barcode" in typed:
            typed["barcode"] = typed["barcode"] or None

        def write(by: Context, at: datetime) -> str:
            products.update_variant(variant_id=obj.pk, changes=typed, by=by, at=at)
            return f"{obj.sku} is saved."

        write_through(request, write)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return answer(request, obj, adding=False)
