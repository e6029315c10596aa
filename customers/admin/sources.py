"""Sources of tracked events: their keys, and what comes in, as it comes in."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from customers.models import Source
from customers.services.sources import create_source, rotate_key, set_active
from omnichannel.kernel.clock import now
from omnichannel.staff.admin import StaffAdmin, Told, new_secret, secret_words, service_action, staff_context


class SourceForm(forms.ModelForm):
    class Meta:
        model = Source
        fields = ("name", "channel", "is_trusted", "is_shared")
        widgets = {
            "name": UnfoldAdminTextInputWidget,
            "channel": UnfoldAdminSelectWidget,
            "is_trusted": UnfoldBooleanSwitchWidget,
            "is_shared": UnfoldBooleanSwitchWidget,
        }


@admin.register(Source)
class SourceAdmin(StaffAdmin):
    form = SourceForm
    list_display = ["name", "channel", "status", "speaks_for", "key_shown", "used_at", "created_at"]
    list_filter = ["channel", "is_active"]
    search_fields = ["name"]
    search_help_text = "Part of the name"
    ordering = ["name"]
    page_title = "Sources"
    add_title = "Add a source"
    empty_hint = (
        "Pages, apps and servers tell us what people do through a source. Add one, and give its key to the library."
    )
    actions_detail = ["watch", "new_key", "switch"]
    _shown = (
        "name",
        "channel",
        "status",
        "is_trusted",
        "is_shared",
        "key_shown",
        "used_at",
        "created_by",
        "created_at",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return list(self._shown if obj else SourceForm.Meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return list(self._shown) if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # switched off instead: its events stay on record

    @display(description="State", label={"On": "success", "Off": "danger"})
    def status(self, source: Source) -> str:
        return "On" if source.is_active else "Off"

    @display(description="speaks for")
    def speaks_for(self, source: Source) -> str:
        if source.is_shared:
            return "A shared device: joins nobody"
        return "Our own server: may make customers" if source.is_trusted else "A page or an app"

    @display(description="key")
    def key_shown(self, source: Source) -> str:
        return f"…{source.key_hint}"

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        if change:
            return
        made, key = create_source(
            name=obj.name, channel=obj.channel, is_trusted=obj.is_trusted, is_shared=obj.is_shared,
            by=staff_context(request), at=now(),
        )  # fmt: skip
        obj.pk = made.pk
        messages.warning(request, secret_words(f"{made.name} has this write key", key))

    @service_action(
        title="Make a new key?", text="The present one is refused from this moment.", button="Make a new key"
    )
    def new_key(self, source: Source, *, by: Any, at: Any) -> Told:
        _, key = rotate_key(source_id=source.pk, by=by, at=at)
        return new_secret(f"{source.name} has this write key", key)

    @service_action(
        title="Switch this source on or off?",
        text="Switched off, it is refused whatever it sends. Nothing it sent is lost.",
        button="On or off",
    )
    def switch(self, source: Source, *, by: Any, at: Any) -> str:
        changed = set_active(source_id=source.pk, is_active=not source.is_active, by=by, at=at)
        return f"{changed.name} is {'on' if changed.is_active else 'off'}."

    @action(description="Watch it come in", url_path="watch", permissions=["view"])
    def watch(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        source = get_object_or_404(Source, pk=object_id)
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": source.name, "source": source, "opts": self.opts}
        return TemplateResponse(request, "customers/watch.html", context)

    def get_urls(self) -> list[URLPattern]:
        named = path("<uuid:object_id>/debug/", self.admin_site.admin_view(self.watch), name="customers_source_debug")
        return [named, *super().get_urls()]
