"""Errors as RFC 9457 problem details: `code` for programs, `title` for people, `errors` with field pointers."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from omnichannel.kernel.errors import Busy, Conflict, DomainError, Forbidden, NotFound, RuleViolation, Stale

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (Stale, 412),
    (RuleViolation, 422),
    (Busy, 503),
)


def problem(
    status: int, code: str, title: str, *, data: Mapping[str, Any] | None = None, errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    body: dict[str, Any] = {"type": f"https://omnichannel.example/problems#{code}", "status": status, "code": code, "title": title}
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
        status = next(status for kind, status in _STATUS if isinstance(error, kind))
        errors = [{"pointer": error.pointer, "code": error.problem_code, "title": error.problem_title}] if error.pointer else None
        return problem(status, error.problem_code, error.problem_title, data=error.data, errors=errors)
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "invalid", "Something in the request is not right.", errors=_field_errors(error.get_full_details()))
    if isinstance(error, exceptions.ParseError):
        return problem(400, "malformed", "The body is not valid JSON.")
    if isinstance(error, RequestDataTooBig):
        return problem(413, "too_large", "The request is too large.")
    if isinstance(error, Http404):
        return problem(404, NotFound.code, NotFound.title)
    if isinstance(error, PermissionDenied):
        return problem(403, Forbidden.code, Forbidden.title)
    if isinstance(error, exceptions.APIException):
        code = str(error.get_codes()) if isinstance(error.get_codes(), str) else "invalid"
        response = problem(error.status_code, code, str(error.detail))
        if isinstance(error, exceptions.Throttled) and error.wait is not None:
            response["Retry-After"] = str(max(1, round(error.wait)))
        if auth_header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = auth_header
        return response
    return None


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
            row for position, inner in enumerate(details) for row in _field_errors(inner, pointer if leaves else f"{pointer}/{position}")
        ]
    return [{"pointer": pointer, "code": "invalid", "title": str(details)}]


def _escape(name: Any) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
