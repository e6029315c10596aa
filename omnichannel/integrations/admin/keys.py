"""API keys: made, rotated and revoked here. The secret is shown in the answer that makes it, and never again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from omnichannel.integrations.models import ApiKey
from omnichannel.integrations.queries import list_scopes
from omnichannel.integrations.services.keys import create_api_key, revoke_api_key, rotate_api_key
from omnichannel.integrations.states import Scope
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import StaffAdmin, Told, new_secret, secret_words, service_action, staff_context


def _scopes() -> list[tuple[str, str]]:
    names = dict(Scope.choices)
    return [(scope, f"{scope} – {names.get(scope) or _words_of(scope)}") for scope in list_scopes()]


def _words_of(scope: str) -> str:
    """`journeys:read` of an app above: Read journeys."""
    what, _, may = scope.partition(":")
    return f"{may.capitalize()} {what}"


class ApiKeyForm(forms.ModelForm):
    name = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text="Which system it is for.")
    scopes = forms.MultipleChoiceField(
        choices=_scopes, widget=UnfoldAdminCheckboxSelectMultipleWidget, help_text="As few as it needs."
    )
    expires_at = forms.SplitDateTimeField(required=False, widget=UnfoldAdminSplitDateTimeWidget)

    class Meta:
        model = ApiKey
        fields = ("name", "scopes", "expires_at")


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin):
    """What stands is only read, rotated or revoked."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "status", "scopes", "last_used_on", "expires_at", "created_at")
    page_title = "API keys"
    add_title = "Add a key"
    empty_hint = "Other systems come in with a key; its scopes say what they may do."
    search_fields = ("name", "prefix")
    search_help_text = "Name, or the beginning of the key"
    list_filter = ("revoked_at",)
    ordering = ("-id",)
    actions_detail = ("rotate", "revoke")
    _shown = (
        "name",
        "prefix",
        "status",
        "scopes",
        "created_at",
        "created_by",
        "expires_at",
        "last_used_on",
        "previous_until",
        "revoked_at",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown if obj else ApiKeyForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # revoke it instead: what it did stays on record

    @display(description="State", label={"In use": "success", "Expired": "warning", "Revoked": "danger"})
    def status(self, key: ApiKey) -> str:
        if key.revoked_at:
            return "Revoked"
        return "Expired" if key.expires_at and key.expires_at <= now() else "In use"

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            return
        made, secret = create_api_key(
            name=obj.name,
            scopes=obj.scopes,
            expires_at=obj.expires_at,
            at=now(),
            by=staff_context(request),
            user_id=request.user.pk,
        )
        obj.pk, obj.prefix = made.pk, made.prefix
        messages.warning(request, secret_words(f"The key {obj.name} has this secret", secret))

    @service_action(
        title="Make a new secret?",
        text="The present one stays good for 24 hours.",
        button="Rotate",
        when=lambda key: key.revoked_at is None,
    )
    def rotate(self, key: ApiKey, *, by: Context, at: Any) -> Told:
        _, secret = rotate_api_key(key_id=key.pk, at=at, by=by)
        return new_secret(f"The key {key.name} has this secret", secret)

    @service_action(
        title="Revoke this key?", text="The system that uses it is refused at once, and for good.", button="Revoke"
    )
    def revoke(self, key: ApiKey, *, by: Context, at: Any) -> str:
        revoke_api_key(key_id=key.pk, at=at, by=by)
        return f"{key.name} is revoked."
