"""Carts as something to watch: `/live/cart`, the caller's own, or `?cart=<id>` as for `/carts/{id}`."""

from collections.abc import Mapping
from uuid import UUID

from carts.errors import NoCart
from carts.queries.access import ref_of
from carts.queries.documents import find_stored_cart, last_version_of
from carts.services.working import live_topic
from omnichannel.kernel.clock import now
from omnichannel.live.ports import Standing
from omnichannel.rest.principal import Caller, Principal


class CartTopic:
    def stand(self, principal: Principal, query: Mapping[str, str]) -> Standing:
        """A customer may wait for the cart they will have: their stream goes on from one cart to the next."""
        named = query.get("cart", "")
        try:
            cart_id = UUID(named) if named else None
        except ValueError:
            raise NoCart() from None
        stored = find_stored_cart(ref_of(principal, cart_id), at=now())
        if stored is not None:
            return Standing(live_topic(stored.id, stored.customer_id), stored.version)
        if principal.kind is Caller.CUSTOMER and cart_id is None and principal.customer_id is not None:
            return Standing(live_topic(principal.customer_id, None), last_version_of(principal.customer_id))
        raise NoCart()
