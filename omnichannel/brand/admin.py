"""The brand kit, as staff edit it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display
from unfold.widgets import UnfoldAdminColorInputWidget, UnfoldAdminURLInputWidget

from omnichannel.brand.models import BrandKit
from omnichannel.brand.services import refuse_unsafe_svg, save_brand
from omnichannel.kernel.errors import DomainError
from omnichannel.staff.admin import StaffAdmin
from omnichannel.staff.fields import WordsField


class BrandForm(forms.ModelForm):
    support_url = forms.URLField(required=False, assume_scheme="https", widget=UnfoldAdminURLInputWidget)
    storefront_url = forms.URLField(
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text=BrandKit._meta.get_field("storefront_url").help_text,
    )

    class Meta:
        model = BrandKit
        exclude = ("version",)
        widgets = {"colour": UnfoldAdminColorInputWidget}

    def clean_logo_svg(self) -> str:
        svg: str = self.cleaned_data["logo_svg"]
        if svg:
            try:
                refuse_unsafe_svg(svg=svg)
            except DomainError as error:
                raise forms.ValidationError(error.problem_title, code=error.problem_code) from error
        return svg


@admin.register(BrandKit)
class BrandAdmin(StaffAdmin):
    """One kit: every screen, message and client follows it."""

    form = BrandForm
    list_display = ("name", "tagline", "colour", "default_currency", "locale")
    page_title = "Brand"
    typed_as = {"currencies": WordsField}
    readonly_fields = ("logo", "version")
    fieldsets = (
        (None, {"fields": ("name", "tagline", "colour", "logo", "logo_svg", "voice")}),
        ("Money, language, time", {"fields": ("default_currency", "currencies", "locale", "time_zone")}),
        ("Messages", {"fields": ("sender_name", "sender_email", "reply_to", "legal_name", "postal_address")}),
        ("Links", {"fields": ("storefront_url", "support_url", "version")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not BrandKit.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Logo")
    def logo(self, kit: BrandKit) -> SafeString | str:
        # Only drawings pass `save_brand`, so that it may stand in a page as it is.
        return mark_safe(f'<div style="max-width:12rem">{kit.logo_svg}</div>') if kit.logo_svg else "–"

    def save_model(self, request: HttpRequest, obj: BrandKit, form: Any, change: bool) -> None:
        obj.version = save_brand(values={name: form.cleaned_data[name] for name in form.changed_data}).version
