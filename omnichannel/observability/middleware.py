"""The outermost middleware: request id, one access line, the count. Every request pays for each line here."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from omnichannel.observability.logs import write_access_line
from omnichannel.observability.metrics import count_request
from omnichannel.observability.request_id import accept_or_make, current_request_id
from omnichannel.observability.views import PROBES

SAFE = frozenset({"GET", "HEAD"})


def lost_its_connection() -> bool:
    """Whether the thread's database connection was found broken, as after a restart of the server; drops it if so.

    Asking each connection for its health before each request would cost a fifth of the throughput.
    """
    driver = connection.connection
    if driver is None or not (driver.closed or driver.broken):
        return False
    connection.close()
    return True


def observe(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    access_log: bool = settings.ACCESS_LOG

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Before the host check and the redirect to https: probes come by address, from inside.
        probe = PROBES.get(request.path_info)
        if probe is not None:
            answer = probe(request)
            # A probe that fails asks again every few seconds: its answer says why, no log needs to.
            answer._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark, not in the stubs
            return answer
        started = perf_counter()
        request_id = accept_or_make(request.META.get("HTTP_X_REQUEST_ID"))
        request.request_id = request_id  # type: ignore[attr-defined]  # read by `context_of`
        current_request_id.set(request_id)
        response = get_response(request)
        if response.status_code >= 500 and request.method in SAFE and lost_its_connection():
            response = get_response(request)
        seconds = perf_counter() - started
        match = request.resolver_match
        # The pattern, never the path: ids in labels would grow without end.
        route = match.route if match is not None else "unmatched"
        method = request.method or ""
        count_request(method=method, route=route, status=response.status_code, seconds=seconds)
        response.headers["X-Request-ID"] = request_id
        if access_log:
            size = len(response.content) if isinstance(response, HttpResponse) else None
            write_access_line(
                method=method,
                path=request.path_info,
                route=route,
                status=response.status_code,
                milliseconds=seconds * 1_000,
                request_id=request_id,
                size=size,
            )
        # Not `reset(token)`: the thread serves the next request, which sets its own.
        current_request_id.set("")
        return response

    return middleware
