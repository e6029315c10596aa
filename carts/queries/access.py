"""Which cart, seen by whom. What is foreign is missing: the condition is part of the statement that finds it."""

from dataclasses import dataclass
from uuid import UUID

from carts.errors import NoCart
from omnichannel.rest.principal import Caller, Principal


@dataclass(frozen=True, slots=True)
class CartRef:
    """One cart as one caller may reach it.

    cart_id      None stands for the caller's own open cart.
    customer_id  a customer: only theirs.
    device_id    a store's device: carts handed to it or opened on it …
    any_customer … and, with an associate signed in, carts of every customer.
    unbound      proven elsewhere: a guest's own token, an API key, staff, ourselves.
    open_only    a closed one is a missing one: the guest's own `/cart`.
    """

    cart_id: UUID | None = None
    customer_id: UUID | None = None
    device_id: UUID | None = None
    any_customer: bool = False
    unbound: bool = False
    open_only: bool = False

    @property
    def where(self) -> str:
        """The condition, one of a fixed few so that each statement is prepared once."""
        if self.unbound:
            return _OPEN_BY_ID if self.open_only else _BY_ID
        if self.customer_id is not None:
            return _OWN if self.cart_id is None else _OWN_BY_ID
        if self.device_id is not None and self.cart_id is not None:
            return _ASSOCIATE if self.any_customer else _DEVICE
        return "false"

    @property
    def parameters(self) -> dict[str, UUID | None]:
        return {"cart": self.cart_id, "customer": self.customer_id, "device": self.device_id}


def ref_of(principal: Principal, cart_id: UUID | None) -> CartRef:
    """The cart as this caller may reach it. Raises NoCart where the caller has none of their own."""
    match principal.kind:
        case Caller.CUSTOMER:
            return CartRef(cart_id=cart_id, customer_id=principal.customer_id)
        case Caller.GUEST:
            if cart_id not in (None, principal.cart_id):
                raise NoCart()
            return CartRef(cart_id=principal.cart_id, unbound=True, open_only=cart_id is None)
        case Caller.DEVICE | Caller.ASSOCIATE:
            return CartRef(
                cart_id=cart_id, device_id=principal.device_id, any_customer=principal.kind is Caller.ASSOCIATE
            )
        case Caller.API_KEY | Caller.STAFF if cart_id is not None:
            return CartRef(cart_id=cart_id, unbound=True)
    raise NoCart()


def internally(cart_id: UUID) -> CartRef:
    """For services that were given the id by one of ours, never by a caller."""
    return CartRef(cart_id=cart_id, unbound=True)


_HANDED = "EXISTS (SELECT 1 FROM carts_cartaccess a WHERE a.cart_id = c.id AND a.device_id = %(device)s::uuid AND a.expires_at > now())"
_OWN = "c.customer_id = %(customer)s AND c.status = 'open'"
_OWN_BY_ID = "c.id = %(cart)s AND c.customer_id = %(customer)s"
_BY_ID = "c.id = %(cart)s"
_OPEN_BY_ID = "c.id = %(cart)s AND c.status = 'open'"
_DEVICE = f"c.id = %(cart)s AND {_HANDED}"
_ASSOCIATE = f"c.id = %(cart)s AND (c.customer_id IS NOT NULL OR {_HANDED})"
