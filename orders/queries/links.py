"""Addresses that prove something by themselves: a signed name, never stored in the log or in a mail's data."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer

from orders.errors import LinkNotValid

_STATUS = Signer(salt="orders.status", sep=".")
_PAYMENT = Signer(salt="orders.payment-link", sep=".")


def order_status_token(order_id: UUID) -> str:
    return _STATUS.sign(order_id.hex)


def read_status_token(token: str) -> UUID:
    """The order a status link was made for. Raises LinkNotValid."""
    try:
        return UUID(hex=_STATUS.unsign(token))
    except (BadSignature, ValueError) as error:
        raise LinkNotValid() from error


def payment_link_token(link_id: UUID) -> str:
    """The token of a payment link. The database keeps its hash; whoever may mail the link makes it again."""
    return _PAYMENT.sign(link_id.hex)


def payment_link_url(link_id: UUID) -> str:
    return f"{settings.SITE_URL}/pay/{payment_link_token(link_id)}"
