"""Versions as entity tags (RFC 9110 §8.8.3, §13.1)."""

from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request

from omnichannel.kernel.errors import RuleViolation, Stale


def etag(version: int | str) -> str:
    return f'"{version}"'


def not_modified(request: Request | HttpRequest, tag: str) -> HttpResponse | None:
    """304 when the caller holds this very version (`If-None-Match`)."""
    held = request.META.get("HTTP_IF_NONE_MATCH")
    if held is None:
        return None
    tags = {part.strip().removeprefix("W/") for part in held.split(",")}
    if tag in tags or "*" in tags:
        response = HttpResponse(status=304)
        response["ETag"] = tag
        return response
    return None


def expected_version(request: Request | HttpRequest) -> int | None:
    """The version the caller acts on (`If-Match`), None when it does not say.

    Raises  RuleViolation when the header is not one of our tags.
    """
    held = request.META.get("HTTP_IF_MATCH")
    if held is None or held.strip() == "*":
        return None
    bare = held.strip().removeprefix("W/").strip('"')
    if not bare.isascii() or not bare.isdigit() or len(bare) > 9:
        raise RuleViolation("if_match_invalid", "If-Match takes the ETag of an earlier answer.")
    return int(bare)


def require_version(expected: int | None, current: int) -> None:
    """Raises Stale (412) with the version that stands."""
    if expected is not None and expected != current:
        raise Stale(version=current)
