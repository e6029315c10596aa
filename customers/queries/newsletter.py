"""Requests for the newsletter."""

from uuid import UUID

from customers.errors import LinkInvalid
from customers.models import NewsletterRequest


def get_request(request_id: UUID) -> NewsletterRequest:
    """Raises LinkInvalid when it is gone."""
    found = NewsletterRequest.objects.filter(pk=request_id).first()
    if found is None:
        raise LinkInvalid()
    return found
