"""Which orders a caller may reach. What is foreign is missing: the same answer for both."""

from typing import ClassVar
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from carts.api.base import LINK_SCOPE
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.principal import Caller, Principal, principal_of
from omnichannel.rest.views import ApiView
from orders.errors import OrderNotFound
from orders.models import Fulfilment, Order

SHOPPERS = frozenset({Caller.CUSTOMER, Caller.GUEST})
STORE = frozenset({Caller.DEVICE, Caller.ASSOCIATE})
WORKERS = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})


class OrderView(ApiView):
    """Buyers reach their own orders, the store and other systems all of them."""

    callers: ClassVar[frozenset[Caller]] = SHOPPERS | STORE | {Caller.API_KEY, Caller.STAFF}
    read_scope: ClassVar[str] = "orders:read"
    write_scope: ClassVar[str] = "orders:write"
    staff_permission: ClassVar[str] = "orders.view_order"
    staff_write_permission: ClassVar[str] = "orders.change_order"


class WorkView(OrderView):
    """What only those who serve may do."""

    callers: ClassVar[frozenset[Caller]] = WORKERS
    staff_permission: ClassVar[str] = "orders.change_order"


def reachable(principal: Principal) -> Q:
    match principal.kind:
        case Caller.CUSTOMER:
            return Q(customer_id=principal.customer_id)
        case Caller.GUEST if LINK_SCOPE in principal.scopes:
            return Q(pk__in=[])  # whoever came by a link has the cart, not what its customer made of it
        case Caller.GUEST:
            return Q(cart_id=principal.cart_id)
        case Caller.DEVICE:
            return Q(store_id=principal.store_id) | Q(fulfilments__store_id=principal.store_id)
    return Q()


def require_order(request: Request, order_id: UUID) -> UUID:
    """The order's id, when the caller may reach it. Raises OrderNotFound."""
    if not Order.objects.filter(reachable(principal_of(request)), pk=order_id).exists():
        raise OrderNotFound()
    return order_id


def is_owner(request: Request) -> bool:
    """The buyer, who alone sees pickup codes."""
    return principal_of(request).kind in SHOPPERS


def require_fulfilment(request: Request, fulfilment_id: UUID) -> UUID:
    """A store's people reach what their store hands over. Raises NotFound."""
    principal = principal_of(request)
    rows = Fulfilment.objects.filter(pk=fulfilment_id)
    if principal.kind in STORE:
        rows = rows.filter(store_id=principal.store_id) if principal.store_id else rows.none()
    if not rows.exists():
        raise NotFound()
    return fulfilment_id


def count_guess(kind: str, name: str, *, limit: int, seconds: int) -> None:
    """One more try at something that can be guessed. Raises Throttled beyond `limit` tries in `seconds`."""
    key = f"orders:guess:{kind}:{name}"
    cache.add(key, 0, timeout=seconds)
    try:
        tries = cache.incr(key)
    except ValueError:
        return  # the counter is not there: the cache is down, and the shop stays open
    if tries > limit:
        raise Throttled(wait=seconds)


def forget_guesses(kind: str, name: str) -> None:
    cache.delete(f"orders:guess:{kind}:{name}")


def address_of(request: Request) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
