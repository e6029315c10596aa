"""The schema and its page, which works with no internet."""

from functools import cache

import orjson
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request

from omnichannel.kernel.ids import token_hash
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.views import ANYONE, ApiView, stored_json


@cache
def schema_text() -> tuple[bytes, str]:
    """The OpenAPI document and its ETag. It changes only with the code, so it is made once a process."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    body = orjson.dumps(schema, default=str, option=orjson.OPT_NON_STR_KEYS)
    return body, etag(token_hash(body.decode())[:16])


class SchemaView(ApiView):
    """OpenAPI 3.1 of everything below /api/v1/."""

    callers = ANYONE
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        body, tag = schema_text()
        return not_modified(request, tag) or stored_json(body, etag=tag)


class DocsView(SpectacularSwaggerView):
    """Swagger UI from our own static files."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
