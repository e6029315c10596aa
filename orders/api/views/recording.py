"""Sales that already happened elsewhere."""

from typing import Any, ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from orders.api.access import OrderView
from orders.api.documents import RecordedDocument
from orders.api.serializers import RecordInput
from orders.models import Order
from orders.services.recording import RecordedLine, RecordOrder, find_variants, record_order, require_known


class Record(OrderView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.API_KEY})

    @extend_schema(
        operation_id="orders_record",
        request=RecordInput,
        responses={200: RecordedDocument, 201: RecordedDocument},
        tags=["orders"],
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Take in a sale that already happened, once for its source and external id: 201, then 200."""
        given = read_input(RecordInput, request)
        require_known(store_id=given.get("store_id"), customer_id=given.get("customer_id"))
        command = _command(given, channel=given.get("channel") or principal_of(request).channel)
        done = record_order(command=command, by=context_of(request), at=now())
        return Response(
            {
                "order_id": str(done.order_id),
                "number": Order.objects.values_list("number", flat=True).get(pk=done.order_id),
                "is_new": done.is_new,
                "missing": {str(variant): units for variant, units in done.missing.items()},
            },
            status=201 if done.is_new else 200,
        )


def _command(given: dict[str, Any], *, channel: str) -> RecordOrder:
    variants = find_variants([line["sku"] for line in given["lines"]])
    return RecordOrder(
        source=given["source"],
        external_id=given["external_id"],
        placed_at=given["placed_at"],
        currency=given["total"]["currency"],
        total_minor=given["total"]["amount_minor"],
        shipping_minor=given["shipping_minor"],
        channel=channel,
        store_id=given.get("store_id"),
        customer_id=given.get("customer_id"),
        email=given.get("email", ""),
        phone=given["phone"],
        ship_to=given.get("ship_to"),
        payment_method=given["payment_method"],
        note=given["note"],
        takes_stock=given["takes_stock"],
        lines=[
            RecordedLine(
                sku=line["sku"],
                name=line.get("name") or (known.name if (known := variants.get(line["sku"])) else line["sku"]),
                quantity=line["quantity"],
                unit_price_minor=line["unit_price_minor"],
                variant_id=variants[line["sku"]].id if line["sku"] in variants else None,
                options=variants[line["sku"]].options if line["sku"] in variants else None,
                discount_minor=line["discount_minor"],
                discount_code=line["discount_code"],
                tax_minor=line["tax_minor"],
                tax_included_minor=line["tax_included_minor"],
            )
            for line in given["lines"]
        ],
    )
