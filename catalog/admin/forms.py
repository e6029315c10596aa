"""What is typed in the dialogs of the catalogue's screens."""

from decimal import Decimal
from typing import Any

from babel.numbers import list_currencies
from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from catalog.models import ProductImage
from catalog.services import images
from omnichannel.kernel.errors import DomainError


class PriceForm(BaseDialogForm):
    """A price from now on or from a moment; for one SKU or for all of the product."""

    sku = forms.CharField(
        label="SKU (empty: every variant)", required=False, max_length=80, widget=UnfoldAdminTextInputWidget
    )
    currency = forms.CharField(initial="USD", max_length=3, min_length=3, widget=UnfoldAdminTextInputWidget)
    amount = forms.DecimalField(
        min_value=Decimal(0), max_digits=14, decimal_places=3, widget=UnfoldAdminDecimalFieldWidget
    )
    sale = forms.BooleanField(label="This is a sale price", required=False, widget=UnfoldBooleanSwitchWidget)
    valid_from = forms.SplitDateTimeField(
        label="From (empty: now)", required=False, widget=UnfoldAdminSplitDateTimeWidget
    )
    valid_until = forms.SplitDateTimeField(
        label="Until (empty: until changed)", required=False, widget=UnfoldAdminSplitDateTimeWidget
    )

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
        label="Price, in the shop's own currency",
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=3,
        required=False,
        widget=UnfoldAdminDecimalFieldWidget,
    )


class ImageForm(forms.ModelForm):
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
