"""Audiences with their live sizes, one page for each, and the outbox to the platforms."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from campaigns.audiences.models import Audience, Conversion, PlatformCall
from campaigns.audiences.ports import ad_platforms
from campaigns.audiences.queries.showing import Size, list_sizes, sentence_of, show_destinations
from campaigns.audiences.services.nudging import nudge
from campaigns.audiences.services.sending import retry_conversion
from campaigns.audiences.states import CONVERSION_TRANSITIONS, ConversionState
from campaigns.segments.models import Segment
from campaigns.segments.states import SegmentState
from catalog.queries.naming import category_names
from omnichannel.staff.admin import ReadOnlyAdmin, StaffAdmin, service_action, state
from omnichannel.staff.filters import known_values

_STATES = {
    ConversionState.INTENDED: "info",
    ConversionState.SENT: "success",
    ConversionState.REFUSED: "danger",
    ConversionState.FAILED: "danger",
    ConversionState.WITHDRAWN: "warning",
}


@admin.register(Audience)
class AudienceAdmin(StaffAdmin):
    page_title = "Audiences"
    empty_hint = "A live list of people and items: who looked at what and has not bought it. Make the first one."
    list_display = ["name", "rule_sentence", "people", "things", "platforms", "lives"]
    search_fields = ["name", "key"]
    search_help_text = "Name or key"
    ordering = ["name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("destinations")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Sizes and destinations of the whole page in three statements."""
        shown = super().get_changelist_instance(request)
        rows = list(shown.result_list)
        sizes = list_sizes([row.pk for row in rows])
        destinations = [each for row in rows for each in row.destinations.all()]
        told: dict[UUID, list[dict[str, Any]]] = {}
        for destination, said in zip(destinations, show_destinations(destinations), strict=True):
            told.setdefault(destination.audience_id, []).append(said)
        for row in rows:
            row.size, row.told = sizes.get(row.pk, Size(0, 0)), told.get(row.pk, [])
        shown.result_list = rows
        return shown

    @display(description="who and what")
    def rule_sentence(self, audience: Audience) -> str:
        return sentence_of(audience)

    @display(description="people")
    def people(self, audience: Any) -> SafeString:
        return _opening(audience, f"{audience.size.people:,}")

    @display(description="items")
    def things(self, audience: Any) -> SafeString:
        return _opening(audience, f"{audience.size.items:,}")

    @display(description="sent to")
    def platforms(self, audience: Any) -> SafeString | str:
        told = ", ".join(_platform_words(each) for each in audience.told if each["is_on"])
        return _opening(audience, told, "dest-title") if told else "Nowhere"

    @display(description="state")
    def lives(self, audience: Audience) -> SafeString:
        return format_html(
            '<span class="{}">{}</span>',
            "text-green-700 dark:text-green-400" if audience.is_live else "text-base-500",
            "Live" if audience.is_live else "Paused",
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._page(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        audience = self.get_object(request, object_id)
        if audience is None:
            raise Http404
        if not self.has_view_permission(request, audience):
            raise PermissionDenied
        return self._page(request, audience)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # paused, it stays as the history of what was sent

    def _page(self, request: HttpRequest, audience: Audience | None) -> HttpResponse:
        config = {
            "id": str(audience.pk) if audience else None,
            "may_change": self.has_change_permission(request),
            "list_url": reverse("admin:campaign_audiences_audience_changelist"),
            "conversions_url": reverse("admin:campaign_audiences_conversion_changelist"),
            "calls_url": reverse("admin:campaign_audiences_platformcall_changelist"),
            "customer_url": reverse("admin:customers_customer_profile", args=[UUID(int=0)]),
            "product_url": reverse("admin:catalog_product_change", args=[UUID(int=0)]),
            "nobody": str(UUID(int=0)),
            "platforms": [{"name": name, "title": ad_platforms.get(name).title} for name in ad_platforms.names()],
            "categories": [{"path": path, "name": name} for path, name in category_names().items()],
            "segments": [
                {"key": key, "name": name}
                for key, name in Segment.objects.filter(state=SegmentState.LIVE)
                .order_by("name")
                .values_list("key", "name")
            ],
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": audience.name if audience else "New audience",
            "config": config,
        }
        return TemplateResponse(request, "campaign_audiences/audience.html", context)


def _platform_words(told: dict[str, Any]) -> str:
    if not told["is_connected"]:
        return f"{told['title']}: not connected"
    waiting = f", {told['waiting']:,} waiting" if told["waiting"] else ""
    return f"{told['title']}: {told['people']:,} people{waiting}"


def _opening(audience: Audience, words: str, part: str = "items-title") -> SafeString:
    """A number that opens its rows: who is in, with what and why; or who is on a platform's list."""
    address = reverse("admin:campaign_audiences_audience_change", args=[audience.pk])
    return format_html('<a href="{}#{}">{}</a>', address, part, words)


def _title_of(platform: str) -> str:
    known = ad_platforms.find(platform)
    return known.title if known is not None else platform


@admin.register(Conversion)
class ConversionAdmin(ReadOnlyAdmin):
    page_title = "Conversion events"
    empty_hint = "Views, carts and purchases of those who allow advertising show here as platforms are told of them."
    list_display = ["name", "goods", "customer", state("state", _STATES), "reason", "platform_title", "occurred_at"]
    state_colours = {"state": _STATES}
    list_filter = ["state", known_values("name", lambda: ["ViewContent", "AddToCart", "Purchase"])]
    search_fields = ["event_id__exact"]
    search_help_text = "Event id"
    ordering = ["-created_at", "id"]
    list_select_related = ["customer"]
    actions_detail = ["send_again"]
    fieldsets = [
        (None, {"fields": ["name", "state", "reason", "customer", "occurred_at", "action_source", "page_url"]}),
        ("What is told", {"fields": ["event_id", "custom_data", "user_data"]}),
        ("On its way", {"fields": ["platform_title", "attempts", "due_at", "sent_at", "trace", "created_at"]}),
    ]

    readonly_fields = ["platform_title"]

    def row_title(self, row: Conversion) -> str:
        return f"{row.name}, {', '.join(row.custom_data.get('content_ids', [])) or 'no goods'}"

    @display(description="platform", ordering="platform")
    def platform_title(self, row: Conversion) -> str:
        return _title_of(row.platform)

    @display(description="goods")
    def goods(self, row: Conversion) -> str:
        return ", ".join(row.custom_data.get("content_ids", []))

    @service_action(
        title="Send it again?",
        text="For an event that was refused or given up, once the reason is gone. The platform counts an event id once.",
        button="Send again",
        when=lambda row: (
            row is not None and ConversionState.INTENDED in CONVERSION_TRANSITIONS[ConversionState(row.state)]
        ),
    )
    def send_again(self, row: Conversion, *, by: Any, at: datetime) -> str:
        retry_conversion(conversion_id=row.pk, at=at)
        nudge()
        return f"{row.name} goes out again."


@admin.register(PlatformCall)
class PlatformCallAdmin(ReadOnlyAdmin):
    page_title = "Calls to platforms"
    empty_hint = "Every call to an advertising platform and its answer, for 30 days."
    list_display = ["kind", "rows", "answered", "platform_title", "destination", "at"]
    list_filter = ["kind"]
    ordering = ["-at", "id"]
    list_select_related = ["destination__audience"]
    fieldsets = [
        (None, {"fields": ["platform_title", "kind", "rows", "status", "at"]}),
        ("Said", {"fields": ["request", "answer"]}),
    ]

    readonly_fields = ["platform_title"]

    def row_title(self, row: PlatformCall) -> str:
        return f"{row.get_kind_display()}, {_title_of(row.platform)}"

    @display(description="platform", ordering="platform")
    def platform_title(self, row: PlatformCall) -> str:
        return _title_of(row.platform)

    @display(description="answer")
    def answered(self, row: PlatformCall) -> str:
        return f"{row.status}" if row.status else "None"
