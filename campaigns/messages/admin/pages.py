"""Pages of this app that are more than lists: one root each, fed by the API."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.templatetags.static import static

from omnichannel.staff.admin import StaffAdmin


def desk_page(
    admin: StaffAdmin, request: HttpRequest, *, title: str, script: str, config: dict[str, Any]
) -> TemplateResponse:
    get_token(request)  # the page writes through the API with the session
    context = {
        **admin.admin_site.each_context(request), "title": title, "script": script, "opts": admin.opts,
        "css": static("campaign_messages/desk.css"), "config": config,
    }  # fmt: skip
    return TemplateResponse(request, "campaign_messages/desk.html", context)
