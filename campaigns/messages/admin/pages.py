"""Pages of this app that are more than lists: one root each, fed by the API."""

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse

from omnichannel.brand.queries import get_brand
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


def rows_config() -> dict[str, Any]:
    """Where the rows behind a number lead, with a blank id to put the row's into."""
    blank = "00000000-0000-0000-0000-000000000000"
    return {
        "why": reverse("admin:campaign_messages_decision_why"),
        "currency": get_brand().default_currency,
        "urls": {
            "customer": reverse("admin:customers_customer_profile", args=[blank]),
            "order": reverse("admin:orders_order_change", args=[blank]),
            "message": reverse("admin:campaign_messages_message_change", args=[blank]),
        },
    }
