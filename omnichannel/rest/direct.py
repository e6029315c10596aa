"""The short way to an endpoint, for callers who bring no cookie.

Sessions, CSRF, messages and the log-in pages' own middleware serve people in browsers. A request for the API without
a session cookie has no use for any of them, and walking through all of them costs as much as reading a cart.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, get_resolver

PREFIX = "/api/v1/"


def answer_directly(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: stands below those whose work the API needs too (log, CORS, HTTPS), above those it does not."""
    # Addresses without a parameter, so no more of them than routes.
    known: dict[str, ResolverMatch] = {}

    def resolve(path: str) -> ResolverMatch:
        match = known.get(path)
        if match is None:
            match = get_resolver().resolve(path)
            if not match.args and not match.kwargs:
                known[path] = match
        return match

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return get_response(request)
        request.get_host()  # refuses a host that is not ours (ALLOWED_HOSTS)
        match = request.resolver_match = resolve(request.path_info)
        response: Any = match.func(request, *match.args, **match.kwargs)
        if callable(getattr(response, "render", None)):
            response = response.render()
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response

    return middleware
