"""Staff screens: customers, what they allowed, and the sources that tell of them."""

from customers.admin.consents import SuppressionAdmin
from customers.admin.people import CustomerAdmin
from customers.admin.sources import SourceAdmin

__all__ = ["CustomerAdmin", "SourceAdmin", "SuppressionAdmin"]
