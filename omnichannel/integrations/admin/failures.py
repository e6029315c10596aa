"""What did not get through, both ways: messages of ours that nobody took, messages of others that we refused."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from omnichannel.integrations.models import RefusedMessage
from omnichannel.integrations.queries import list_failing, list_refused
from omnichannel.staff.admin import ReadOnlyAdmin

SHOWN = 50


@admin.register(RefusedMessage)
class RefusedMessageAdmin(ReadOnlyAdmin):
    list_display = ("door", "reason", "count", "first_at", "last_at")
    list_filter = ("door", "code")
    page_title = "Refused messages"
    empty_hint = "Messages of payment gateways, mail services and networks that we did not believe, by the hour."
    search_fields = ("door", "code")
    search_help_text = "Where it came in, or why it was refused"
    ordering = ("-last_at",)

    def get_urls(self) -> list[URLPattern]:
        own = path("failures/", self.admin_site.admin_view(self.failures), name="integrations_failures")
        return [own, *super().get_urls()]

    def failures(self, request: HttpRequest) -> HttpResponse:
        """Both ways on one page, what is newest first; each row leads to what can be done about it."""
        if not self.has_view_permission(request) or not request.user.has_perm("integrations.view_webhookmessage"):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "What did not get through",
            "opts": self.opts,
            "outgoing": list_failing()[:SHOWN],
            "incoming": list_refused()[:SHOWN],
            "shown": SHOWN,
        }
        return TemplateResponse(request, "integrations/failures.html", context)
