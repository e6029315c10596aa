"""The body of a tracking request: JSON of whatever content type (beacons send text), often gzipped."""

import zlib
from typing import Any

import orjson
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request

from customers.rules.tracking import BATCH_BYTES

_KEPT = "tracked_body"


class BatchTooLarge(APIException):
    status_code = 413
    default_code = "batch_too_large"
    default_detail = f"A request holds at most {BATCH_BYTES // 1024} KB, unpacked. Send smaller batches."


def read_body(request: Request) -> Any:
    """Parsed once a request. Raises ParseError, BatchTooLarge."""
    plain = request._request
    if not hasattr(plain, _KEPT):
        setattr(plain, _KEPT, _parsed(plain))
    return getattr(plain, _KEPT)


def _parsed(plain: Any) -> Any:
    body = plain.body
    if plain.META.get("HTTP_CONTENT_ENCODING", "").lower() in ("gzip", "x-gzip", "deflate") or body[:2] == b"\x1f\x8b":
        body = _unpacked(body)
    if len(body) > BATCH_BYTES:
        raise BatchTooLarge()
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ParseError("The body is not valid JSON.") from error


def _unpacked(body: bytes) -> bytes:
    # 32: gzip or zlib by its own header. The limit stands before memory is taken.
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        unpacked = stream.decompress(body, BATCH_BYTES + 1)
    except zlib.error as error:
        raise ParseError("The body is not valid gzip.") from error
    if not stream.eof and len(unpacked) <= BATCH_BYTES:
        raise ParseError("The body is not valid gzip.")
    return unpacked
