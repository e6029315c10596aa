"""Guests: `X-Cart-Token`, returned once when the cart is made, or given for one cart by a link or a hand-off.

One statement.
"""

from django.db import connection
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.principal import Caller, Principal

# The token inside a link is no credential: it is exchanged for one (`/cart-links/restore`), on record.
# Whoever came to a customer's cart that way has the scope `link`: that cart, and nothing that leads further.
_FIND = """
SELECT id, false FROM carts_cart WHERE token_hash = %(hash)s
UNION ALL
SELECT a.cart_id, c.customer_id IS NOT NULL
  FROM carts_cartaccess a JOIN carts_cart c ON c.id = a.cart_id
 WHERE a.token_hash = %(hash)s AND a.reason <> 'link' AND a.expires_at > now()
"""
_LINK = frozenset({"link"})
_CLIENTS = {"app": Channel.MOBILE, "social": Channel.SOCIAL}


class CartTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Principal, None] | None:
        token = request.META.get("HTTP_X_CART_TOKEN", "")
        if not token:
            return None
        hashed = token_hash(token)
        with connection.cursor() as cursor:
            cursor.execute(_FIND, {"hash": hashed})
            found = cursor.fetchone()
        if found is None:
            raise AuthenticationFailed("This cart token is not valid.")
        # A guest may use the web, the app or a shop inside a social network; the client says so, and no right hangs on it.
        channel = _CLIENTS.get(request.META.get("HTTP_X_CLIENT", ""), Channel.WEB)
        return Principal(
            kind=Caller.GUEST,
            key=f"guest:{hashed[:32]}",
            channel=channel,
            cart_id=found[0],
            scopes=_LINK if found[1] else frozenset(),
        ), None

    def authenticate_header(self, request: Request) -> str:
        return "X-Cart-Token"
