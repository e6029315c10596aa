"""A cart on its way: guest into customer, device to device, link to cart."""

from typing import ClassVar
from uuid import UUID

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from carts.api.base import (
    SHOPPERS,
    STORE,
    CartView,
    cart_answer,
    cart_ref,
    require_owner,
    require_strong_key,
    without_person,
)
from carts.api.documents import (
    CartDocument,
    CartLinkDocument,
    HandoffDocument,
    MergeDocument,
    OpenedCart,
    RedeemedDocument,
)
from carts.api.guesses import limited_guesses
from carts.api.serializers import HandoffCodeInput, LinkInput, LinkTokenInput, MergeInput, WhoseInput
from carts.services.handoffs import create_handoff, redeem_handoff
from carts.services.links import create_cart_link, restore_by_link
from carts.services.merging import Merged, attach_cart, merge_by_token, undo_merge
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView, stored_json


class Merge(ApiView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="cart_merge", request=MergeInput, responses={200: MergeDocument}, tags=["carts"])
    @write
    def post(self, request: Request) -> HttpResponse:
        """Take the guest cart of this token into the signed-in customer's, with a report for each line."""
        given, customer_id = read_input(MergeInput, request), principal_of(request).customer_id
        assert customer_id is not None
        merged = merge_by_token(customer_id=customer_id, by=context_of(request), at=now(), **given)
        return stored_json(_merge_document(merged), etag=etag(merged.written.version))


class Attach(CartView):
    """A cart of nobody becomes the cart of who stands there: for those who serve them."""

    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})

    @extend_schema(operation_id="cart_attach", request=WhoseInput, responses={200: MergeDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID) -> HttpResponse:
        """Take a walk-in's or a guest's cart into this customer's, with a report for each line."""
        given = read_input(WhoseInput, request)
        merged = attach_cart(ref=cart_ref(request, cart_id), by=context_of(request), at=now(), **given)
        return stored_json(_merge_document(merged), etag=etag(merged.written.version))


class UndoMerge(CartView):
    callers: ClassVar[frozenset[Caller]] = CartView.callers - {Caller.GUEST}

    @extend_schema(operation_id="cart_undo_merge", request=None, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, merge_id: UUID, cart_id: UUID | None = None) -> HttpResponse:
        """Take a merge back, until the cart becomes an order. What was done since is kept."""
        ref = cart_ref(request, cart_id)
        written = undo_merge(
            ref=ref, merge_id=merge_id, by=context_of(request), at=now(), expected_version=expected_version(request)
        )
        return cart_answer(request, written)


class Handoff(CartView):
    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="cart_handoff", request=None, responses={201: HandoffDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """A QR and a short code that open this cart on another device, once, for two minutes."""
        require_owner(principal_of(request))
        made = create_handoff(ref=cart_ref(request, cart_id), by=context_of(request), at=now())
        body = {"code": made.code, "url": made.url, "qr_svg": made.qr_svg, "expires_at": made.expires_at}
        return _secret(orjson.dumps(body), 201)


class RedeemHandoff(ApiView):
    callers: ClassVar[frozenset[Caller]] = SHOPPERS | STORE | {Caller.ANONYMOUS}

    @extend_schema(
        operation_id="handoff_redeem", request=HandoffCodeInput, responses={200: RedeemedDocument}, tags=["carts"]
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Open the cart behind a code. `token` comes with it where the caller has no right of their own."""
        code, principal = read_input(HandoffCodeInput, request)["code"], principal_of(request)
        if principal.kind is Caller.ANONYMOUS:
            require_strong_key(request)
        with limited_guesses(request, "handoff"):
            redeemed = redeem_handoff(code=code, by=context_of(request), at=now())
        document = redeemed.written.document if redeemed.own else without_person(redeemed.written.document)
        body: dict[str, object] = {"cart": orjson.Fragment(document)}
        if redeemed.token:
            body["token"] = redeemed.token
        if redeemed.merge:
            body["merge"] = orjson.Fragment(_merge_document(redeemed.merge))
        return _secret(orjson.dumps(body), 200)


class Links(CartView):
    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="cart_link", request=LinkInput, responses={201: CartLinkDocument}, tags=["carts"])
    @write
    def post(self, request: Request, cart_id: UUID | None = None) -> HttpResponse:
        """A link, for a mail or an ad, that restores this cart and opens nothing else."""
        require_owner(principal_of(request))
        given = read_input(LinkInput, request)
        link = create_cart_link(
            ref=cart_ref(request, cart_id),
            by=context_of(request),
            at=now(),
            days=given["days"],
            product_slug=given.get("product", ""),
        )
        return _secret(orjson.dumps({"token": link.token, "url": link.url, "expires_at": link.expires_at}), 201)


class RestoreLink(ApiView):
    callers: ClassVar[frozenset[Caller]] = SHOPPERS | STORE | {Caller.ANONYMOUS}
    versioned: ClassVar[bool] = True

    @extend_schema(
        operation_id="cart_link_restore", request=LinkTokenInput, responses={200: OpenedCart}, tags=["carts"]
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Follow a cart link. The `token` in the answer opens this cart alone; its customer needs none."""
        principal = principal_of(request)
        if principal.kind is Caller.ANONYMOUS:
            require_strong_key(request)
        restored = restore_by_link(token=read_input(LinkTokenInput, request)["token"], by=context_of(request), at=now())
        if restored.token is None:
            return cart_answer(request, restored.written)
        cart = orjson.loads(without_person(restored.written.document))
        response = _secret(orjson.dumps({"token": restored.token, **cart}), 200)
        response["ETag"] = etag(restored.written.version)
        return response


def _merge_document(merged: Merged) -> bytes:
    return orjson.dumps(
        {
            "id": merged.merge_id,
            "strategy": merged.strategy,
            "report": merged.report,
            "cart": orjson.Fragment(merged.written.document),
        }
    )


def _secret(body: bytes, status: int) -> HttpResponse:
    response = stored_json(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
