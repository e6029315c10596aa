"""Lines: add, set, remove, clear, batches and scans."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from carts.api.base import CartView, cart_answer, cart_ref
from carts.api.documents import CartDocument
from carts.api.serializers import BatchInput, LineChangeInput, LineInput, ScanInput
from carts.errors import UnknownItem
from carts.rules.scanning import read_scan
from carts.services.lines import Operation, change_cart
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import context_of
from omnichannel.rest.serializers import read_input


class Lines(CartView):
    @extend_schema(operation_id="cart_add_line", request=LineInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Add pieces. A line of the same variant and personalisation grows; additions commute."""
        return _change(request, cart_id, operation_of("add", read_input(LineInput, request)))

    @extend_schema(operation_id="cart_clear", responses={200: CartDocument}, tags=["carts"])
    @write
    def delete(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Take everything out."""
        return _change(request, cart_id, Operation(op="clear"))


class LineDetail(CartView):
    @extend_schema(operation_id="cart_set_line", request=LineChangeInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def patch(self, request: Request, line_id: UUID, cart_id: UUID | None = None) -> HttpResponse:
        """Set quantity, note, gift flag or fulfilment of one line."""
        return _change(request, cart_id, operation_of("set", read_input(LineChangeInput, request), line_id=line_id))

    @extend_schema(operation_id="cart_remove_line", responses={200: CartDocument}, tags=["carts"])
    @write
    def delete(self, request: Request, line_id: UUID, cart_id: UUID | None = None) -> HttpResponse:
        return _change(request, cart_id, Operation(op="remove", line_id=line_id))


class Batch(CartView):
    @extend_schema(operation_id="cart_batch", request=BatchInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Several operations in order, all or nothing; an error's pointer names the operation at fault."""
        given = read_input(BatchInput, request)["operations"]
        return _change(
            request,
            cart_id,
            *(operation_of(entry["op"], entry, pointer=f"/operations/{place}") for place, entry in enumerate(given)),
        )


class ScanView(CartView):
    @extend_schema(operation_id="cart_scan", request=ScanInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Add what a scanner read. A store's QR sets the line to be picked up in that store."""
        given = read_input(ScanInput, request)
        scan = read_scan(given["code"])
        if not scan.code:
            raise UnknownItem(pointer="/code", code_given=given["code"][:80])
        store = given.get("store") or scan.store
        return _change(
            request,
            cart_id,
            Operation(
                op="add",
                code=scan.code,
                quantity=given["quantity"],
                scanned=True,
                store=store_key(store) if store else None,
            ),
        )


def operation_of(op: str, given: Mapping[str, Any], *, pointer: str = "", line_id: UUID | None = None) -> Operation:
    fulfilment = given.get("fulfilment")
    return Operation(
        op=op,
        pointer=pointer,
        line_id=line_id or given.get("line_id"),
        variant_id=given.get("variant_id"),
        code=given.get("sku") or given.get("barcode") or "",
        quantity=given.get("quantity"),
        personalisation=given.get("personalisation") or {},
        note=given.get("note"),
        is_gift=given.get("is_gift"),
        fulfilment_kind=fulfilment["kind"] if fulfilment else None,
        store=fulfilment.get("store_id") if fulfilment else None,
    )


def store_key(text: str) -> UUID | str:
    try:
        return UUID(text)
    except ValueError:
        return text


def _change(request: Request, cart_id: UUID | None, *operations: Operation) -> HttpResponse:
    written = change_cart(
        ref=cart_ref(request, cart_id),
        operations=operations,
        by=context_of(request),
        at=now(),
        expected_version=expected_version(request),
    )
    return cart_answer(request, written)
