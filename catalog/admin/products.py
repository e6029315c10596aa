"""Products with their variants, pictures and prices. What is typed goes through the services, so history and facts follow."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from catalog.admin.forms import ImageForm, PriceForm, VariantForm
from catalog.admin.writing import answer, default_currency, with_price, write_through
from catalog.models import Price, Product, ProductDocument, ProductImage, Variant
from catalog.queries.listing import find_products_by_text
from catalog.services import images, products
from catalog.services.data import PriceData, ProductData, VariantData
from catalog.services.prices import set_prices
from catalog.states import ProductStatus
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import format_money, minor_from_decimal
from omnichannel.staff.admin import ShownInline, StaffAdmin, money, service_action, state
from omnichannel.staff.columns import person
from omnichannel.staff.fields import PairsField, WordsField
from omnichannel.staff.filters import PeriodFilter

STATUS_COLOURS = {ProductStatus.ACTIVE: "success", ProductStatus.DRAFT: "info"}
SHOWN_PRICES = 60


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


class ImageInline(TabularInline):
    model = ProductImage
    form = ImageForm
    extra = 0
    verbose_name_plural = "pictures"


@admin.register(Product)
class ProductAdmin(StaffAdmin):
    list_display = [
        "name",
        state("status", STATUS_COLOURS),
        "category",
        money("lowest_minor", "price"),
        "vendor",
        "updated_at",
    ]
    list_filter = ["status", ["category", AutocompleteSelectFilter], ["updated_at", PeriodFilter]]
    list_select_related = ["category"]
    empty_hint = "Add a product here, or import your range from a CSV."
    typed_as = {"attributes": PairsField, "tags": WordsField}
    state_colours = {"status": STATUS_COLOURS}
    search_fields = ["name"]
    search_help_text = "Name, SKU, barcode or any word of it"
    ordering = ["-id"]  # ids rise with time, and have an index
    autocomplete_fields = ["category"]
    fields = [
        "name",
        "slug",
        "status",
        "category",
        "tax_category",
        "vendor",
        "description",
        "attributes",
        "tags",
        "price_history",
    ]
    readonly_fields = ["price_history"]
    inlines = [VariantInline, ImageInline]
    actions_detail = ["change_price", "add_variant", "activate", "archive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        currency = default_currency()
        documents = ProductDocument.objects.filter(product=OuterRef("pk"), currency=currency).values("price_minor")
        return (
            super()
            .get_queryset(request)
            .defer("search", "facets")
            .annotate(lowest_minor=Subquery(documents), currency=Value(currency))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_products_by_text(search_term)), False

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[str]:
        return [name for name in self.fields or [] if obj is not None or name not in ("price_history", "slug")]

    def get_inlines(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        return list(self.inlines) if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was sold stays; it is archived

    @display(description="price history")
    def price_history(self, product: Product) -> SafeString:
        rows = Price.objects.filter(variant__product=product).select_related("variant").order_by("-id")[:SHOWN_PRICES]
        lines = format_html_join(
            "", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", map(_told, rows)
        )
        head = "<th>SKU</th><th>Price</th><th>Kind</th><th>From</th><th>Until</th><th>By</th>"
        return format_html(
            '<table class="told"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>',
            SafeString(head),
            lines,
        )

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
        return answer(request, obj, adding=True)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return answer(request, obj, adding=False)

    @service_action(
        title="Change the price",
        text="The old price stays in the history. A time that is not given means now.",
        button="Change price",
        form=PriceForm,
        icon="sell",
    )
    def change_price(
        self,
        product: Product,
        *,
        by: Context,
        at: datetime,
        sku: str,
        currency: str,
        amount: Decimal,
        sale: bool,
        valid_from: datetime | None,
        valid_until: datetime | None,
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
        self,
        product: Product,
        *,
        by: Context,
        at: datetime,
        sku: str,
        barcode: str,
        options: str,
        amount: Decimal | None,
    ) -> str:
        pairs = (pair.partition("=") for pair in options.split(";") if pair.strip())
        currency = default_currency()
        prices = (PriceData(currency, minor_from_decimal(amount, currency)),) if amount is not None else ()
        data = VariantData(
            sku=sku,
            barcode=barcode or None,
            options={name.strip(): value.strip() for name, _, value in pairs},
            prices=prices,
        )
        products.add_variant(product_id=product.pk, data=data, by=by, at=at)
        return f"{sku} is added."

    @service_action(
        title="Put this product on sale?",
        text="It shows on every channel at once.",
        button="Put on sale",
        when=lambda product: product.status != ProductStatus.ACTIVE,
    )
    def activate(self, product: Product, *, by: Context, at: datetime) -> str:
        products.update_product(product_id=product.pk, changes={"status": ProductStatus.ACTIVE}, by=by, at=at)
        return f"{product.name} is on sale."

    @service_action(
        title="Archive this product?",
        text="No channel shows or sells it any more.",
        button="Archive",
        when=lambda product: product.status != ProductStatus.ARCHIVED,
    )
    def archive(self, product: Product, *, by: Context, at: datetime) -> str:
        products.update_product(product_id=product.pk, changes={"status": ProductStatus.ARCHIVED}, by=by, at=at)
        return f"{product.name} is archived."


def _told(row: Price) -> tuple[Any, ...]:
    kind = "sale" if row.is_sale else "list"
    return (
        row.variant.sku,
        format_money(row.amount_minor, row.currency),
        f"{kind}, taken back" if row.withdrawn_at else kind,
        f"{localtime(row.valid_from):%-d %b %Y, %H:%M}",
        f"{localtime(row.valid_until):%-d %b %Y, %H:%M}" if row.valid_until else "–",
        person(row.created_by),
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
