"""How an order is answered: read whole in one statement; after a gateway was asked, with what it said."""

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from omnichannel.rest.etags import etag
from omnichannel.rest.views import stored_json
from orders.api.access import is_owner
from orders.models import Payment
from orders.queries.documents import get_order_document
from orders.rules.documents import render_payment
from orders.services.cancelling import MoneyPreview

_WAITS = b'"state":"pending"'


def order_answer(request: Request, order_id: UUID, *, status: int = 200) -> HttpResponse:
    document = get_order_document(order_id, with_codes=is_owner(request))
    return document_answer(document, status=status)


def document_answer(document: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return stored_json(orjson.dumps(document), etag=etag(document["version"]), status=status)


def with_gateway_answers(method: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Outside `@write`: gateways are asked after commit, so an order that waited for one is read once more."""

    return _read_again(method, lambda request, order_id: order_answer(request, order_id, status=201))


def with_payment_answer(method: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for an answer that is one payment."""
    return _read_again(method, lambda request, payment_id: payment_answer(payment_id))


def payment_answer(payment_id: UUID) -> HttpResponse:
    return stored_json(orjson.dumps(render_payment(Payment.objects.filter(pk=payment_id).values().get())), status=201)


def _read_again(
    method: Callable[..., HttpResponse], read: Callable[[Request, UUID], HttpResponse]
) -> Callable[..., HttpResponse]:
    @functools.wraps(method)
    def run(view: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        response = method(view, request, *args, **kwargs)
        if response.status_code != 201 or _WAITS not in response.content:
            return response
        fresh = read(request, UUID(orjson.loads(response.content)["id"]))
        if "Idempotency-Replayed" in response:
            fresh["Idempotency-Replayed"] = response["Idempotency-Replayed"]
        return fresh

    return run


def show_preview(preview: MoneyPreview) -> dict[str, Any]:
    def money(amount: int) -> dict[str, Any]:
        return {"amount_minor": amount, "currency": preview.currency}

    return {
        "worth": money(preview.worth.total_minor),
        "shipping": money(preview.worth.shipping_minor),
        "refund": money(preview.refund_minor),
        "lines": [{"line_id": str(line), "amount": money(amount)} for line, amount in preview.worth.lines.items()],
        "refunds": [
            {"payment_id": str(row.payment_id), "way": str(row.way), "amount": money(row.amount_minor)}
            for row in preview.refunds
        ],
    }
