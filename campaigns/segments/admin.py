"""Segments: a list that leads to the builder, and who is in each."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from campaigns.segments.models import Segment
from campaigns.segments.services import saving
from campaigns.segments.states import SegmentKind, SegmentState
from omnichannel.staff.admin import StaffAdmin, service_action, state
from omnichannel.staff.columns import person

_BLANK = "00000000-0000-0000-0000-000000000000"
_STATES = {SegmentState.LIVE: "success", SegmentState.DRAFT: "warning", SegmentState.ARCHIVED: "info"}


@admin.register(Segment)
class SegmentAdmin(StaffAdmin):
    list_display = ["title", state("state", _STATES), "people", "kind", "updated_at"]
    list_filter = ["state", "kind"]
    search_fields = ["name__icontains", "key__istartswith"]
    search_help_text = "Part of the name"
    ordering = ["name", "id"]
    page_title = "Segments"
    empty_hint = "Build the first one: say whom you look for, and see at once who they are."
    state_colours = {"state": _STATES}
    fieldsets = [
        (None, {"fields": ["name", "description", "sentence", "state", "people", "version"]}),
        ("About", {"fields": ["key", "kind", "counted_at", "created_by", "created_at", "updated_at"]}),
    ]
    readonly_fields = [
        "key", "kind", "sentence", "state", "people", "version", "counted_at", "created_by", "created_at", "updated_at",
    ]  # fmt: skip
    actions_list = ["upload_list"]
    actions_detail = ["open_builder", "make_live", "archive"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.build_view)
        people = self.admin_site.admin_view(self.people_view)
        return [
            path("build/", view, name="campaign_segments_segment_build"),
            path("<uuid:segment_id>/build/", view, name="campaign_segments_segment_build"),
            path("upload/", people, name="campaign_segments_segment_upload"),
            path("<uuid:segment_id>/people/", people, name="campaign_segments_segment_people"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_segments_segment_build"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # archived, so that who was in it can still be asked

    def build_view(self, request: HttpRequest, segment_id: UUID | None = None) -> HttpResponse:
        """The builder's page; everything it shows and does goes through the API."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        segment = get_object_or_404(Segment, pk=segment_id, kind=SegmentKind.RULE) if segment_id else None
        return self._page(request, segment, title="New segment", script="builder")

    def people_view(self, request: HttpRequest, segment_id: UUID | None = None) -> HttpResponse:
        """Everybody in it, since when and why; for a list also the file that fills it."""
        if not self.has_view_permission(request) or (segment_id is None and not self.has_change_permission(request)):
            raise PermissionDenied
        segment = get_object_or_404(Segment, pk=segment_id) if segment_id else None
        return self._page(request, segment, title="New list", script="members")

    def _page(self, request: HttpRequest, segment: Segment | None, *, title: str, script: str) -> TemplateResponse:
        get_token(request)  # the page's writes carry it
        config = {
            "segment_id": str(segment.pk) if segment is not None else None,
            "may_write": self.has_change_permission(request),
            "blank": _BLANK,
            "build_url": reverse("admin:campaign_segments_segment_build", args=[_BLANK]),
            "people_url": reverse("admin:campaign_segments_segment_people", args=[_BLANK]),
            "profile_url": reverse("admin:customers_customer_profile", args=[_BLANK]),
        }
        context = {
            **self.admin_site.each_context(request),
            "title": segment.name if segment is not None else title,
            "opts": self.opts,
            "config": config,
            "script": static(f"campaign_segments/{script}.js"),
        }
        return TemplateResponse(request, "campaign_segments/build.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Segment]:
        return super().get_queryset(request).defer("tree")

    @display(description="segment", ordering="name")
    def title(self, segment: Segment) -> SafeString:
        return format_html('{}<span class="said">{}</span>', segment.name, segment.sentence)

    @display(description="people", ordering="member_count")
    def people(self, segment: Segment) -> SafeString | str:
        if segment.state != SegmentState.LIVE:
            return "–"
        address = reverse("admin:campaign_segments_segment_people", args=[segment.pk])
        return format_html('<a href="{}">{}</a>', address, f"{segment.member_count:,}")

    @display(description="written by")
    def written_by(self, segment: Segment) -> str:
        return person(segment.created_by)

    @action(description="Open the builder", icon="tune", variant="primary", url_path="open-builder")
    def open_builder(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """Of a list: its people, for it has no rule."""
        is_list = Segment.objects.filter(pk=object_id, kind=SegmentKind.LIST).exists()
        name = "people" if is_list else "build"
        return HttpResponseRedirect(reverse(f"admin:campaign_segments_segment_{name}", args=[object_id]))

    @action(
        description="Upload a list",
        icon="upload_file",
        url_path="upload-list",
        permissions=["change"],
    )
    def upload_list(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_segments_segment_upload"))

    @service_action(
        title="Make this segment live?",
        text="Its people enter now, and enter and leave by themselves from then on.",
        button="Make live",
        when=lambda segment: segment is not None and segment.state != SegmentState.LIVE,
    )
    def make_live(self, segment: Segment, *, by: Any, at: Any) -> str:
        published = saving.publish_segment(segment_id=segment.pk, by=by, at=at)
        return f"{published.name} is live with {published.member_count:,} people."

    @service_action(
        title="Archive this segment?",
        text="Everybody leaves it. Who was in it, and when, can still be asked.",
        button="Archive",
        when=lambda segment: segment is not None and segment.state != SegmentState.ARCHIVED,
    )
    def archive(self, segment: Segment, *, by: Any, at: Any) -> str:
        saving.change_state(segment_id=segment.pk, state=SegmentState.ARCHIVED, by=by, at=at)
        return f"{segment.name} is archived."
