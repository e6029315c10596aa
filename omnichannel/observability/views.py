"""The three addresses that machines ask, answered before any other middleware sees the request."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from omnichannel.observability.metrics import render_metrics
from omnichannel.observability.readiness import ask_all


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. Asks nothing else, so that a database outage restarts no web process."""
    return HttpResponse(b"ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    findings = ask_all()
    # A connection found broken here must not meet the next customer.
    close_old_connections()
    ready = all(finding.ok for finding in findings.values())
    body = {
        "ready": ready,
        "checks": {name: {"ok": finding.ok, "detail": finding.detail} for name, finding in findings.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return HttpResponse(b"metrics need their token\n", status=401, content_type="text/plain")
    elif not settings.METRICS_OPEN:
        return HttpResponse(b"set METRICS_TOKEN to read metrics\n", status=404, content_type="text/plain")
    return HttpResponse(render_metrics(), content_type=CONTENT_TYPE_LATEST)


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}
