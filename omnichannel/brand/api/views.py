"""The brand kit, for everyone: one statement, or none of the body when the caller has it already."""

import orjson
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from omnichannel.brand.api.serializers import BrandOut, show_brand
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.views import ANYONE, ApiView, stored_json

#: A changed brand is on every screen within a minute.
MAX_AGE = "public, max-age=60"


class BrandView(ApiView):
    """The brand kit."""

    callers = ANYONE
    versioned = True

    @extend_schema(operation_id="brand", responses=BrandOut)
    def get(self, request: Request) -> HttpResponse:
        body = orjson.dumps(show_brand(get_brand()))
        tag = etag(token_hash(body.decode())[:16])
        response = not_modified(request, tag) or stored_json(body, etag=tag)
        response["Cache-Control"] = MAX_AGE
        return response


class BrandStylesView(ApiView):
    """The brand's CSS variables, to be linked after `tokens.css`."""

    callers = ANYONE
    versioned = True

    @extend_schema(operation_id="brand_styles", responses={(200, "text/css"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        # The colour is checked against a pattern when it is saved: nothing else may enter a style sheet.
        css = f":root {{ --brand: {get_brand().colour}; }}\n"
        tag = etag(token_hash(css)[:16])
        response = not_modified(request, tag) or HttpResponse(css, content_type="text/css; charset=utf-8")
        response["ETag"] = tag
        response["Cache-Control"] = MAX_AGE
        return response
