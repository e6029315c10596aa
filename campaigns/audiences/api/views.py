"""Audiences for staff and other systems; recommendations for whom they are about."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.audiences.api import serializers as shapes
from campaigns.audiences.api.showing import show_audiences, show_items, show_member, show_recommendations
from campaigns.audiences.models import Audience
from campaigns.audiences.ports import ad_platforms
from campaigns.audiences.queries import showing
from campaigns.audiences.services.audiences import save_audience
from campaigns.audiences.services.scheduling import rebuild_soon
from customers.api.me import own_id
from customers.queries import get_customer
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, limit_of, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView

ITEM_FILTERS = [
    OpenApiParameter("customer", {"type": "string", "format": "uuid"}, description="Only this customer's."),
    OpenApiParameter("product", {"type": "string", "format": "uuid"}, description="Only this product's."),
    OpenApiParameter("removed", {"type": "string", "enum": ["no", "yes", "all"], "default": "no"}),
    OpenApiParameter(
        "moved_on",
        {"type": "string", "format": "date"},
        description="Those that came in or went out on this day of the brand's time, in or not since.",
    ),
]


class AudienceView(ApiView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.STAFF, Caller.API_KEY})
    read_scope = "audiences:read"
    write_scope = "audiences:write"
    staff_permission = "campaign_audiences.view_audience"
    staff_write_permission = "campaign_audiences.change_audience"


class Audiences(AudienceView):
    @extend_schema(
        operation_id="audiences_list",
        summary="Audiences with their live sizes",
        parameters=PAGE_PARAMETERS,
        responses=shapes.AudienceListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request) -> Response:
        found = page(
            request, Audience.objects.prefetch_related("destinations"), by=("name", "id"), show=lambda row: row
        )
        return Response({"items": show_audiences(found["items"]), "next": found["next"]})

    @extend_schema(
        operation_id="audiences_create",
        summary="Make an audience; it fills itself at once",
        request=shapes.AudienceInput,
        responses={201: shapes.AudienceDocument},
        tags=["audiences"],
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        given = read_input(shapes.AudienceInput, request)
        audience = save_audience(audience_id=None, changes=given, by=context_of(request), at=now())
        transaction.on_commit(lambda: rebuild_soon(audience.pk), robust=True)
        return _answer(audience.pk, status=201)


class AudienceDetail(AudienceView):
    versioned = True

    @extend_schema(operation_id="audiences_read", responses=shapes.AudienceDocument, tags=["audiences"])
    def get(self, request: Request, audience_id: UUID) -> Response:
        """One audience: its rule as a sentence, its size now, and what stands with each platform."""
        return _answer(audience_id)

    @extend_schema(
        operation_id="audiences_change",
        request=shapes.AudienceChangeInput,
        responses=shapes.AudienceDocument,
        tags=["audiences"],
    )
    @write
    def patch(self, request: Request, audience_id: UUID) -> HttpResponse:
        """Another name, rule or destination; paused (`is_live` false) nobody comes in or out."""
        audience = save_audience(
            audience_id=audience_id,
            changes=read_input(shapes.AudienceChangeInput, request),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        transaction.on_commit(lambda: rebuild_soon(audience.pk), robust=True)
        return _answer(audience_id)


class AudienceItems(AudienceView):
    @extend_schema(
        operation_id="audiences_items",
        parameters=[*ITEM_FILTERS, *PAGE_PARAMETERS],
        responses=shapes.ItemListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request, audience_id: UUID) -> Response:
        """Who is in with what and why; what left, with `removed=yes`."""
        audience = showing.get_audience(audience_id)
        return items_answer(request, audience_id=audience.pk)


class AudienceMembers(AudienceView):
    @extend_schema(
        operation_id="audiences_members",
        parameters=[shapes.MembersQuery, *PAGE_PARAMETERS],
        responses=shapes.MemberListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request, audience_id: UUID, platform: str) -> Response:
        """The people behind a number of a destination: on the platform's list, waiting to be told of, withheld."""
        given = read_query(shapes.MembersQuery, request)
        rows = showing.list_members(showing.get_audience(audience_id).pk, platform=platform, **given)
        return Response(page(request, rows, by=("-id",), show=show_member))


class AudienceDays(AudienceView):
    @extend_schema(operation_id="audiences_days", responses=shapes.DaysDocument, tags=["audiences"])
    def get(self, request: Request, audience_id: UUID) -> Response:
        """Items that came in and went out, by day of the brand's time, over the last 30 days."""
        audience, zone = showing.get_audience(audience_id), get_brand().time_zone
        days = showing.list_days(audience.pk, zone=zone, at=now())
        return Response(
            {
                "time_zone": zone,
                "items": [{"day": day.isoformat(), "added": added, "removed": gone} for day, added, gone in days],
            }
        )


class CustomerItems(ApiView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.STAFF, Caller.API_KEY, Caller.ASSOCIATE})
    read_scope = "audiences:read"
    staff_permission = "campaign_audiences.view_audience"

    @extend_schema(
        operation_id="customer_audience_items",
        parameters=[*ITEM_FILTERS[1:], *PAGE_PARAMETERS],
        responses=shapes.ItemListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """What one customer is in audiences for."""
        return items_answer(request, customer_id=get_customer(customer_id).pk)


class Platforms(AudienceView):
    @extend_schema(operation_id="ad_platforms_list", responses=shapes.PlatformListDocument, tags=["audiences"])
    def get(self, request: Request) -> Response:
        """Advertising platforms, and what is missing where one is not connected."""
        return Response(
            {
                "items": [
                    {"name": name, "title": each.title, "is_connected": each.is_connected, "missing": each.missing}
                    for name in ad_platforms.names()
                    for each in [ad_platforms.get(name)]
                ],
                "next": None,
            }
        )


class CustomerRecommendations(CustomerItems):
    staff_permission = "customers.view_customer"
    read_scope = "customers:read"

    @extend_schema(
        operation_id="customer_recommendations",
        parameters=[PAGE_PARAMETERS[1]],
        responses=shapes.RecommendationListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """What goes with what they bought: in stock, in season, never what they own."""
        return Response(show_recommendations(get_customer(customer_id).pk, limit=limit_of(request), at=now()))


class MyRecommendations(ApiView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.CUSTOMER})

    @extend_schema(
        operation_id="me_recommendations",
        parameters=[PAGE_PARAMETERS[1]],
        responses=shapes.RecommendationListDocument,
        tags=["audiences"],
    )
    def get(self, request: Request) -> Response:
        """What goes with what I bought: in stock, in season, never what I own."""
        return Response(show_recommendations(own_id(request), limit=limit_of(request), at=now()))


def items_answer(request: Request, **where: Any) -> Response:
    """One page of items, filtered by the query."""
    given = read_query(shapes.ItemsQuery, request)
    rows = showing.list_items(
        audience_id=where.get("audience_id"),
        customer_id=where.get("customer_id") or given.get("customer"),
        product_id=given.get("product"),
        removed=given["removed"],
        moved_on=given.get("moved_on"),
        zone=get_brand().time_zone,
    )
    if where.get("customer_id") and given.get("customer"):
        rows = rows.filter(customer_id=given["customer"])
    found = page(request, rows, by=("-added_at", "-id"), show=lambda row: row)
    return Response({"items": show_items(found["items"]), "next": found["next"]})


def _answer(audience_id: UUID, *, status: int = 200) -> Response:
    audience = showing.get_audience(audience_id)
    return Response(show_audiences([audience])[0], status=status, headers={"ETag": etag(audience.version)})
