"""Errors as RFC 9457 problem details: `code` for programs, `title` for people, `errors` with field pointers."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
import psycopg.errors
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions

from omnichannel.kernel.errors import Busy, Conflict, DomainError, Forbidden, NotFound, RuleViolation, Stale

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Stale, 412),
    (RuleViolation, 422),
    (Busy, 503),
)


def status_of(kind: type[DomainError]) -> int:
    """The HTTP status of a kind of error."""
    return next((status for base, status in _STATUS if issubclass(kind, base)), 422)


def problem(
    status: int,
    code: str,
    title: str,
    *,
    data: Mapping[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> HttpResponse:
    body: dict[str, Any] = {
        "type": f"https://omnichannel.example/problems#{code}",
        "status": status,
        "code": code,
        "title": title,
    }
    if data:
        body["data"] = data
    if errors:
        body["errors"] = errors
    response = HttpResponse(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")
    if status == 503:
        response["Retry-After"] = "1"
    return response


def render_error(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's EXCEPTION_HANDLER. None lets the error become a 500, which the log shows whole."""
    if isinstance(error, DomainError):
        status = status_of(type(error))
        errors = (
            [{"pointer": error.pointer, "code": error.problem_code, "title": error.problem_title}]
            if error.pointer
            else None
        )
        return problem(status, error.problem_code, error.problem_title, data=error.data, errors=errors)
    if isinstance(error, exceptions.ValidationError):
        return problem(
            400, "invalid", "Something in the request is not right.", errors=_field_errors(error.get_full_details())
        )
    if isinstance(error, exceptions.ParseError):
        return problem(400, "malformed", str(error.detail))
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", "The request is too large.")
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return problem(400, "malformed", "The request cannot be read.")
    if isinstance(error, OperationalError | InterfaceError):
        return _render_database_error(error)
    if isinstance(error, Http404):
        return problem(404, NotFound.code, NotFound.title)
    if isinstance(error, PermissionDenied):
        return problem(403, Forbidden.code, Forbidden.title)
    if isinstance(error, exceptions.APIException):
        code = str(error.get_codes()) if isinstance(error.get_codes(), str) else "invalid"
        response = problem(error.status_code, code, str(error.detail))
        wait = getattr(error, "wait", None)  # of Throttled
        if wait is not None:
            response["Retry-After"] = str(max(1, round(wait)))
        if auth_header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = auth_header
        return response
    return None


def _render_database_error(error: Exception) -> HttpResponse:
    """The database is away or a lock is: nothing happened, and the caller may try again."""
    busy = psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected | psycopg.errors.QueryCanceled
    if isinstance(error.__cause__, busy):
        return problem(503, Busy.code, Busy.title)
    logger.error("no database", extra={"reason": str(error)})
    return problem(503, "temporarily_unavailable", "We cannot answer right now. Try again.")


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


@csrf_exempt  # an answer without effect needs no token
def unknown_address(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Any address below /api/ that no endpoint owns, ids that are not ids among them."""
    return problem(404, NotFound.code, NotFound.title)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem(400, "malformed", "The request cannot be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _is_api(request):
        return problem(403, Forbidden.code, Forbidden.title)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    return unknown_address(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A bug of ours. The log has the traceback; the caller gets the request's id to name it by (`X-Request-ID`)."""
    if _is_api(request):
        return problem(500, "internal", "Something went wrong on our side.")
    return defaults.server_error(request)


def _field_errors(details: Any, pointer: str = "") -> list[dict[str, str]]:
    if isinstance(details, Mapping):
        if set(details) == {"message", "code"}:
            return [{"pointer": pointer, "code": str(details["code"]), "title": str(details["message"])}]
        return [
            row
            for name, inner in details.items()
            for row in _field_errors(inner, pointer if name == "non_field_errors" else f"{pointer}/{_escape(name)}")
        ]
    if isinstance(details, list):
        leaves = all(isinstance(inner, Mapping) and set(inner) == {"message", "code"} for inner in details)
        return [
            row
            for position, inner in enumerate(details)
            for row in _field_errors(inner, pointer if leaves else f"{pointer}/{position}")
        ]
    return [{"pointer": pointer, "code": "invalid", "title": str(details)}]


def _escape(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
