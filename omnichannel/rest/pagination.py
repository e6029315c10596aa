"""Lists as `{"items": […], "next": …}`, walked by an opaque cursor over a unique, indexed order."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson
from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from omnichannel.kernel.errors import RuleViolation

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
#: For `extend_schema(parameters=…)` of every list.
PAGE_PARAMETERS = [
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before; absent at the start."),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        description="Items a page.",
    ),
]
ModelT = TypeVar("ModelT", bound=Model)


def limit_of(request: Request) -> int:
    """`?limit=`, 1 to 100, 20 when absent."""
    raw = request.GET.get("limit")
    if raw is None:
        return DEFAULT_LIMIT
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw[:9]) <= MAX_LIMIT:
        raise RuleViolation("limit_invalid", f"A page holds 1 to {MAX_LIMIT} items.", pointer="/limit")
    return int(raw)


def encode_cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def decode_cursor(request: Request, length: int) -> list[Any] | None:
    """The position in `?cursor=`, None at the start. Raises RuleViolation when it is not one of ours."""
    raw = request.GET.get("cursor")
    if not raw:
        return None
    try:
        values = orjson.loads(base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)))
    except (ValueError, binascii.Error) as error:
        raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor") from error
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str | int) for v in values):
        raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor")
    return values


def page(
    request: Request, rows: QuerySet[ModelT], *, by: Sequence[str] = ("-id",), show: Callable[[ModelT], Any]
) -> dict[str, Any]:
    """One page of a queryset ordered by `by` (the last field unique): at most two sort fields."""
    limit = limit_of(request)
    names = [name.lstrip("-") for name in by]
    if position := decode_cursor(request, len(by)):
        try:
            rows = rows.filter(_after(by, position))
            found = list(rows.order_by(*by)[: limit + 1])
        except (ValueError, TypeError, ValidationError, DataError) as error:
            raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor") from error
    else:
        found = list(rows.order_by(*by)[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return {
        "items": [show(row) for row in found],
        "next": encode_cursor([getattr(found[-1], name) for name in names]) if more else None,
    }


def _after(by: Sequence[str], position: Sequence[Any]) -> Q:
    condition = Q()
    equal = Q()
    for name, value in zip(by, position, strict=True):
        bare = name.lstrip("-")
        condition |= equal & Q(**{f"{bare}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal &= Q(**{bare: value})
    return condition
