"""From a cart to an order: quote and checkout, of the own cart or a named one."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.base import CART_CALLERS, cart_ref, require_owner
from carts.errors import CartClosed, NoCart
from carts.services.quoting import quote_cart
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.releasing import releases_early
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView
from orders.api.access import reachable
from orders.api.answers import document_answer, with_gateway_answers
from orders.api.documents import OrderDocument, QuoteDocument
from orders.api.quotes import show_quote
from orders.api.serializers import CheckoutInput
from orders.errors import AlreadyPlaced
from orders.models import Order
from orders.services.commands import PlaceOrder, TenderWish
from orders.services.placing import place_order


def naming_the_order(method: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Outside `@write`: whoever comes second, or asks twice, is told which order the cart became (AlreadyPlaced)."""

    @functools.wraps(method)
    def run(view: ApiView, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        try:
            return method(view, request, cart_id=cart_id)
        except (CartClosed, NoCart) as error:
            principal = principal_of(request)
            known = cart_id or principal.cart_id
            order = Order.objects.filter(reachable(principal), cart_id=known).first() if known else None
            if order is None:
                raise
            raise AlreadyPlaced(order_id=str(order.id), number=order.number) from error

    return run


class CheckoutView(ApiView):
    callers: ClassVar[frozenset[Caller]] = CART_CALLERS
    write_scope: ClassVar[str] = "orders:write"
    staff_permission: ClassVar[str] = "orders.add_order"
    operation_prefixes: ClassVar[dict[str, str]] = {"cart_id": "named_cart_"}


class Quote(CheckoutView):
    @extend_schema(operation_id="checkout_quote", request=None, responses={200: QuoteDocument}, tags=["orders"])
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """What placing would come to now, with stock looked at, and what is still missing.

        Remote providers are asked here and nowhere else, outside any transaction; asking again changes nothing.
        """
        return Response(show_quote(quote_cart(ref=cart_ref(request, cart_id), at=now()), principal_of(request)))


class Checkout(CheckoutView):
    @extend_schema(operation_id="checkout", request=CheckoutInput, responses={201: OrderDocument}, tags=["orders"])
    @with_gateway_answers
    @naming_the_order
    @write
    @releases_early
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Place the order: one cart becomes at most one. Payments at a gateway are answered with what to do next."""
        require_owner(principal_of(request))
        given = read_input(CheckoutInput, request)
        command = PlaceOrder(
            expected_total_minor=given["expected_total"]["amount_minor"],
            currency=given["expected_total"]["currency"],
            payments=[tender_of(payment) for payment in given.get("payments", [])],
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            note=given.get("note", ""),
            locale=given.get("locale", ""),
        )
        placed = place_order(ref=cart_ref(request, cart_id), command=command, by=context_of(request), at=now())
        return document_answer(placed.document, status=201)


def tender_of(given: Mapping[str, Any]) -> TenderWish:
    return TenderWish(
        provider=given["provider"],
        amount_minor=given.get("amount_minor"),
        method=given.get("method", {}),
        capture_mode=given.get("capture", "now"),
    )
