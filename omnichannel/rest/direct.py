"""The short way to an endpoint, for callers who bring no cookie.

Sessions, CSRF, messages and the log-in pages' own middleware serve people in browsers. A request for the API without
a session cookie has no use for any of them, and walking through all of them costs as much as reading a cart.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, get_resolver

PREFIX = "/api/v1/"
# The addresses asked for last are known, those with an id in them too: finding one among all routes costs a tenth of
# reading a product. Longer ones are somebody's play, and not kept.
KNOWN_ADDRESSES, LONGEST_KNOWN = 2_048, 200


def answer_directly(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: stands below those whose work the API needs too (log, CORS, HTTPS), above those it does not."""

    def resolve(path: str) -> ResolverMatch:
        return get_resolver().resolve(path)

    known = lru_cache(KNOWN_ADDRESSES)(resolve)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX) or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return get_response(request)
        request.get_host()  # refuses a host that is not ours (ALLOWED_HOSTS)
        path = request.path_info
        match = request.resolver_match = known(path) if len(path) <= LONGEST_KNOWN else resolve(path)
        response: Any = match.func(request, *match.args, **match.kwargs)
        if callable(getattr(response, "render", None)):
            response = response.render()
        if not response.streaming and "Content-Length" not in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
        response.headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        return response

    return middleware
