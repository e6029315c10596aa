"""The cart itself: open, read, clear what is known of it."""

from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.base import STORE, CartView, cart_answer, cart_ref, require_strong_key, shown_to
from carts.api.documents import CartDocument, CartHistory, OpenedCart
from carts.api.serializers import OpenCartInput
from carts.errors import NoCart
from carts.queries.documents import find_stored_cart
from carts.queries.history import show_event
from carts.services.opening import Opened, open_customer_cart, open_guest_cart, open_walk_in_cart
from carts.services.repricing import reprice_cart
from customers.queries import get_customer
from omnichannel.events.queries import list_events
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView, stored_json


class CartDetail(CartView):
    """The cart's document, as it was stored by the last write."""

    @extend_schema(operation_id="cart_read", responses=CartDocument, tags=["carts"])
    def get(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        ref, at = cart_ref(request, cart_id), now()
        stored = find_stored_cart(ref, at=at)
        if stored is None:
            raise NoCart()
        version, document = stored.version, stored.document
        if stored.is_stale:
            with transaction.atomic(durable=True):
                written = reprice_cart(ref=ref, at=at)
            version, document = written.version, written.document.decode()
        tag = etag(version)
        return not_modified(request, tag) or stored_json(shown_to(principal_of(request), document), etag=tag)


class OwnCart(CartDetail):
    callers: ClassVar[frozenset[Caller]] = CartView.callers | {Caller.ANONYMOUS}

    @extend_schema(
        operation_id="cart_open", request=OpenCartInput, responses={200: OpenedCart, 201: OpenedCart}, tags=["carts"]
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """The caller's open cart, made when there is none. A guest's `token` is shown this once."""
        principal, by, at = principal_of(request), context_of(request), now()
        currency = read_input(OpenCartInput, request).get("currency")
        if principal.kind is Caller.CUSTOMER:
            assert principal.customer_id is not None
            return opened_answer(
                request, open_customer_cart(customer_id=principal.customer_id, by=by, at=at, currency=currency)
            )
        if principal.kind in STORE:
            return opened_answer(request, open_walk_in_cart(by=by, at=at, currency=currency))
        if principal.kind is Caller.ANONYMOUS:
            require_strong_key(request)
        elif principal.kind is not Caller.GUEST:
            raise NoCart()
        return opened_answer(request, open_guest_cart(by=by, at=at, currency=currency))

    @extend_schema(operation_id="cart_read", responses=CartDocument, tags=["carts"])
    def get(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        if principal_of(request).kind is Caller.ANONYMOUS:
            raise NoCart()
        return super().get(request)


class WalkInCarts(ApiView):
    """Carts opened on a store's device for whoever stands there."""

    callers: ClassVar[frozenset[Caller]] = STORE
    versioned: ClassVar[bool] = True

    @extend_schema(operation_id="walk_in_cart_open", request=OpenCartInput, responses={201: OpenedCart}, tags=["carts"])
    @write
    def post(self, request: Request) -> HttpResponse:
        currency = read_input(OpenCartInput, request).get("currency")
        return opened_answer(request, open_walk_in_cart(by=context_of(request), at=now(), currency=currency))


class CustomerCart(ApiView):
    """A looked-up customer's cart, for those who serve them. Opened when there is none."""

    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope: ClassVar[str] = "carts:write"
    write_scope: ClassVar[str] = "carts:write"
    staff_permission: ClassVar[str] = "carts.change_cart"
    versioned: ClassVar[bool] = True

    @extend_schema(operation_id="customer_cart", responses={200: OpenedCart, 201: OpenedCart}, tags=["carts"])
    def get(self, request: Request, customer_id: UUID) -> HttpResponse:
        with transaction.atomic(durable=True):
            opened = self._open(request, customer_id)
        tag = etag(opened.written.version)
        return not_modified(request, tag) or opened_answer(request, opened)

    @extend_schema(
        operation_id="customer_cart_open", request=None, responses={200: OpenedCart, 201: OpenedCart}, tags=["carts"]
    )
    @write
    def post(self, request: Request, customer_id: UUID) -> HttpResponse:
        return opened_answer(request, self._open(request, customer_id))

    def _open(self, request: Request, customer_id: UUID) -> Opened:
        customer = get_customer(customer_id)
        return open_customer_cart(customer_id=customer.pk, by=context_of(request), at=now())


class History(CartView):
    """What happened to the cart, newest first: who, where, what (from the event log)."""

    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="cart_history", parameters=PAGE_PARAMETERS, responses=CartHistory, tags=["carts"])
    def get(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        stored = find_stored_cart(cart_ref(request, cart_id), at=now())
        if stored is None:
            raise NoCart()
        events = list_events(subject_id=stored.id, names=["cart.*"])
        return Response(page(request, events, by=("-id",), show=show_event))


def opened_answer(request: Request, opened: Opened) -> HttpResponse:
    status = 201 if opened.created else 200
    if opened.token is None:
        return cart_answer(request, opened.written, status)
    # The token joins the stored document without parsing it.
    document = b'{"token":"' + opened.token.encode() + b'",' + opened.written.document[1:]
    response = stored_json(document, etag=etag(opened.written.version), status=status)
    response["Cache-Control"] = "no-store"
    return response
