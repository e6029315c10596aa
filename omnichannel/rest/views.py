"""The base of every endpoint: JSON only, principals instead of users, callers and scopes by declaration."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request, is_form_media_type
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from omnichannel.kernel.errors import NotFound
from omnichannel.rest.permissions import CallerAllowed
from omnichannel.rest.principal import Caller
from omnichannel.rest.wire import JsonOnly, OrjsonParser, OrjsonRenderer

ANYONE = frozenset(Caller)


class ApiView(APIView):
    """Declare `callers`, and the scopes an API key needs (empty: keys may not).

    staff_permission  a Django permission (`events.view_event`) that staff need here; empty: any staff.
    staff_write_permission  another one for their writes.
    versioned         the thing has an ETag: the schema then speaks of If-Match and If-None-Match.
    operation_prefixes  for views below two addresses: path parameter → what its operations' ids begin with there.
    Hot reads answer with `stored_json`; others return a `Response`.
    """

    callers: ClassVar[frozenset[Caller]] = frozenset()
    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""
    staff_permission: ClassVar[str] = ""
    staff_write_permission: ClassVar[str] = ""
    versioned: ClassVar[bool] = False
    operation_prefixes: ClassVar[dict[str, str]] = {}
    renderer_classes = (OrjsonRenderer,)
    parser_classes: Sequence[type[BaseParser]] = (OrjsonParser,)
    permission_classes = (CallerAllowed,)
    content_negotiation_class = JsonOnly
    versioning_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # PostgreSQL takes no NUL in text: refused once here instead of by every filter.
        if "%00" in request._request.META.get("QUERY_STRING", ""):
            raise ParseError("NUL characters are not allowed.")
        if any("\x00" in part for part in kwargs.values() if isinstance(part, str)):
            raise NotFound()
        # Reading the CSRF token swallows a form's body: no parser would see it to refuse it.
        form = is_form_media_type(request.content_type)
        if form and not any(is_form_media_type(parser.media_type) for parser in self.parser_classes):
            raise UnsupportedMediaType(request.content_type)
        # What DRF would negotiate: there is one renderer and one version.
        self.format_kwarg = None
        request.accepted_renderer = _made(tuple(self.renderer_classes))[0]
        request.accepted_media_type = "application/json"
        request.version, request.versioning_scheme = None, None
        try:
            self._admit(request)
        except (OperationalError, InterfaceError):
            # Nothing has been written yet, so a connection that died (a database restart) is simply made anew.
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            self._admit(request)

    def _admit(self, request: Request) -> None:
        self.perform_authentication(request)
        self.check_permissions(request)
        self.check_throttles(request)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {"Allow": _allowed_methods(type(self))}  # type: ignore[arg-type]  # to the stubs of `cache` a class is not hashable

    # Stateless, so one instance serves all requests.
    def get_authenticators(self) -> list[BaseAuthentication]:
        return _made(tuple(self.authentication_classes))

    def get_permissions(self) -> list[BasePermission]:
        return _made(tuple(self.permission_classes))

    def get_parsers(self) -> list[BaseParser]:
        return _made(tuple(self.parser_classes))

    def get_content_negotiator(self) -> BaseContentNegotiation:
        return _made((self.content_negotiation_class,))[0]

    def get_throttles(self) -> list[BaseThrottle]:
        return [throttle() for throttle in self.throttle_classes]


@cache
def _allowed_methods(view: type[ApiView]) -> str:
    return ", ".join(view().allowed_methods)


def declared_scopes() -> set[str]:
    """Every scope that any endpoint asks of API keys."""
    found: set[str] = set()
    waiting = list(ApiView.__subclasses__())
    while waiting:
        view = waiting.pop()
        waiting += view.__subclasses__()
        found |= {view.read_scope, view.write_scope}
    return found - {""}


@cache
def _made(classes: tuple[Any, ...]) -> list[Any]:
    return [each() for each in classes]


def secret_json(data: Any, *, status: int = 200) -> Response:
    """An answer with a secret in it, shown this once: no cache keeps it, and a repeated write finds it encrypted."""
    return Response(data, status=status, headers={"Cache-Control": "no-store"})


def stored_json(body: str | bytes, *, etag: str = "", status: int = 200) -> HttpResponse:
    """An answer that was made when it was written: no serializer, no renderer."""
    # As bytes: Django would look for a charset in the content type first.
    content = body.encode() if isinstance(body, str) else body
    response = HttpResponse(content, status=status, content_type="application/json")
    if etag:
        response["ETag"] = etag
    return response
