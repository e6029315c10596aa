"""Who buys, what they are known by, what they allowed, and what they were seen doing."""

from customers.models.consent import Consent, NewsletterRequest, Suppression
from customers.models.people import Address, Customer, Identity, Label, Merge
from customers.models.tracking import Source, Touch

__all__ = [
    "Address",
    "Consent",
    "Customer",
    "Identity",
    "Label",
    "Merge",
    "NewsletterRequest",
    "Source",
    "Suppression",
    "Touch",
]
