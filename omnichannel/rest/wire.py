"""JSON in and out, strictly and fast."""

from typing import Any

import orjson
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

#: No input of ours is this deep; what is kept as free JSON must also be writable again.
MAX_DEPTH = 32


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=str)


class OrjsonParser(BaseParser):
    """Strict JSON, a megabyte at most (`DATA_UPLOAD_MAX_MEMORY_SIZE`); NUL characters are refused for all fields."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        request = (parser_context or {}).get("request")
        body = request._request.body if request is not None else stream.read()
        try:
            parsed = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError("The body is not valid JSON.") from error
        if b"\\u0000" in body and _has_nul(parsed):
            raise exceptions.ParseError("NUL characters are not allowed.")
        # Counting brackets is cheap; only a body that could be too deep is walked.
        if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper(parsed, MAX_DEPTH):
            raise exceptions.ParseError("The body is nested too deeply.")
        return parsed


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if levels == 0:
        return isinstance(value, dict | list)
    return any(_is_deeper(item, levels - 1) for item in inner if isinstance(item, dict | list))


def _has_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return True
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return False


class JsonOnly(BaseContentNegotiation):
    """No negotiation: it costs more than many a request."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        content_type, _, parameters = (request.content_type or "").lower().partition(";")
        if "charset" in parameters and "utf-8" not in parameters and "utf8" not in parameters:
            return None  # 415: JSON is UTF-8 (RFC 8259)
        return next((parser for parser in parsers if parser.media_type == content_type.strip()), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
