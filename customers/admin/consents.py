"""Addresses nothing goes to. What people allowed is read on their own page: it is theirs to change."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from customers.models import Suppression
from customers.services.consent import normal_address, release_address, suppress_address
from customers.states import ConsentChannel
from omnichannel.kernel.clock import now
from omnichannel.staff.admin import StaffAdmin, service_action, staff_context


class SuppressionForm(forms.ModelForm):
    channel = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in (ConsentChannel.EMAIL, ConsentChannel.SMS)],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Suppression
        fields = ("channel", "address", "reason", "detail")
        widgets = {
            "address": UnfoldAdminTextInputWidget,
            "reason": UnfoldAdminTextInputWidget,
            "detail": UnfoldAdminTextInputWidget,
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("address") and data.get("channel"):
            data["address"] = normal_address(data["channel"], data["address"])
            if Suppression.objects.filter(channel=data["channel"], address=data["address"]).exists():
                self.add_error("address", "This address is on the list already.")
        return data


@admin.register(Suppression)
class SuppressionAdmin(StaffAdmin):
    form = SuppressionForm
    list_display = ["address", "channel", "reason", "detail", "created_at"]
    list_filter = ["channel", "reason"]
    found_by = {"address": str.lower}
    search_fields = ["address"]
    search_help_text = "The whole address"
    ordering = ["-created_at", "id"]
    page_title = "Suppressed addresses"
    add_title = "Add an address"
    empty_hint = "Addresses that bounced or complained show here; nothing goes to them."
    actions_detail = ["release"]

    def get_readonly_fields(self, request: HttpRequest, obj: Suppression | None = None) -> list[Any]:
        return ["channel", "address", "reason", "detail", "created_at"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # released by a service, which tells the log

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        if change:
            return
        made = suppress_address(
            channel=obj.channel, address=obj.address, reason=obj.reason, detail=obj.detail,
            by=staff_context(request), at=now(),
        )  # fmt: skip
        obj.pk = made.pk

    @service_action(
        title="Write to this address again?",
        text="Do so only when its owner asked for it: another bounce harms all our mail.",
        button="Take off the list",
    )
    def release(self, suppression: Suppression, *, by: Any, at: Any) -> str:
        release_address(suppression_id=suppression.pk, by=by, at=at)
        return f"{suppression.address} may be written to again."
