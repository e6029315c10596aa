"""Stock: levels with their ledger, movements to be read, holds to be let go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from catalog.models import Variant
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import ReadOnlyAdmin, ReasonForm, ShownInline, service_action, state, units
from omnichannel.staff.columns import label, link
from omnichannel.staff.filters import PeriodFilter
from stores.models import Hold, HoldLine, StockLevel, StockMovement
from stores.services.adjusting import MAX_UNITS, Adjustment, adjust_stock, set_thresholds
from stores.services.stock import receive_stock, release_hold
from stores.states import HoldState

SHOWN_MOVEMENTS = 50
FOUND_VARIANTS = 500
_WHOLE = {"min_value": 0, "max_value": MAX_UNITS, "widget": UnfoldAdminIntegerFieldWidget}


class AdjustForm(ReasonForm):
    """What was counted on the shelf; and of it what is damaged or to be thrown away."""

    set_on_hand = forms.IntegerField(
        label="On hand, as counted", required=False, help_text="Empty: as it is.", **_WHOLE
    )
    damage = forms.IntegerField(label="Of these damaged", initial=0, required=False, **_WHOLE)
    write_off = forms.IntegerField(label="Damaged units thrown away", initial=0, required=False, **_WHOLE)
    field_order = ("set_on_hand", "damage", "write_off", "reason")


class ReceiveForm(ReasonForm):
    quantity = forms.IntegerField(label="Units", min_value=1, max_value=1_000_000, widget=UnfoldAdminIntegerFieldWidget)
    field_order = ("quantity", "reason")


class ThresholdsForm(BaseDialogForm):
    """Filled with what stands."""

    safety_stock = forms.IntegerField(label="Kept back from pickup and shipping", **_WHOLE)
    reorder_point = forms.IntegerField(label="Call it low at or below (0: never)", **_WHOLE)
    location = forms.CharField(label="Aisle or shelf", max_length=40, required=False, widget=UnfoldAdminTextInputWidget)

    def __init__(self, request: HttpRequest, object_id: int | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        level = StockLevel.objects.filter(pk=object_id).first() if object_id else None
        for name in ("safety_stock", "reorder_point", "location") if level else ():
            self.fields[name].initial = getattr(level, name)


class AvailabilityFilter(admin.SimpleListFilter):
    title = "available"
    parameter_name = "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("out", "Sold out"), ("low", "Low"), ("some", "Available")]

    def queryset(self, request: HttpRequest, rows: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
        left = F("on_hand") - F("reserved") - F("safety_stock")
        match self.value():
            case "out":
                return rows.alias(left=left).filter(left__lte=0)
            case "low":
                return rows.alias(left=left).filter(left__gt=0, reorder_point__gt=0, left__lte=F("reorder_point"))
            case "some":
                return rows.alias(left=left).filter(left__gt=0)
        return rows


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    page_title = "Stock"
    empty_hint = "A store holds an item from its first delivery on; import stock or receive goods."
    list_display = (
        "sku",
        "product",
        "store",
        units("on_hand"),
        units("reserved"),
        "available",
        units("incoming"),
        units("damaged"),
        "location",
    )
    list_filter = (AvailabilityFilter, "store")
    list_select_related = ("store", "variant__product")
    search_fields = ("variant__sku",)
    search_help_text = "Beginning of a SKU, or a barcode"
    ordering = ("-id",)
    fields = (
        "store",
        "variant",
        "on_hand",
        "reserved",
        "available",
        "backordered",
        "incoming",
        "damaged",
        "safety_stock",
        "reorder_point",
        "location",
        "updated_at",
    )
    readonly_fields = ("available",)
    actions_detail = ("adjust", "receive", "thresholds")
    change_form_after_template = "stores/admin/level_ledger.html"

    def row_title(self, row: StockLevel) -> str:
        return f"{row.variant.sku} in {row.store.name}"

    @display(description="SKU", ordering="variant__sku")
    def sku(self, level: StockLevel) -> str:
        return level.variant.sku

    @display(description="Product")
    def product(self, level: StockLevel) -> SafeString | str:
        product = level.variant.product
        return link("catalog_product", product.pk, f"{product.name}, {level.variant.name}".strip(", "))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the beginning of a SKU or a whole barcode: both have an index, so that the ledger is never walked."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Variant.objects.filter(Q(sku__startswith=term.upper()) | Q(sku__startswith=term) | Q(barcode=term))
        return queryset.filter(variant__in=list(found.values_list("pk", flat=True)[:FOUND_VARIANTS])), False

    @display(description="Available")
    def available(self, level: StockLevel) -> SafeString:
        left = max(0, level.on_hand - level.reserved - level.safety_stock)
        low = level.reorder_point and left <= level.reorder_point
        word = label("Sold out", "danger") if not left else label("Low", "warn") if low else ""
        return format_html('<span class="amount">{} {}</span>', word, f"{left:,}")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        level = StockLevel.objects.filter(pk=object_id).first() if object_id and object_id.isdigit() else None
        shown: dict[str, Any] = {}
        if level:
            rows = StockMovement.objects.filter(store_id=level.store_id, variant_id=level.variant_id).order_by("-id")
            shown["movements"] = rows[:SHOWN_MOVEMENTS]
            shown["promises"] = (
                HoldLine.objects.filter(
                    variant_id=level.variant_id, hold__store_id=level.store_id, hold__state=HoldState.HELD
                )
                .select_related("hold")
                .order_by("-hold__created_at")[:SHOWN_MOVEMENTS]
            )
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @service_action(
        title="Adjust this level",
        text="Promises that no longer fit are broken, newest first, and those who hold them are told.",
        button="Adjust stock",
        form=AdjustForm,
    )
    def adjust(
        self,
        level: StockLevel,
        *,
        by: Context,
        at: datetime,
        set_on_hand: int | None,
        damage: int | None,
        write_off: int | None,
        reason: str,
    ) -> str:
        changed = adjust_stock(
            adjustment=Adjustment(
                store_id=level.store_id,
                variant_id=level.variant_id,
                reason=reason,
                set_on_hand=set_on_hand,
                damage=damage or 0,
                write_off=write_off or 0,
                expected_version=level.version,
            ),
            by=by,
            at=at,
        )
        return f"{changed.on_hand} on hand now, {changed.reserved} of them promised."

    @service_action(title="Receive goods", button="Receive", form=ReceiveForm)
    def receive(self, level: StockLevel, *, by: Context, at: datetime, quantity: int, reason: str) -> str:
        receive_stock(store_id=level.store_id, lines={level.variant_id: quantity}, reason=reason, by=by, at=at)
        return f"{quantity} received."

    @service_action(title="Safety stock and place", button="Set thresholds", form=ThresholdsForm)
    def thresholds(
        self, level: StockLevel, *, by: Context, at: datetime, safety_stock: int, reorder_point: int, location: str
    ) -> str:
        set_thresholds(
            level_id=level.pk, safety_stock=safety_stock, reorder_point=reorder_point, location=location, by=by, at=at
        )
        return "Saved."


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    page_title = "Stock movements"
    empty_hint = "Every sale, delivery, promise and correction of stock writes a line here that nobody can change."
    list_display = ("at", "kind", "sku", "store", "moved", "reason", "actor")
    list_filter = ("kind", "store", ("at", PeriodFilter))
    list_select_related = ("store", "variant")
    search_fields = ("variant__sku",)
    search_help_text = "Beginning of a SKU, a barcode, or the id of an order"
    ordering = ("-id",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            return queryset.filter(reference_id=UUID(search_term.strip())), False
        except ValueError:
            return StockLevelAdmin.get_search_results(self, request, queryset, search_term)

    @display(description="SKU")
    def sku(self, movement: StockMovement) -> str:
        return movement.variant.sku

    @display(description="Change")
    def moved(self, movement: StockMovement) -> str:
        """“on hand −1, reserved −1”: only what moved."""
        parts = [
            (name, getattr(movement, f"{name}_delta"))
            for name in ("on_hand", "reserved", "backordered", "incoming", "damaged")
        ]
        return (
            ", ".join(f"{name.replace('_', ' ')} {'+' if n > 0 else '−'}{abs(n):,}" for name, n in parts if n) or "none"
        )


class HoldLineInline(ShownInline):
    model = HoldLine
    fields = ("variant", "quantity", "backordered", "broken")
    readonly_fields = fields


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    page_title = "Promised stock"
    empty_hint = "Orders and checkouts promise units of a store to somebody; each promise shows here until it ends."
    list_display = (
        "held_for",
        "store",
        state(
            "state",
            {
                HoldState.HELD: "info",
                HoldState.CONSUMED: "success",
                HoldState.BROKEN: "danger",
                HoldState.EXPIRED: "warning",
            },
        ),
        "expires_at",
        "created_at",
    )
    fields = ("held_for", "store", "state", "expires_at", "created_at", "ended_at")
    readonly_fields = ("held_for",)
    state_colours = {
        "state": {
            HoldState.HELD: "info",
            HoldState.CONSUMED: "success",
            HoldState.BROKEN: "danger",
            HoldState.EXPIRED: "warning",
        }
    }
    list_filter = ("state", "store", "holder_kind")
    list_select_related = ("store",)
    search_fields = ("=id", "=holder_id")
    search_help_text = "The id of a hold, order or cart"
    ordering = ("-id",)
    inlines = (HoldLineInline,)
    actions_detail = ("release",)

    def row_title(self, row: Hold) -> str:
        return f"{row.get_state_display()} for {row.holder_kind} …{str(row.holder_id)[-6:].upper()}"

    @display(description="Held for")
    def held_for(self, hold: Hold) -> SafeString | str:
        text = f"{hold.holder_kind.replace('_', ' ').capitalize()} …{str(hold.holder_id)[-6:].upper()}"
        return link({"order": "orders_order", "cart": "carts_cart"}.get(hold.holder_kind, ""), hold.holder_id, text)

    @service_action(
        title="Release this hold?",
        text="Its units go back on sale at once. The order or cart keeps its lines, without stock.",
        button="Release hold",
        form=ReasonForm,
        when=lambda hold: hold.state == HoldState.HELD,
    )
    def release(self, hold: Hold, *, by: Context, at: datetime, reason: str) -> str:
        released = release_hold(hold_id=hold.pk, reason=reason, by=by, at=at)
        return f"{sum(released.values())} units released." if released else "This hold has ended already."
