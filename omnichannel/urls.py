"""Every address of the house. Apps own their own urls; this names them by string."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path, re_path

from omnichannel.rest.problems import unknown_address

# An app joins the API by having an `api.urls` module; all of them live below one prefix.
_API = [
    "omnichannel.rest.urls",
    "omnichannel.brand.api.urls",
    "omnichannel.events.api.urls",
    "omnichannel.integrations.api.urls",
    "omnichannel.transfer.api.urls",
    "catalog.api.urls",
    "customers.api.urls",
    "stores.api.urls",
    "carts.api.urls",
    "orders.api.urls",
    "loyalty.api.urls",
    "campaigns.offers.api.urls",
    "campaigns.segments.api.urls",
    "campaigns.messages.api.urls",
    "campaigns.journeys.api.urls",
    "campaigns.audiences.api.urls",
    "campaigns.social.api.urls",
    "insights.api.urls",
    "backoffice.api.urls",
]


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns = [
    path("admin/", include("omnichannel.accounts.urls")),
    path("admin/", include("backoffice.urls")),
    path("admin/", admin.site.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("accounts/", include("allauth.urls")),
    path("demo/", include("demo.urls")),
    path("pay/", include("orders.api.page_urls")),
    path("social/", include("campaigns.social.api.page_urls")),
    path("m/", include("campaigns.messages.api.page_urls")),
    path("v1/", include("customers.api.tracking.urls")),
    path("", include("customers.api.page_urls")),
    *[path("api/v1/", include(module)) for module in _API if _exists(module)],
    # Last of the API: whatever no endpoint owns is answered as a problem, with DEBUG on as well.
    re_path(r"^api/", unknown_address),
]

handler400 = "omnichannel.rest.problems.bad_request"
handler403 = "omnichannel.rest.problems.permission_denied"
handler404 = "omnichannel.rest.problems.page_not_found"
handler500 = "omnichannel.rest.problems.server_error"
