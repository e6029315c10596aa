"""The base of every endpoint: JSON only, principals instead of users, callers and scopes by declaration."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.views import APIView

from omnichannel.rest.permissions import CallerAllowed
from omnichannel.rest.principal import Caller
from omnichannel.rest.wire import JsonOnly, OrjsonParser, OrjsonRenderer

ANYONE = frozenset(Caller)


class ApiView(APIView):
    """Declare `callers`, and the scopes an API key needs (empty: keys may not).

    Hot reads answer with `stored_json`; others return a `Response`.
    """

    callers: ClassVar[frozenset[Caller]] = frozenset()
    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""
    renderer_classes = (OrjsonRenderer,)
    parser_classes = (OrjsonParser,)
    permission_classes = (CallerAllowed,)
    content_negotiation_class = JsonOnly
    versioning_class = None


def stored_json(body: str | bytes, *, etag: str = "", status: int = 200) -> HttpResponse:
    """An answer that was made when it was written: no serializer, no renderer."""
    response = HttpResponse(body, status=status, content_type="application/json")
    if etag:
        response["ETag"] = etag
    return response
