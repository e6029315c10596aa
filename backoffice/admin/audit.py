"""Who changed what: every action and form of the back office leaves a line here that nobody can change."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display

from backoffice.admin.frame import page_url
from omnichannel.staff.admin import ReadOnlyAdmin

DONE = {ADDITION: ("added", "Added"), CHANGE: ("changed", "Changed"), DELETION: ("removed", "Removed")}


class KindFilter(admin.SimpleListFilter):
    """Only kinds of things that staff can change."""

    title = "what"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        shown = admin.site._registry
        return sorted(
            ((str(model._meta.label_lower), str(model._meta.verbose_name).capitalize()) for model in shown),
            key=lambda pair: pair[1],
        )

    def queryset(self, request: HttpRequest, rows: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        app, _, model = (self.value() or "").partition(".")
        return rows.filter(content_type__app_label=app, content_type__model=model) if model else rows


@admin.register(LogEntry)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("action_time", "person", "done", "what", "thing", "told")
    list_display_links = ("action_time",)
    list_select_related = ("user", "content_type")
    list_filter = (["user", AutocompleteSelectFilter], "action_flag", KindFilter, ("action_time", RangeDateTimeFilter))
    search_fields = ("=object_id", "object_repr__istartswith")
    search_help_text = "Beginning of a name or order number, or an id"
    ordering = ("-id",)
    fields = ("action_time", "person", "done", "what", "thing", "told")
    readonly_fields = ("person", "done", "what", "thing", "told")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="Who", ordering="user")
    def person(self, entry: LogEntry) -> str:
        return entry.user.get_full_name() or entry.user.email

    @display(description="Did", ordering="action_flag", label={"added": "success", "removed": "danger"})
    def done(self, entry: LogEntry) -> tuple[str, str]:
        return DONE.get(entry.action_flag, ("", "Did"))

    @display(description="What")
    def what(self, entry: LogEntry) -> str:
        model = entry.content_type.model_class() if entry.content_type else None
        return str(model._meta.verbose_name).capitalize() if model else "–"

    @display(description="Which")
    def thing(self, entry: LogEntry) -> SafeString | str:
        kind = entry.content_type
        link = (
            page_url(f"admin:{kind.app_label}_{kind.model}_change", entry.object_id) if kind and entry.object_id else ""
        )
        name = entry.object_repr[:60]
        return format_html('<a href="{}">{}</a>', link, name) if link and entry.action_flag != DELETION else name

    @display(description="In words")
    def told(self, entry: LogEntry) -> str:
        return entry.get_change_message()
