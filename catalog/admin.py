"""The catalogue's staff screens. What is typed here goes through the services, so history, facts and documents follow."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import list_currencies
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from catalog.models import Category, Price, Product, ProductDocument, ProductImage, TaxCategory, Variant
from catalog.queries.listing import find_products_by_text
from catalog.services import categories, images, products
from catalog.services.data import PriceData, ProductData, VariantData
from catalog.services.prices import set_prices
from catalog.states import ProductStatus, StockPolicy
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.money import format_money, minor_from_decimal
from omnichannel.staff.admin import ShownInline, StaffAdmin, money, service_action, staff_context, state

STATUS_COLOURS = {ProductStatus.ACTIVE: "success", ProductStatus.DRAFT: "info"}
SHOWN_PRICES = 60


class PriceForm(BaseDialogForm):
    """A price from now on or from a moment; for one SKU or for all of the product."""

    sku = forms.CharField(label="SKU (empty: every variant)", required=False, max_length=80, widget=UnfoldAdminTextInputWidget)
    currency = forms.CharField(initial="USD", max_length=3, min_length=3, widget=UnfoldAdminTextInputWidget)
    amount = forms.DecimalField(min_value=Decimal(0), max_digits=14, decimal_places=3, widget=UnfoldAdminDecimalFieldWidget)
    sale = forms.BooleanField(label="This is a sale price", required=False, widget=UnfoldBooleanSwitchWidget)
    valid_from = forms.SplitDateTimeField(label="From (UTC; empty: now)", required=False, widget=UnfoldAdminSplitDateTimeWidget)
    valid_until = forms.SplitDateTimeField(label="Until (UTC; empty: until changed)", required=False, widget=UnfoldAdminSplitDateTimeWidget)

    def clean_currency(self) -> str:
        currency = str(self.cleaned_data["currency"]).upper()
        if currency not in list_currencies():
            raise forms.ValidationError("A currency is an ISO 4217 code, such as USD.")
        return currency


class VariantForm(BaseDialogForm):
    sku = forms.CharField(label="SKU", max_length=80, widget=UnfoldAdminTextInputWidget)
    barcode = forms.CharField(label="EAN or UPC", max_length=32, required=False, widget=UnfoldAdminTextInputWidget)
    options = forms.CharField(
        label="Options, as Colour=Sage; Size=10", max_length=400, required=False, widget=UnfoldAdminTextInputWidget
    )
    amount = forms.DecimalField(
        label="Price, in the shop's own currency", min_value=Decimal(0), max_digits=14, decimal_places=3, required=False,
        widget=UnfoldAdminDecimalFieldWidget,
    )


class VariantInline(ShownInline):
    model = Variant
    fields = ["sku", "barcode", "name", "price_now", "stock_policy", "weight_grams", "is_active"]
    readonly_fields = fields
    ordering = ["position", "sku"]
    show_change_link = True
    verbose_name_plural = "variants"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        return with_price(super().get_queryset(request))

    @display(description="price")
    def price_now(self, row: Any) -> str:
        return "–" if row.amount_now is None else format_money(row.amount_now, row.currency_now)


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ProductImage
        fields = ["file", "url", "alt", "position"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            if "file" in self.changed_data and cleaned.get("file"):
                images.check_file(cleaned["file"].read())
                cleaned["file"].seek(0)
            elif cleaned.get("url") and "url" in self.changed_data:
                images.check_address(cleaned["url"])
        except DomainError as error:
            raise forms.ValidationError(error.problem_title) from error
        if not cleaned.get("file") and not cleaned.get("url"):
            raise forms.ValidationError("Choose a file or type an address.")
        return cleaned


class ImageInline(TabularInline):
    model = ProductImage
    form = ImageForm
    extra = 0
    verbose_name_plural = "pictures"


@admin.register(Product)
class ProductAdmin(StaffAdmin):
    list_display = [
        "name", state("status", STATUS_COLOURS), "category", money("lowest_minor", "price"), "vendor", "updated_at",
    ]
    list_filter = ["status", ["category", AutocompleteSelectFilter], ["updated_at", RangeDateTimeFilter]]
    list_select_related = ["category"]
    search_fields = ["name"]
    search_help_text = "Name, SKU, barcode or any word of it"
    ordering = ["-created_at", "-id"]
    autocomplete_fields = ["category"]
    fields = ["name", "slug", "status", "category", "tax_category", "vendor", "description", "attributes", "tags", "price_history"]
    readonly_fields = ["price_history"]
    inlines = [VariantInline, ImageInline]
    actions_detail = ["change_price", "add_variant", "activate", "archive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        currency = default_currency()
        documents = ProductDocument.objects.filter(product=OuterRef("pk"), currency=currency).values("price_minor")
        return super().get_queryset(request).defer("search", "facets").annotate(lowest_minor=Subquery(documents), currency=Value(currency))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Product], search_term: str) -> tuple[QuerySet[Product], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_products_by_text(search_term)), False

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        return [name for name in self.fields or [] if obj is not None or name not in ("price_history", "slug")]  # type: ignore[misc]

    def get_inlines(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        return list(self.inlines) if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was sold stays; it is archived

    @display(description="price history")
    def price_history(self, product: Product) -> SafeString:
        rows = Price.objects.filter(variant__product=product).select_related("variant").order_by("-id")[:SHOWN_PRICES]
        lines = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", map(_told, rows))
        head = "<th>SKU</th><th>price</th><th>kind</th><th>from</th><th>until</th><th>by</th>"
        return format_html('<table class="w-full text-left"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>', SafeString(head), lines)

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        typed = {name: form.cleaned_data[name] for name in form.changed_data if name != "price_history"}

        def write(by: Context, at: datetime) -> str:
            if not change:
                made = products.create_product(data=_new_product(typed), by=by, at=at)
                obj.pk, obj.slug = made.pk, made.slug
                return f"{made.name} is added. Now add its variants."
            products.update_product(product_id=obj.pk, changes=_changes(typed), by=by, at=at)
            return f"{obj.name} is saved."

        write_through(request, write)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if getattr(request, "refused", False):
            formset.save(commit=False)
            return
        formset.save()
        if formset.model is ProductImage and formset.has_changed():
            write_through(request, lambda by, at: images.publish_pictures(product_id=form.instance.pk, by=by, at=at))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if getattr(request, "refused", False) else super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return _answer(request, obj, adding=True)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return _answer(request, obj, adding=False)

    @service_action(
        title="Change the price", text="The old price stays in the history. A time that is not given means now.",
        button="Change price", form=PriceForm, icon="sell",
    )
    def change_price(
        self, product: Product, *, by: Context, at: datetime, sku: str, currency: str, amount: Decimal, sale: bool,
        valid_from: datetime | None, valid_until: datetime | None,
    ) -> str:
        rows = Variant.objects.filter(product=product, **({"sku": sku} if sku else {}))
        if not rows:
            return f"{product.name} has no variant {sku or 'yet'}: nothing was changed."
        price = PriceData(currency, minor_from_decimal(amount, currency), sale, valid_from, valid_until)
        for variant in rows:
            set_prices(variant_id=variant.pk, prices=[price], by=by, at=at)
        return f"{product.name} costs {format_money(price.amount_minor or 0, currency)} {'from then' if valid_from else 'now'}."

    @service_action(title="Add a variant", button="Add variant", form=VariantForm, icon="add")
    def add_variant(
        self, product: Product, *, by: Context, at: datetime, sku: str, barcode: str, options: str, amount: Decimal | None
    ) -> str:
        pairs = (pair.partition("=") for pair in options.split(";") if pair.strip())
        currency = default_currency()
        prices = (PriceData(currency, minor_from_decimal(amount, currency)),) if amount is not None else ()
        data = VariantData(
            sku=sku, barcode=barcode or None, options={name.strip(): value.strip() for name, _, value in pairs}, prices=prices
        )
        products.add_variant(product_id=product.pk, data=data, by=by, at=at)
        return f"{sku} is added."

    @service_action(title="Put this product on sale?", text="It shows on every channel at once.", button="Put on sale")
    def activate(self, product: Product, *, by: Context, at: datetime) -> str:
        products.update_product(product_id=product.pk, changes={"status": ProductStatus.ACTIVE}, by=by, at=at)
        return f"{product.name} is on sale."

    @service_action(title="Archive this product?", text="No channel shows or sells it any more.", button="Archive")
    def archive(self, product: Product, *, by: Context, at: datetime) -> str:
        products.update_product(product_id=product.pk, changes={"status": ProductStatus.ARCHIVED}, by=by, at=at)
        return f"{product.name} is archived."


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
    list_display = ["sku", "product", "name", "barcode", "price_now", state("stock_policy", {StockPolicy.BACKORDER: "warning"}), "is_active"]
    list_filter = ["stock_policy", "is_active"]
    list_select_related = ["product"]
    search_fields = ["=sku", "=barcode"]
    search_help_text = "SKU or barcode"
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
        return _answer(request, obj, adding=False)


@admin.register(Category)
class CategoryAdmin(StaffAdmin):
    list_display = ["path", "name", "position"]
    search_fields = ["path", "name"]
    fields = ["name", "slug", "parent", "position"]
    autocomplete_fields = ["parent"]
    ordering = ["path"]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        parent_id: UUID | None = cleaned["parent"].pk if cleaned["parent"] else None

        def write(by: Context, at: datetime) -> str:
            if not change:
                made = categories.create_category(
                    name=cleaned["name"], slug=cleaned["slug"], parent_id=parent_id, position=cleaned["position"]
                )
                obj.pk = made.pk
                return f"{made.path} is added."
            categories.update_category(
                category_id=obj.pk, name=cleaned["name"], slug=cleaned["slug"], position=cleaned["position"], at=at
            )
            moved = categories.move_category(category_id=obj.pk, parent_id=parent_id, at=at)
            return f"{moved.path} is saved, with everything below it."

        write_through(request, write)

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        def write(by: Context, at: datetime) -> str:
            categories.delete_category(category_id=obj.pk)
            return f"{obj.path} is gone."

        write_through(request, write)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if getattr(request, "refused", False) else super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return _answer(request, obj, adding=True)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return _answer(request, obj, adding=False)


@admin.register(TaxCategory)
class TaxCategoryAdmin(StaffAdmin):
    list_display = ["name", "code"]


def write_through(request: HttpRequest, call: Callable[[Context, datetime], str]) -> None:
    """Run a service within the form's transaction; Django keeps the audit entry. A refusal is told and changes nothing."""
    try:
        with transaction.atomic():
            messages.success(request, call(staff_context(request), now()))
    except DomainError as error:
        messages.error(request, error.problem_title)
        request.refused = True  # type: ignore[attr-defined]


def with_price(rows: QuerySet[Variant]) -> QuerySet[Variant]:
    """Variants with what they cost now in the shop's own currency."""
    currency = default_currency()
    holding = Price.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=Now()), variant=OuterRef("pk"), currency=currency, withdrawn_at=None,
        valid_from__lte=Now(),
    ).order_by("-is_sale")
    return rows.annotate(amount_now=Subquery(holding.values("amount_minor")[:1]), currency_now=Value(currency))


def default_currency() -> str:
    return BrandKit.objects.filter(pk=1).values_list("default_currency", flat=True).first() or "USD"


def _told(row: Price) -> tuple[Any, ...]:
    kind = "sale" if row.is_sale else "list"
    return (
        row.variant.sku,
        format_money(row.amount_minor, row.currency),
        f"{kind}, taken back" if row.withdrawn_at else kind,
        f"{row.valid_from:%Y-%m-%d %H:%M}",
        f"{row.valid_until:%Y-%m-%d %H:%M}" if row.valid_until else "–",
        row.created_by,
    )


def _new_product(typed: dict[str, Any]) -> ProductData:
    return ProductData(
        name=typed["name"],
        status=typed.get("status", ProductStatus.DRAFT),
        category_path=typed["category"].path if typed.get("category") else None,
        tax_category=typed["tax_category"].pk if typed.get("tax_category") else None,
        vendor=typed.get("vendor"),
        description=typed.get("description"),
        attributes=typed.get("attributes"),
        tags=typed.get("tags"),
    )


def _changes(typed: dict[str, Any]) -> dict[str, Any]:
    changes = dict(typed)
    if "category" in changes:
        category = changes.pop("category")
        changes["category_path"] = category.path if category else ""
    if "tax_category" in changes:
        changes["tax_category"] = changes["tax_category"].pk
    return changes


def _answer(request: HttpRequest, obj: Any, *, adding: bool) -> HttpResponse:
    """The service has spoken already: no second message, and a refused form comes back to be mended."""
    meta = obj._meta
    if adding and getattr(request, "refused", False):
        return HttpResponseRedirect(request.path)
    return HttpResponseRedirect(reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk]))
