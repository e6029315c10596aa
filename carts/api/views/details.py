"""What belongs to the whole cart: codes, fulfilment, shipping, contact, note."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.base import CartView, cart_answer, cart_ref, require_owner
from carts.api.documents import CartDocument, ShippingMethods
from carts.api.guesses import limited_guesses
from carts.api.serializers import CartFulfilmentInput, CodeInput, ContactInput, NoteInput
from carts.errors import NoCart
from carts.queries.documents import find_stored_cart
from carts.rules.document import render_shipping_options
from carts.services.checkout import lock_and_price
from carts.services.codes import add_code, remove_code
from carts.services.details import FulfilmentWish, set_contact, set_fulfilment, set_note
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import context_of, principal_of
from omnichannel.rest.serializers import read_input


def _common(request: Request, cart_id: UUID | None) -> dict[str, Any]:
    return {
        "ref": cart_ref(request, cart_id),
        "by": context_of(request),
        "at": now(),
        "expected_version": expected_version(request),
    }


class Codes(CartView):
    @extend_schema(operation_id="cart_add_code", request=CodeInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Keep a code with the cart. Whether it applies, and why not, stands in `codes`."""
        code = read_input(CodeInput, request)["code"]
        with limited_guesses(request, "cart-code"):
            return cart_answer(request, add_code(code=code, **_common(request, cart_id)))


class CodeDetail(CartView):
    @extend_schema(operation_id="cart_remove_code", responses={200: CartDocument}, tags=["carts"])
    @write
    def delete(self, request: Request, code: str, cart_id: UUID | None = None) -> HttpResponse:
        return cart_answer(request, remove_code(code=code, **_common(request, cart_id)))


class Fulfilment(CartView):
    @extend_schema(
        operation_id="cart_set_fulfilment", request=CartFulfilmentInput, responses={200: CartDocument}, tags=["carts"]
    )
    @write
    def put(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Ship to an address by a method, pick up or carry out in a store, or split by line. Fields not given stay."""
        given = read_input(CartFulfilmentInput, request)
        lines = given.get("lines")
        address = given.get("ship_to")
        if address is not None:
            require_owner(principal_of(request))
        wish = FulfilmentWish(
            kind=given.get("kind"),
            store_id=given.get("store_id"),
            ship_to=(address or {}) if "ship_to" in given else None,
            shipping_method=given.get("shipping_method"),
            lines={line_id: (entry["kind"], entry.get("store_id")) for line_id, entry in lines.items()}
            if lines
            else None,
        )
        return cart_answer(request, set_fulfilment(wish=wish, **_common(request, cart_id)))


class Contact(CartView):
    @extend_schema(operation_id="cart_set_contact", request=ContactInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def put(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """Where a guest is to be written to."""
        require_owner(principal_of(request))
        return cart_answer(
            request, set_contact(email=read_input(ContactInput, request)["email"], **_common(request, cart_id))
        )


class Note(CartView):
    @extend_schema(operation_id="cart_set_note", request=NoteInput, responses={200: CartDocument}, tags=["carts"])
    @write
    def put(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        return cart_answer(request, set_note(note=read_input(NoteInput, request)["note"], **_common(request, cart_id)))


class ShippingMethodList(CartView):
    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="cart_shipping_methods", responses=ShippingMethods, tags=["carts"])
    def get(self, request: Request, cart_id: UUID | None = None) -> Response:
        """Ways to ship this cart to its address, cheapest first; empty until an address is known."""
        ref, at = cart_ref(request, cart_id), now()
        stored = find_stored_cart(ref, at=at)
        if stored is None:
            raise NoCart()
        with transaction.atomic(durable=True):
            priced = lock_and_price(ref=ref, at=at, need_quote=False)
        return Response({"items": render_shipping_options(priced), "next": None})
