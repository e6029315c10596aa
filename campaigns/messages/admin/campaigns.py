"""Campaigns: a list with states, and the builder that becomes the results once it is sent."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from campaigns.messages.admin.pages import desk_page, rows_config
from campaigns.messages.models import Campaign
from campaigns.messages.rules.catalogue import title_of
from campaigns.messages.states import CampaignState
from omnichannel.staff.admin import ReadOnlyAdmin, state

_STATES = {
    CampaignState.DRAFT: "info", CampaignState.SCHEDULED: "info", CampaignState.RUNNING: "success",
    CampaignState.PAUSED: "warning", CampaignState.DONE: "success", CampaignState.CANCELLED: "danger",
}  # fmt: skip


@admin.register(Campaign)
class CampaignAdmin(ReadOnlyAdmin):
    list_display = ["name", "of_template", state("state", _STATES), "progress", "send_at", "created_at"]
    page_title = "Campaigns"
    empty_hint = "One message to many people, once. Say who, what and when."
    list_filter = ["state"]
    search_fields = ["name__icontains"]
    search_help_text = "Part of the name"
    ordering = ["-created_at", "id"]
    state_colours = {"state": _STATES}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.build_view)
        return [
            path("build/", view, name="campaign_messages_campaign_build"),
            path("<uuid:campaign_id>/build/", view, name="campaign_messages_campaign_build"),
            *super().get_urls(),
        ]

    def build_view(self, request: HttpRequest, campaign_id: UUID | None = None) -> HttpResponse:
        """Who, what, how and when; once it is sent, what came of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        name = (
            Campaign.objects.filter(pk=campaign_id).values_list("name", flat=True).first()
            if campaign_id
            else "New campaign"
        )
        if name is None:
            raise Http404()
        return desk_page(
            self, request, title=name or "Campaign", script=static("campaign_messages/campaign.js"),
            config=rows_config() | {
                "id": str(campaign_id or ""), "may_change": request.user.has_perm("campaign_messages.change_campaign"),
                "here": reverse("admin:campaign_messages_campaign_build"),
            },
        )  # fmt: skip

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_messages_campaign_build"))

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("admin:campaign_messages_campaign_build", args=[object_id]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("campaign_messages.change_campaign"))

    @display(description="message", ordering="template_key")
    def of_template(self, row: Campaign) -> str:
        return title_of(row.template_key)

    @display(description="people")
    def progress(self, row: Campaign) -> SafeString | str:
        """Leads to the verdict on each."""
        if not row.started_at:
            return "–"
        address = f"{reverse('admin:campaign_messages_decision_why')}?campaign={row.pk}"
        return format_html('<a href="{}">{} of {}</a>', address, f"{row.planned:,}", f"{row.audience_size:,}")
