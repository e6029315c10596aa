"""The moderation queue, handles to be proven, and follows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import display

from campaigns.social.models import Follow, HandleClaim, Post
from campaigns.social.queries.hashtags import brand_hashtags
from campaigns.social.rules.handles import PLATFORMS
from campaigns.social.services.handles import settle_claim
from campaigns.social.states import PostState
from omnichannel.staff.admin import ReadOnlyAdmin, StaffAdmin, service_action
from omnichannel.staff.filters import known_values


@admin.register(Post)
class PostAdmin(StaffAdmin):
    """The list is the queue: pictures in a grid, one step a key."""

    page_title = "Social posts"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return self._queue(request, "")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return self._queue(request, object_id)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaign_social_post_changelist"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # turned down it stays: the same picture would come in anew

    def _queue(self, request: HttpRequest, post_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        config = {
            "post_id": post_id,
            "may_change": self.has_change_permission(request),
            "states": [{"value": value, "label": label} for value, label in PostState.choices],
            "platforms": list(PLATFORMS),
            "hashtags": brand_hashtags(),
            "customer_url": reverse("admin:customers_customer_profile", args=[UUID(int=0)]),
            "nobody": str(UUID(int=0)),
            "claims_url": reverse("admin:campaign_social_handleclaim_changelist"),
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Moderation",
            "config": config,
        }
        return TemplateResponse(request, "campaign_social/queue.html", context)


@admin.register(HandleClaim)
class HandleClaimAdmin(ReadOnlyAdmin):
    page_title = "Handles"
    empty_hint = "Handles that customers say are theirs. A follow proves them; staff decide where two say so."
    list_display = ["at_handle", "platform", "customer", "claimed_at", "verified_at"]
    list_filter = [known_values("platform", lambda: PLATFORMS)]
    search_fields = ["handle__istartswith"]
    search_help_text = "Beginning of a handle"
    ordering = ["-claimed_at", "id"]
    list_select_related = ["customer"]
    actions_detail = ["prove"]

    @display(description="handle", ordering="handle")
    def at_handle(self, claim: HandleClaim) -> str:
        return f"@{claim.handle}"

    @service_action(
        title="Is this handle theirs?",
        text="When you have seen proof of it, such as a message from the handle. A follow then counts for them.",
        button="It is theirs",
        when=lambda claim: claim is not None and claim.verified_at is None,
    )
    def prove(self, claim: HandleClaim, *, by: Any, at: datetime) -> str:
        settle_claim(claim_id=claim.pk, by=by, at=at)
        return f"@{claim.handle} is theirs."


@admin.register(Follow)
class FollowAdmin(ReadOnlyAdmin):
    page_title = "Follows"
    empty_hint = "Who follows the brand shows here as platforms tell us."
    list_display = ["at_handle", "platform", "customer", "followed_at", "verified_at"]
    search_fields = ["handle__istartswith"]
    search_help_text = "Beginning of a handle"
    ordering = ["-followed_at", "id"]
    list_select_related = ["customer"]

    @display(description="handle", ordering="handle")
    def at_handle(self, follow: Follow) -> str:
        return f"@{follow.handle}"
