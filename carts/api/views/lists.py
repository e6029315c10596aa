"""Wish lists and saved for later: a customer's own, or of a looked-up customer for who serves them."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.base import CartView, cart_answer, cart_ref, require_owner
from carts.api.documents import CartDocument, ListShare, SharedList, WishListDetail, WishLists
from carts.api.serializers import MoveToListInput, WishListInput, WishListItemInput
from carts.errors import ListMissing, SignInNeeded
from carts.queries.lists import find_shared_list, get_wish_list, list_wish_lists, show_items, show_wish_list
from carts.services.links import storefront_link
from carts.services.lists import (
    ItemWish,
    add_item,
    create_list,
    delete_list,
    list_currency,
    move_item_to_cart,
    move_line_to_list,
    remove_item,
    rename_list,
    share_list,
    unshare_list,
)
from carts.states import ListKind
from customers.queries import get_customer
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ANYONE, ApiView


class ListView(ApiView):
    """`/wish-lists/…` is the caller's own, `/customers/{customer_id}/wish-lists/…` a looked-up customer's."""

    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.CUSTOMER, Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope: ClassVar[str] = "carts:read"
    write_scope: ClassVar[str] = "carts:write"
    staff_permission: ClassVar[str] = "carts.view_wishlist"
    staff_write_permission: ClassVar[str] = "carts.change_wishlist"
    operation_prefixes: ClassVar[dict[str, str]] = {"customer_id": "customer_"}


def customer_of(request: Request, customer_id: UUID | None) -> UUID:
    principal = principal_of(request)
    if principal.customer_id is not None:
        if customer_id not in (None, principal.customer_id):
            raise ListMissing()
        return principal.customer_id
    if customer_id is None:
        raise SignInNeeded()
    found: UUID = get_customer(customer_id).pk
    return found


def _detail(request: Request, customer_id: UUID, list_id: UUID, status: int = 200) -> HttpResponse:
    found = get_wish_list(customer_id, list_id)
    tag = etag(found.version)
    items = show_items(found, list_currency(customer_id), now())
    response = Response({**show_wish_list(found), "items": items}, status=status)
    response["ETag"] = tag
    return response


class WishListCollection(ListView):
    @extend_schema(operation_id="wish_lists", parameters=PAGE_PARAMETERS, responses=WishLists, tags=["lists"])
    def get(self, request: Request, customer_id: UUID | None = None) -> Response:
        """Wish lists and the one of what is saved for later."""
        lists = list_wish_lists(customer_of(request, customer_id))
        return Response(page(request, lists, by=("-id",), show=show_wish_list))

    @extend_schema(
        operation_id="wish_list_create", request=WishListInput, responses={201: WishListDetail}, tags=["lists"]
    )
    @write
    def post(self, request: Request, customer_id: UUID | None = None) -> HttpResponse:
        owner = customer_of(request, customer_id)
        made = create_list(customer_id=owner, name=read_input(WishListInput, request)["name"])
        return _detail(request, owner, made.pk, 201)


class WishListView(ListView):
    versioned: ClassVar[bool] = True

    @extend_schema(operation_id="wish_list_read", responses=WishListDetail, tags=["lists"])
    def get(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        owner = customer_of(request, customer_id)
        return _detail(request, owner, list_id)

    @extend_schema(
        operation_id="wish_list_rename", request=WishListInput, responses={200: WishListDetail}, tags=["lists"]
    )
    @write
    def patch(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        owner, name = customer_of(request, customer_id), read_input(WishListInput, request)["name"]
        rename_list(customer_id=owner, list_id=list_id, name=name, expected_version=expected_version(request))
        return _detail(request, owner, list_id)

    @extend_schema(operation_id="wish_list_delete", responses={204: None}, tags=["lists"])
    @write
    def delete(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        owner = customer_of(request, customer_id)
        delete_list(customer_id=owner, list_id=list_id, expected_version=expected_version(request))
        return Response(status=204)


class WishListItems(ListView):
    @extend_schema(
        operation_id="wish_list_add_item", request=WishListItemInput, responses={200: WishListDetail}, tags=["lists"]
    )
    @write
    def post(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        """Put something on the list; pieces of the same thing add up."""
        owner, given = customer_of(request, customer_id), read_input(WishListItemInput, request)
        wish = ItemWish(
            code=given.get("sku") or given.get("barcode") or "",
            quantity=given["quantity"],
            personalisation=given.get("personalisation"),
            note=given.get("note", ""),
        )
        add_item(customer_id=owner, list_id=list_id, wish=wish, by=context_of(request), at=now())
        return _detail(request, owner, list_id)


class WishListItemView(ListView):
    @extend_schema(operation_id="wish_list_remove_item", responses={200: WishListDetail}, tags=["lists"])
    @write
    def delete(self, request: Request, list_id: UUID, item_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        owner = customer_of(request, customer_id)
        remove_item(customer_id=owner, list_id=list_id, item_id=item_id, by=context_of(request), at=now())
        return _detail(request, owner, list_id)


class ItemToCart(ListView):
    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="wish_list_item_to_cart", request=None, responses={200: CartDocument}, tags=["lists"])
    @write
    def post(self, request: Request, list_id: UUID, item_id: UUID, customer_id: UUID | None = None) -> HttpResponse:
        """Move it into the customer's cart, which is opened when there is none."""
        owner = customer_of(request, customer_id)
        written = move_item_to_cart(
            customer_id=owner, list_id=list_id, item_id=item_id, by=context_of(request), at=now()
        )
        return cart_answer(request, written)


class Share(ListView):
    @extend_schema(operation_id="wish_list_share", request=None, responses={200: ListShare}, tags=["lists"])
    @write
    def post(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> Response:
        """A token and a link that let others read the list."""
        token = share_list(customer_id=customer_of(request, customer_id), list_id=list_id)
        return Response({"token": token, "url": storefront_link(list=token)})

    @extend_schema(operation_id="wish_list_unshare", responses={204: None}, tags=["lists"])
    @write
    def delete(self, request: Request, list_id: UUID, customer_id: UUID | None = None) -> Response:
        unshare_list(customer_id=customer_of(request, customer_id), list_id=list_id)
        return Response(status=204)


class SharedListView(ApiView):
    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope: ClassVar[str] = "carts:read"
    versioned: ClassVar[bool] = True

    @extend_schema(operation_id="shared_list", responses=SharedList, tags=["lists"])
    def get(self, request: Request, token: str) -> HttpResponse:
        """A shared list, for whoever holds its token: what is on it, not whose it is."""
        found = find_shared_list(token)
        if found is None:
            raise ListMissing()
        tag = etag(found.version)
        items = show_items(found, list_currency(found.customer_id), now())
        response = not_modified(request, tag) or Response({"name": found.name, "items": items})
        response["ETag"] = tag
        return response


class SaveForLater(CartView):
    @extend_schema(operation_id="cart_save_for_later", request=None, responses={200: CartDocument}, tags=["carts"])
    @write
    def post(self, request: Request, line_id: UUID, cart_id: UUID | None = None) -> HttpResponse:
        """Take a line out of the cart and keep it for later."""
        return _move_line(request, line_id, cart_id, ListKind.SAVED, None)


class MoveToWishList(CartView):
    @extend_schema(
        operation_id="cart_move_to_wish_list", request=MoveToListInput, responses={200: CartDocument}, tags=["carts"]
    )
    @write
    def post(self, request: Request, line_id: UUID, cart_id: UUID | None = None) -> HttpResponse:
        """Take a line out of the cart and onto a wish list."""
        list_id = read_input(MoveToListInput, request).get("list_id")
        return _move_line(request, line_id, cart_id, ListKind.WISH, list_id)


def _move_line(
    request: Request, line_id: UUID, cart_id: UUID | None, kind: ListKind, list_id: UUID | None
) -> HttpResponse:
    require_owner(principal_of(request))
    written = move_line_to_list(
        ref=cart_ref(request, cart_id),
        line_id=line_id,
        kind=kind,
        list_id=list_id,
        by=context_of(request),
        at=now(),
        expected_version=expected_version(request),
    )
    return cart_answer(request, written)
