"""Stores: where they are, when they are open, what they hand over."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from omnichannel.kernel.clock import now
from omnichannel.staff.admin import StaffAdmin, state
from stores.models import Store
from stores.rules.opening import HoursInvalid, OpeningHours, check_hours, check_zone, openness_at
from stores.states import StoreKind

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class HoursField(forms.CharField):
    """Opening hours as people write them, one day a line: `Mon 10:00-19:00`, `2026-12-24 10:00-14:00`, `Sun closed`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text="One day a line: “Mon 10:00-19:00”, with a break “Tue 10:00-13:00, 14:00-19:00”. "
            "A date wins over its weekday: “2026-12-25 closed”.",
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        named = (
            (DAYS[int(day) - 1] if day.isdigit() and len(day) == 1 else day, spans)
            for day, spans in sorted(value.items())
        )
        return "\n".join(f"{day} {', '.join('-'.join(span) for span in spans) or 'closed'}" for day, spans in named)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        text = (value or "").strip()
        if text.startswith("{"):
            try:
                return json.loads(text)
            except ValueError as error:
                raise forms.ValidationError("This is no complete JSON.") from error
        hours: dict[str, list[list[str]]] = {}
        for line in filter(None, (line.strip() for line in text.splitlines())):
            day, _, spans = line.partition(" ")
            short = day[:3].capitalize()
            key = str(DAYS.index(short) + 1) if short in DAYS else day
            told = spans.strip().lower().replace("–", "-")
            hours[key] = (
                [] if told in ("", "closed") else [[end.strip() for end in span.split("-")] for span in told.split(",")]
            )
        return hours


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
    typed_as = {"opening_hours": HoursField}
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
