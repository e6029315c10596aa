"""Links to one order for somebody without a log-in. They are derived, not stored: the log and the tables never hold them."""

from uuid import UUID

from django.core import signing

from omnichannel.brand.models import BrandKit

_STATUS = signing.Signer(salt="orders.status")
_PAY = signing.Signer(salt="orders.payment_link")


def order_status_token(order_id: UUID) -> str:
    """Proves the right to see one order; for messages to its buyer."""
    return _STATUS.sign(order_id.hex)


def read_order_status_token(token: str) -> UUID | None:
    """The order of a token of ours, None for any other."""
    try:
        return UUID(hex=_STATUS.unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def payment_link_token(payment_link_id: UUID) -> str:
    """Its hash is `PaymentLink.token_hash`."""
    return _PAY.sign(payment_link_id.hex)


def order_status_url(order_id: UUID) -> str:
    return f"{_storefront()}?order={order_status_token(order_id)}"


def payment_link_url(payment_link_id: UUID) -> str:
    return f"{_storefront()}?pay={payment_link_token(payment_link_id)}"


def _storefront() -> str:
    kit = BrandKit.objects.only("storefront_url").first() or BrandKit()
    return kit.storefront_url
