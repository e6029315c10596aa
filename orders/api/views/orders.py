"""Reading orders: one's own, by number and email, by a signed link."""

from typing import Any
from uuid import UUID

from django.db.models import IntegerField, OuterRef, Q, Subquery, Sum
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ANYONE, ApiView
from orders.api.access import OrderView, address_of, count_guess, is_owner, reachable
from orders.api.answers import document_answer
from orders.api.documents import OrderDocument, OrderList, StatusDocument
from orders.api.serializers import LookupInput
from orders.errors import OrderNotFound
from orders.models import Order, OrderLine
from orders.queries.documents import find_order_rows, get_order_document
from orders.queries.finding import find_order_of, find_orders
from orders.queries.links import read_status_token
from orders.rules.documents import render_status
from orders.services.links import request_order_link
from orders.states import OrderStatus

_FILTERS = [
    OpenApiParameter("q", str, description="Number, email or SKU (for those who serve)."),
    OpenApiParameter("status", str, enum=OrderStatus.values),
    OpenApiParameter("customer", str, description="A customer's id (for those who serve)."),
    OpenApiParameter("cursor", str),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
]
_UNITS = (
    OrderLine.objects.filter(order=OuterRef("pk"))
    .order_by()
    .values("order")
    .annotate(units=Sum("quantity"))
    .values("units")
)


class Orders(OrderView):
    @extend_schema(operation_id="orders_list", parameters=_FILTERS, responses={200: OrderList}, tags=["orders"])
    def get(self, request: Request) -> Response:
        """Newest first: the buyer's own; all for those who serve."""
        rows = Order.objects.filter(reachable(principal_of(request)))
        if principal_of(request).kind is Caller.DEVICE:
            rows = rows.distinct()
        rows = rows.filter(_filters(request)).annotate(units=Subquery(_UNITS, output_field=IntegerField()))
        return Response(page(request, rows, by=("-placed_at", "-id"), show=_summary))


class OrderDetail(OrderView):
    versioned = True

    @extend_schema(operation_id="orders_get", responses={200: OrderDocument}, tags=["orders"])
    def get(self, request: Request, order_id: UUID) -> HttpResponse:
        found = (
            Order.objects.filter(reachable(principal_of(request)), pk=order_id)
            .values_list("version", flat=True)
            .first()
        )
        if found is None:
            raise OrderNotFound()
        if unchanged := not_modified(request, etag(found)):
            return unchanged
        return document_answer(get_order_document(order_id, with_codes=is_owner(request)))


class Lookup(ApiView):
    callers = ANYONE
    read_scope = write_scope = "orders:read"

    @extend_schema(operation_id="orders_lookup", request=LookupInput, responses={200: StatusDocument}, tags=["orders"])
    def post(self, request: Request) -> Response:
        """How far an order is, for who knows its number and email. A few tries only."""
        given = read_input(LookupInput, request)
        number, email = given["number"].strip().upper(), given["email"].lower()
        count_guess("lookup-from", address_of(request), limit=30, seconds=900)
        count_guess("lookup", token_hash(number), limit=10, seconds=900)
        order = find_order_of(number=number, email=email)
        if order is None:
            raise OrderNotFound()
        return Response(render_status(find_order_rows([order.id])[order.id]))


class LinkRequest(ApiView):
    callers = ANYONE
    write_scope = "orders:write"

    @extend_schema(operation_id="orders_request_link", request=LookupInput, responses={202: None}, tags=["orders"])
    @write
    def post(self, request: Request) -> Response:
        """Have the link to an order mailed to its own address. The answer is the same whether there is such an order."""
        given = read_input(LookupInput, request)
        number, email = given["number"].strip().upper(), given["email"].lower()
        count_guess("link-from", address_of(request), limit=30, seconds=900)
        count_guess("link", token_hash(number), limit=3, seconds=900)
        request_order_link(number=number, email=email, by=context_of(request), at=now())
        return Response(status=202)


class StatusLink(ApiView):
    callers = ANYONE
    read_scope = "orders:read"

    @extend_schema(operation_id="orders_status", responses={200: StatusDocument}, tags=["orders"])
    def get(self, request: Request, token: str) -> Response:
        """How far an order is, for who holds its signed link; a pickup's code with it."""
        order_id = read_status_token(token)
        rows = find_order_rows([order_id], with_codes=True).get(order_id)
        if rows is None:
            raise OrderNotFound()
        return Response(render_status(rows))


def _filters(request: Request) -> Q:
    condition = Q()
    if status := request.GET.get("status"):
        if status not in OrderStatus.values:
            raise RuleViolation("status_invalid", "There is no such status.", pointer="/status")
        condition &= Q(status=status)
    if principal_of(request).kind in (Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF, Caller.DEVICE):
        if customer := request.GET.get("customer"):
            try:
                condition &= Q(customer_id=UUID(customer))
            except ValueError as error:
                raise RuleViolation("customer_invalid", "This is not a customer's id.", pointer="/customer") from error
        if text := request.GET.get("q", "").strip():
            if not text.isprintable() or len(text) > 100:
                raise RuleViolation("q_invalid", "Search for a number, an email or a SKU.", pointer="/q")
            condition &= find_orders(text)
    return condition


def _summary(order: Order) -> dict[str, Any]:
    return {
        "id": str(order.id),
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "channel": order.channel,
        "store_id": str(order.store_id) if order.store_id else None,
        "customer_id": str(order.customer_id) if order.customer_id else None,
        "total": {"amount_minor": order.total_minor, "currency": order.currency},
        "refunded": {"amount_minor": order.refunded_minor, "currency": order.currency},
        "item_count": order.units or 0,  # type: ignore[attr-defined]  # annotated
        "placed_at": order.placed_at.isoformat(),
    }
