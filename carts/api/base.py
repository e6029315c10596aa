"""What every cart endpoint shares: who may reach which cart, and the answer after a write."""

from typing import ClassVar
from uuid import UUID

import orjson
from django.http import HttpResponse
from rest_framework.request import Request

from carts.errors import IdempotencyKeyWeak
from carts.queries.access import CartRef, ref_of
from carts.services.opening import Written
from omnichannel.kernel.errors import Forbidden
from omnichannel.rest.etags import etag
from omnichannel.rest.principal import Caller, Principal, principal_of
from omnichannel.rest.views import ApiView, stored_json

SHOPPERS = frozenset({Caller.CUSTOMER, Caller.GUEST})
STORE = frozenset({Caller.DEVICE, Caller.ASSOCIATE})
CART_CALLERS = SHOPPERS | STORE | {Caller.API_KEY, Caller.STAFF}

#: A guest who came by a link or a hand-off: this cart, and nothing that leads further.
LINK_SCOPE = "link"


class CartView(ApiView):
    """`/cart/…` is the caller's own, `/carts/{cart_id}/…` one that is named; both end in the same views."""

    callers: ClassVar[frozenset[Caller]] = CART_CALLERS
    read_scope: ClassVar[str] = "carts:read"
    write_scope: ClassVar[str] = "carts:write"
    staff_permission: ClassVar[str] = "carts.view_cart"
    staff_write_permission: ClassVar[str] = "carts.change_cart"
    versioned: ClassVar[bool] = True
    operation_prefixes: ClassVar[dict[str, str]] = {"cart_id": "named_"}


def cart_ref(request: Request, cart_id: UUID | None) -> CartRef:
    return ref_of(principal_of(request), cart_id)


def require_owner(principal: Principal) -> None:
    """Refuses who holds only a link to the cart."""
    if LINK_SCOPE in principal.scopes:
        raise Forbidden("cart_link_only", "A link opens this one cart and nothing more.")


def cart_answer(request: Request, written: Written, status: int = 200) -> HttpResponse:
    return stored_json(shown_to(principal_of(request), written.document), etag=etag(written.version), status=status)


def shown_to(principal: Principal, document: bytes | str) -> bytes | str:
    return without_person(document) if LINK_SCOPE in principal.scopes else document


def without_person(document: bytes | str) -> bytes:
    """For who came by a link: the cart, not whose it is or where they live."""
    cart = orjson.loads(document)
    cart["customer"] = None
    cart["email"] = ""
    cart["fulfilment"]["ship_to"] = None
    return orjson.dumps(cart)


def require_strong_key(request: Request) -> None:
    """Answers are replayed by key; one that holds a secret must not be had for the key "1" by just anyone."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if key and len(key) < 20:
        raise IdempotencyKeyWeak()
