"""What platforms are told, for those who ask: conversions with their answers, and every call."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.audiences.api import serializers as shapes
from campaigns.audiences.api.showing import show_call, show_conversion
from campaigns.audiences.api.views import ITEM_FILTERS, AudienceView
from campaigns.audiences.models import Conversion, PlatformCall
from campaigns.audiences.services.sending import retry_conversion
from campaigns.audiences.states import CallKind, ConversionState
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.serializers import read_query


class Conversions(AudienceView):
    @extend_schema(
        operation_id="ad_conversions_list",
        parameters=[
            ITEM_FILTERS[0],
            OpenApiParameter("event_id", {"type": "string", "maxLength": 120}),
            OpenApiParameter("state", {"type": "string", "enum": ConversionState.values}),
            *PAGE_PARAMETERS,
        ],
        responses=shapes.ConversionListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request) -> Response:
        """Conversion events, the newest first, hashed as they are sent."""
        given = read_query(shapes.ConversionsQuery, request)
        rows = Conversion.objects.select_related("customer")
        for name, field in (("customer", "customer_id"), ("event_id", "event_id"), ("state", "state")):
            if name in given:
                rows = rows.filter(**{field: given[name]})
        return Response(page(request, rows, by=("-created_at", "id"), show=show_conversion))


class ConversionRetry(AudienceView):
    @extend_schema(
        operation_id="ad_conversions_retry", request=None, responses=shapes.ConversionDocument, tags=["audiences"]
    )
    @write
    def post(self, request: Request, conversion_id: UUID) -> HttpResponse:
        """Send what was refused or given up once more."""
        if not Conversion.objects.filter(pk=conversion_id).exists():
            raise NotFound()
        row = retry_conversion(conversion_id=conversion_id, at=now())
        return Response(show_conversion(row))


class Calls(AudienceView):
    @extend_schema(
        operation_id="ad_calls_list",
        parameters=[OpenApiParameter("kind", {"type": "string", "enum": CallKind.values}), *PAGE_PARAMETERS],
        responses=shapes.CallListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request) -> Response:
        """Every call to a platform with its answer, the newest first; kept for 30 days."""
        given = read_query(shapes.CallsQuery, request)
        return Response(page(request, PlatformCall.objects.filter(**given), by=("-at", "id"), show=show_call))
