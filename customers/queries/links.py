"""Links in mails that act for the person they were written to, without a log-in. Signed, never stored."""

from uuid import UUID

from django.conf import settings
from django.core import signing

from customers.errors import LinkInvalid

_PREFERENCES = "customers.preferences"
_NEWSLETTER = "customers.newsletter"


def preferences_token(customer_id: UUID) -> str:
    """Opens the customer's preferences and nothing else. It does not age: a no must always be possible."""
    return signing.dumps(customer_id.hex, salt=_PREFERENCES)


def preferences_url(customer_id: UUID) -> str:
    return f"{settings.SITE_URL}/preferences/{preferences_token(customer_id)}/"


def customer_of_preferences(token: str) -> UUID:
    """Raises LinkInvalid."""
    return _read(token, _PREFERENCES)


def newsletter_token(request_id: UUID) -> str:
    return signing.dumps(request_id.hex, salt=_NEWSLETTER)


def newsletter_url(request_id: UUID) -> str:
    """Where the mail leads: a page with one button, because mail scanners open links by themselves."""
    return f"{settings.SITE_URL}/newsletter/{newsletter_token(request_id)}/"


def request_of_newsletter(token: str) -> UUID:
    """Raises LinkInvalid."""
    return _read(token, _NEWSLETTER)


def _read(token: str, salt: str) -> UUID:
    try:
        return UUID(hex=signing.loads(token, salt=salt))
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as error:
        raise LinkInvalid() from error
