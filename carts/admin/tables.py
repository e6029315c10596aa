"""Tax rates, shipping zones and methods: what the built-in providers reckon with. A change holds from the next write on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from carts.models import ShippingMethod, ShippingZone, TaxRate
from omnichannel.kernel.money import Money, minor_from_decimal
from omnichannel.staff.admin import StaffAdmin, money
from omnichannel.staff.fields import WordsField


class TaxRateForm(forms.ModelForm):
    class Meta:
        model = TaxRate
        fields = "__all__"

    def clean_country(self) -> str:
        return _country(self.cleaned_data["country"])

    def clean_rate_pct(self) -> Any:
        rate = self.cleaned_data["rate_pct"]
        if not 0 <= rate <= 100:
            raise ValidationError("A rate lies between 0 and 100 per cent.")
        return rate


@admin.register(TaxRate)
class TaxRateAdmin(StaffAdmin):
    form = TaxRateForm
    list_display = (
        "name",
        "where",
        "category",
        "shown_rate",
        "included",
        "applies_to_shipping",
        "valid_from",
        "valid_until",
    )
    list_filter = ("country", "included", "category")
    list_select_related = ("category",)
    ordering = ("country", "region", "category_id")
    search_fields = ("name", "country", "region")
    search_help_text = "Name, country or region"
    empty_hint = "Without a rate no tax is added to the bill."

    @display(description="Where", ordering="country")
    def where(self, row: TaxRate) -> str:
        return f"{row.country}-{row.region}" if row.region else row.country

    @display(description="Rate", ordering="rate_pct")
    def shown_rate(self, row: TaxRate) -> str:
        return f"{row.rate_pct.normalize():f} %"


class ShippingZoneForm(forms.ModelForm):
    class Meta:
        model = ShippingZone
        fields = "__all__"

    def clean_countries(self) -> list[str]:
        countries = self.cleaned_data["countries"]
        if not isinstance(countries, list) or not countries:
            raise ValidationError('A list of country codes, ["US", "CA"], or ["*"] for everywhere else.')
        return [country if country == "*" else _country(country) for country in countries]

    def clean_regions(self) -> list[str]:
        regions = self.cleaned_data["regions"] or []
        if not isinstance(regions, list) or not all(isinstance(region, str) for region in regions):
            raise ValidationError('A list of region codes, ["ME", "NH"], or [] for the whole country.')
        return regions


class MethodForm(forms.ModelForm):
    """Prices are typed as they are said: 5.90, not 590."""

    price = forms.DecimalField(min_value=0, max_digits=12, widget=UnfoldAdminDecimalFieldWidget)
    free_above = forms.DecimalField(
        label="Free from", required=False, min_value=0, max_digits=12, widget=UnfoldAdminDecimalFieldWidget
    )

    class Meta:
        model = ShippingMethod
        exclude = ("amount_minor", "free_from_minor")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["price"] = Money(self.instance.amount_minor, self.instance.currency).decimal
            if self.instance.free_from_minor is not None:
                self.initial["free_above"] = Money(self.instance.free_from_minor, self.instance.currency).decimal

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        currency = str(given.get("currency", "")).upper()
        for name, field in (("price", "amount_minor"), ("free_above", "free_from_minor")):
            if name in given:
                setattr(
                    self.instance, field, None if given[name] is None else minor_from_decimal(given[name], currency)
                )
        return given


class MethodInline(TabularInline):
    model = ShippingMethod
    form = MethodForm
    extra = 0
    fields = (
        "code",
        "name",
        "currency",
        "price",
        "free_above",
        "min_weight_grams",
        "max_weight_grams",
        "min_days",
        "max_days",
        "is_active",
    )


@admin.register(ShippingZone)
class ShippingZoneAdmin(StaffAdmin):
    form = ShippingZoneForm
    list_display = ("name", "shown_countries", "position")
    empty_hint = "A zone says which countries a parcel goes to, and by which methods."
    typed_as = {"countries": WordsField, "regions": WordsField}
    ordering = ("position", "id")
    inlines = (MethodInline,)

    @display(description="Countries")
    def shown_countries(self, row: ShippingZone) -> str:
        return ", ".join("everywhere else" if country == "*" else country for country in row.countries)


@admin.register(ShippingMethod)
class ShippingMethodAdmin(StaffAdmin):
    form = MethodForm
    empty_hint = "Methods belong to a zone: add them there."
    list_display = ("name", "zone", "weights", "amount", "free_from", "is_active")
    list_filter = ("zone", "currency", "is_active")
    list_select_related = ("zone",)
    ordering = ("zone", "code", "min_weight_grams")
    search_fields = ("name", "code")
    search_help_text = "Name or code"

    amount = money("amount_minor", "Price")
    free_from = money("free_from_minor", "Free from")

    @display(description="Weight")
    def weights(self, row: ShippingMethod) -> str:
        upper = f"to {row.max_weight_grams:,} g" if row.max_weight_grams is not None else "and more"
        return f"{row.min_weight_grams:,} g {upper}"


def _country(text: Any) -> str:
    if not isinstance(text, str) or len(text.strip()) != 2 or not text.strip().isalpha():
        raise ValidationError("Two letters, as in ISO 3166: US, DE.")
    return text.strip().upper()
