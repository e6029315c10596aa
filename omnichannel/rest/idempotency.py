"""`@write`: the one way into the database from an endpoint.

Owns the transaction, answers a repeated `Idempotency-Key` with the first answer, and turns what the
database refuses into coded problems.
"""

import functools
import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import psycopg.errors
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from omnichannel.kernel.errors import Busy, Conflict, DomainError, RuleViolation
from omnichannel.kernel.secrets import decrypt, encrypt
from omnichannel.rest.principal import principal_of

_FIND = "SELECT fingerprint, status, headers, body FROM rest_idempotencykey WHERE principal = %s AND key = %s"
_KEEP = """
INSERT INTO rest_idempotencykey (principal, key, fingerprint, status, headers, body)
VALUES (%s, %s, %s, %s, %s::jsonb, %s)
"""
_REPLAYED_HEADERS = ("ETag", "Location")
_SEALED = "sealed"

View = Callable[..., HttpResponse]


def write(method: View) -> View:
    """Run a view method as one durable transaction, at most once for each idempotency key."""

    @functools.wraps(method)
    def run(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
        if len(key) > 200 or not key.isprintable():
            raise RuleViolation("idempotency_key_invalid", "An idempotency key is at most 200 printable characters.")
        try:
            with transaction.atomic(durable=True):
                if not key:
                    return _finished(view, request, method(view, request, *args, **kwargs))
                return _once(view, request, key, lambda: method(view, request, *args, **kwargs))
        except OperationalError as error:
            if isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                raise Busy() from error
            raise
        except IntegrityError as error:
            raise _refused(error) from error

    run.is_write = True  # type: ignore[attr-defined]  # read by the schema generator and the architecture test
    return run


def _once(view: APIView, request: Request, key: str, call: Callable[[], HttpResponse]) -> HttpResponse:
    principal = principal_of(request).key
    fingerprint = hashlib.sha256(
        b"\n".join([str(request.method).encode(), request.get_full_path().encode(), request._request.body])
    ).hexdigest()
    with connection.cursor() as cursor:
        # Locked first, looked up second: the look-up must see what the lock's last owner committed.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{principal}:{key}"])
        if not cursor.fetchone()[0]:
            raise Conflict("idempotency_in_progress", "The first request with this key is still being worked on.")
        cursor.execute(_FIND, [principal, key])
        if found := cursor.fetchone():
            return _replay(found, fingerprint)
    response = _finished(view, request, call())
    if 200 <= response.status_code < 300:
        headers = {name: response[name] for name in _REPLAYED_HEADERS if name in response}
        body = response.content
        if "no-store" in response.get("Cache-Control", ""):
            # An answer with a secret in it: kept for the repeated call, but not for a reader of the table.
            body, headers[_SEALED] = encrypt(body.decode()).encode(), "1"
        with connection.cursor() as cursor:
            cursor.execute(
                _KEEP,
                [principal, key, fingerprint, response.status_code, orjson.dumps(headers).decode(), body],
            )
    return response


def _replay(found: tuple[Any, ...], fingerprint: str) -> HttpResponse:
    kept_fingerprint, status, headers, body = found
    if kept_fingerprint != fingerprint:
        raise RuleViolation("idempotency_key_reused", "This idempotency key was used with another request.")
    kept_headers: dict[str, str] = orjson.loads(headers) if isinstance(headers, str) else headers
    content = bytes(body)
    if kept_headers.pop(_SEALED, None):
        content, kept_headers["Cache-Control"] = decrypt(content.decode()).encode(), "no-store"
    response = HttpResponse(content, status=status, content_type="application/json")
    for name, value in kept_headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _finished(view: APIView, request: Request, response: HttpResponse) -> HttpResponse:
    """Render inside the transaction, so that a failing serializer rolls the write back."""
    if isinstance(response, Response):
        response = view.finalize_response(request, response)
        response.render()
    return response


_constraints: dict[str, Callable[[], DomainError]] = {}


def map_constraint(name: str, error: Callable[[], DomainError]) -> None:
    """Say which coded error a named database constraint means. Called from an `AppConfig.ready`."""
    _constraints[name] = error


def _refused(error: IntegrityError) -> DomainError:
    cause = error.__cause__
    name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
    make = _constraints.get(name or "")
    return make() if make else Conflict("constraint", "This would break a rule of the data.", constraint=name or "")
