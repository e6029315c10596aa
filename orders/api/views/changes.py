"""Changing a placed order: cancel, edit, return, each with a preview of the money."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.kernel.clock import now
from omnichannel.rest.etags import expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import context_of, principal_of
from omnichannel.rest.serializers import read_input
from orders.api.access import OrderView, WorkView, require_order
from orders.api.answers import order_answer, show_preview
from orders.api.documents import EditPreviewDocument, MoneyPreviewDocument, OrderDocument
from orders.api.serializers import CancelInput, EditInput, ReturnInput, ReturnPreviewInput
from orders.services.cancelling import cancel_order, preview_cancel
from orders.services.editing import EditOrder, edit_order, preview_edit
from orders.services.returning import GivenLine, ReturnGoods, preview_return, record_return
from orders.states import ChangeKind

_CANCELLED = PolymorphicProxySerializer(
    "CancelAnswer", [OrderDocument, MoneyPreviewDocument], resource_type_field_name=None
)


class Cancel(OrderView):
    versioned = True

    @extend_schema(operation_id="orders_cancel", request=CancelInput, responses={200: _CANCELLED}, tags=["orders"])
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """Cancel what has not been handed over, in part or whole. Money goes back in reverse of how it was paid."""
        given = read_input(CancelInput, request)
        require_order(request, order_id)
        lines = _units(given["lines"]) if "lines" in given else None
        if given["preview"]:
            return Response(show_preview(preview_cancel(order_id=order_id, lines=lines)))
        cancel_order(
            order_id=order_id,
            lines=lines,
            reason=given["reason"],
            by=context_of(request),
            at=now(),
            expected_version=expected_version(request),
        )
        return order_answer(request, order_id)


class EditPreviewView(OrderView):
    @extend_schema(
        operation_id="orders_edit_preview", request=EditInput, responses={200: EditPreviewDocument}, tags=["orders"]
    )
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """What an edit would move. Changes nothing."""
        edit = _edit(read_input(EditInput, request))
        preview = preview_edit(order_id=require_order(request, order_id), edit=edit)

        def money(amount: int) -> dict[str, Any]:
            return {"amount_minor": amount, "currency": preview.currency}

        return Response(
            {
                "money_delta": money(preview.money_delta_minor),
                "refund": money(preview.refund_minor),
                "open": money(preview.open_minor),
            }
        )


class Edits(OrderView):
    versioned = True

    @extend_schema(operation_id="orders_edit", request=EditInput, responses={201: OrderDocument}, tags=["orders"])
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """Record one change: address, note, units more or less. What was bought stays as it was written down."""
        edit = _edit(read_input(EditInput, request))
        require_order(request, order_id)
        edit_order(
            order_id=order_id, edit=edit, by=context_of(request), at=now(), expected_version=expected_version(request)
        )
        return order_answer(request, order_id, status=201)


class ReturnPreview(OrderView):
    @extend_schema(
        operation_id="orders_return_preview",
        request=ReturnPreviewInput,
        responses={200: MoneyPreviewDocument},
        tags=["orders"],
    )
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """What giving these units back would refund, by line and tender. Changes nothing."""
        given = read_input(ReturnPreviewInput, request)
        require_order(request, order_id)
        return Response(show_preview(preview_return(order_id=order_id, lines=_given_lines(given["lines"]))))


class Returns(WorkView):
    versioned = True

    @extend_schema(operation_id="orders_return", request=ReturnInput, responses={201: OrderDocument}, tags=["orders"])
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """Take goods back, wherever they were bought. The refund is what the preview said, to the cent."""
        given = read_input(ReturnInput, request)
        require_order(request, order_id)
        command = ReturnGoods(
            lines=_given_lines(given["lines"]),
            store_id=principal_of(request).store_id or given.get("store_id"),
            note=given["note"],
            expected_refund_minor=given["expected_refund"]["amount_minor"] if "expected_refund" in given else None,
        )
        record_return(
            order_id=order_id,
            command=command,
            by=context_of(request),
            at=now(),
            expected_version=expected_version(request),
        )
        return order_answer(request, order_id, status=201)


def _units(lines: list[dict[str, Any]]) -> dict[UUID, int]:
    units: dict[UUID, int] = {}
    for line in lines:
        units[line["line_id"]] = units.get(line["line_id"], 0) + line["quantity"]
    return units


def _given_lines(lines: list[dict[str, Any]]) -> list[GivenLine]:
    return [GivenLine(line["line_id"], line["quantity"], line["reason"], line["condition"]) for line in lines]


def _edit(given: dict[str, Any]) -> EditOrder:
    return EditOrder(
        kind=ChangeKind(given["kind"]),
        ship_to=given.get("ship_to"),
        note=given.get("note", ""),
        line_id=given.get("line_id"),
        units=given.get("units", 0),
        reason=given["reason"],
    )
