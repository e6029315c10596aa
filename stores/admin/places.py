"""Stores: where they are, when they are open, what they hand over."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from omnichannel.kernel.clock import now
from omnichannel.staff.admin import StaffAdmin, state
from stores.models import Store
from stores.rules.opening import HoursInvalid, OpeningHours, check_hours, check_zone, openness_at
from stores.states import StoreKind


class StoreForm(forms.ModelForm):
    class Meta:
        model = Store
        exclude = ("created_at",)

    def clean_opening_hours(self) -> Any:
        hours = self.cleaned_data["opening_hours"] or {}
        try:
            check_hours(hours)
        except HoursInvalid as error:
            raise forms.ValidationError(str(error)) from error
        return hours

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            check_zone(name)
        except HoursInvalid as error:
            raise forms.ValidationError(str(error)) from error
        return name

    def clean_latitude(self) -> float | None:
        return self._within("latitude", 90)

    def clean_longitude(self) -> float | None:
        return self._within("longitude", 180)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        opens, closes = given.get("opens_on"), given.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "It closes before it opens.")
        if (given.get("latitude") is None) != (given.get("longitude") is None):
            self.add_error("longitude", "Give both coordinates, or neither.")
        return given

    def _within(self, name: str, limit: int) -> float | None:
        value: float | None = self.cleaned_data[name]
        if value is not None and not -limit <= value <= limit:
            raise forms.ValidationError(f"Degrees from -{limit} to {limit}.")
        return value


@admin.register(Store)
class StoreAdmin(StaffAdmin):
    form = StoreForm
    search_help_text = "Name, code, city or postal code"
    empty_hint = "Shops, pop-ups and warehouses: where goods are and where people come."
    list_display = (
        "name",
        state("kind", {StoreKind.SHOP: "info", StoreKind.POPUP: "warning"}),
        "city",
        "is_open_now",
        "pickup_enabled",
        "ships",
        "is_active",
    )
    list_filter = ("kind", "is_active", "pickup_enabled", "ships")
    search_fields = ("name", "code", "city", "postal_code", "external_id")
    fieldsets = (
        (None, {"fields": ("name", "code", "kind", "is_active", "external_id")}),
        (
            "Address",
            {
                "fields": (
                    "line1",
                    "line2",
                    "city",
                    "region",
                    "postal_code",
                    "country",
                    "phone",
                    "latitude",
                    "longitude",
                )
            },
        ),
        ("Opening", {"fields": ("time_zone", "opening_hours", "opens_on", "closes_on")}),
        ("Pickup", {"fields": ("pickup_enabled", "pickup_lead_minutes", "pickup_hold_days")}),
        ("Shipping", {"fields": ("ships", "shipping_priority")}),
    )

    @display(description="Open now", boolean=True)
    def is_open_now(self, store: Store) -> bool:
        hours = OpeningHours.read(
            store.opening_hours, store.time_zone, opens_on=store.opens_on, closes_on=store.closes_on
        )
        return openness_at(hours, at=now()).is_open

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its ledger stays; switch it off instead
