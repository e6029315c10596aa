"""The parts of orders, for those who pick, hand over and ship them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.states import FulfilmentKind
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from orders.api.access import STORE, WorkView, count_guess, forget_guesses, require_fulfilment
from orders.api.documents import FulfilmentDocument, FulfilmentList
from orders.api.serializers import CollectInput, ReadyInput, ReasonInput, ShipInput
from orders.models import Fulfilment
from orders.queries.documents import find_order_rows
from orders.rules.documents import OrderRows, render_order
from orders.services import fulfilling
from orders.services.fulfilling import Tracking
from orders.states import FulfilmentStatus


class Fulfilments(WorkView):
    callers = WorkView.callers | {Caller.DEVICE}
    staff_permission = "orders.view_order"

    @extend_schema(
        operation_id="fulfilments_list",
        parameters=[
            OpenApiParameter("store", str, description="A store's id; a device sees its own store only."),
            OpenApiParameter("status", str, description="One or more states, by commas."),
            OpenApiParameter("kind", str, enum=FulfilmentKind.values),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
        ],
        responses={200: FulfilmentList},
        tags=["fulfilments"],
    )
    def get(self, request: Request) -> Response:
        """Work to do, newest first."""
        rows = _filtered(request, Fulfilment.objects.select_related("order"))
        answer = page(request, rows, by=("-created_at", "-id"), show=lambda row: row)
        orders = find_order_rows({row.order_id for row in answer["items"]})
        answer["items"] = [_task(row, orders[row.order_id]) for row in answer["items"]]
        return Response(answer)


class _Step(WorkView):
    versioned = True

    def take(
        self, request: Request, fulfilment_id: UUID, step: Callable[..., Fulfilment], **given: Any
    ) -> HttpResponse:
        """Run one step of the caller's own store and answer with the part as it stands."""
        done = step(
            fulfilment_id=require_fulfilment(request, fulfilment_id),
            by=context_of(request),
            at=now(),
            expected_version=expected_version(request),
            **given,
        )
        document = render_order(find_order_rows([done.order_id])[done.order_id])
        response = Response(next(part for part in document["fulfilments"] if part["id"] == str(done.id)))
        response["ETag"] = etag(done.version)
        return response


class Accept(_Step):
    @extend_schema(
        operation_id="fulfilments_accept", request=None, responses={200: FulfilmentDocument}, tags=["fulfilments"]
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """The store takes the work on."""
        return self.take(request, fulfilment_id, fulfilling.accept)


class Pick(_Step):
    @extend_schema(
        operation_id="fulfilments_pick", request=None, responses={200: FulfilmentDocument}, tags=["fulfilments"]
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """Somebody begins to pick."""
        return self.take(request, fulfilment_id, fulfilling.start_picking)


class Ready(_Step):
    @extend_schema(
        operation_id="fulfilments_ready", request=ReadyInput, responses={200: FulfilmentDocument}, tags=["fulfilments"]
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """Waiting for the customer, who gets a one-time code."""
        return self.take(request, fulfilment_id, fulfilling.make_ready, place=read_input(ReadyInput, request)["place"])


class Collect(_Step):
    @extend_schema(
        operation_id="fulfilments_collect",
        request=CollectInput,
        responses={200: FulfilmentDocument},
        tags=["fulfilments"],
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """Hand over against the customer's code. Five wrong ones close it for ten minutes."""
        code = read_input(CollectInput, request)["code"]
        count_guess("pickup", str(fulfilment_id), limit=5, seconds=600)
        answer = self.take(request, fulfilment_id, fulfilling.collect, code=code)
        forget_guesses("pickup", str(fulfilment_id))
        return answer


class Ship(_Step):
    @extend_schema(
        operation_id="fulfilments_ship", request=ShipInput, responses={200: FulfilmentDocument}, tags=["fulfilments"]
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """The parcel leaves, with its tracking."""
        given = read_input(ShipInput, request)
        tracking = Tracking(given["carrier"], given["tracking_number"], given["tracking_url"])
        return self.take(request, fulfilment_id, fulfilling.ship, tracking=tracking)


class Deliver(_Step):
    @extend_schema(
        operation_id="fulfilments_deliver", request=None, responses={200: FulfilmentDocument}, tags=["fulfilments"]
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """The parcel arrived."""
        return self.take(request, fulfilment_id, fulfilling.deliver)


class Reject(_Step):
    @extend_schema(
        operation_id="fulfilments_reject",
        request=ReasonInput,
        responses={200: FulfilmentDocument},
        tags=["fulfilments"],
    )
    @write
    def post(self, request: Request, fulfilment_id: UUID) -> HttpResponse:
        """The store cannot do it: stock is free again and the money of this part goes back."""
        return self.take(request, fulfilment_id, fulfilling.reject, reason=read_input(ReasonInput, request)["reason"])


def _filtered(request: Request, rows: Any) -> Any:
    principal = principal_of(request)
    if principal.kind in STORE:
        rows = rows.filter(store_id=principal.store_id)
    elif store := request.GET.get("store"):
        try:
            rows = rows.filter(store_id=UUID(store))
        except ValueError as error:
            raise RuleViolation("store_invalid", "This is not a store's id.", pointer="/store") from error
    if states := request.GET.get("status"):
        wanted = states.split(",")
        if not set(wanted) <= set(FulfilmentStatus.values):
            raise RuleViolation("status_invalid", "There is no such state.", pointer="/status")
        rows = rows.filter(status__in=wanted)
    if kind := request.GET.get("kind"):
        if kind not in FulfilmentKind.values:
            raise RuleViolation("kind_invalid", "There is no such kind.", pointer="/kind")
        rows = rows.filter(kind=kind)
    return rows


def _task(row: Fulfilment, rows: OrderRows) -> dict[str, Any]:
    document = render_order(rows)
    part: dict[str, Any] = next(part for part in document["fulfilments"] if part["id"] == str(row.id))
    names = {line["id"]: line for line in document["lines"]}
    return part | {
        "order_id": document["id"],
        "order_number": document["number"],
        "customer_id": document["customer_id"],
        "items": [
            {
                "sku": names[line["line_id"]]["sku"],
                "name": names[line["line_id"]]["name"],
                "quantity": line["quantity"] - line["cancelled_quantity"],
            }
            for line in part["lines"]
        ],
    }
