"""Browsers of other origins: only those of `CORS_ORIGINS`, for the API, log-in and live streams."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

PATHS = ("/api/", "/_allauth/", "/live/")
ALLOWED_HEADERS = (
    "accept, authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, "
    "x-anonymous-id, x-associate-session, x-campaign, x-cart-token, x-client, x-csrftoken, x-request-id, x-session-token"
)
_EXPOSED_HEADERS = "etag, idempotency-replayed, location, retry-after, x-request-id"


def cors_headers(origin: str, *, preflight: bool = False) -> dict[str, str]:
    """The headers for an answer to this origin; none when it is not ours. Also for the live process."""
    if not origin or origin not in settings.CORS_ORIGINS:
        return {}
    headers = {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
    if preflight:
        return headers | {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": "7200",
        }
    return headers | {"Access-Control-Expose-Headers": _EXPOSED_HEADERS}


def allow_origins(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware; not there at all where no origin is configured."""
    if not settings.CORS_ORIGINS:
        raise MiddlewareNotUsed

    def middleware(request: HttpRequest) -> HttpResponseBase:
        origin = request.META.get("HTTP_ORIGIN", "")
        if not request.path_info.startswith(PATHS):
            return get_response(request)
        preflight = request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
        response: HttpResponseBase = HttpResponse(status=204) if preflight else get_response(request)
        for name, value in cors_headers(origin, preflight=preflight).items():
            response[name] = value
        patch_vary_headers(response, ["Origin"])
        return response

    return middleware
