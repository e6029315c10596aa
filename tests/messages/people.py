"""People who may be written to, and what is proposed to them."""

from typing import Any
from uuid import uuid4

from campaigns.messages.services.proposing import Candidate, Verdict, propose
from customers.models import Customer
from customers.services.consent import give_consent
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory


def willing(*channels: str, **fields: Any) -> Customer:
    """A customer who said yes to marketing by these channels."""
    customer = CustomerFactory(**{"email": f"{uuid4().hex}@example.com", **fields})
    for channel in channels or ("email",):
        give_consent(
            customer_id=customer.pk, channel=channel, purpose="marketing", wording="v1", source="preferences", proof={},
            by=SYSTEM, at=now(),
        )  # fmt: skip
    return customer


def candidate(customer: Customer, key: str = "points_statement", dedup: str = "one", **fields: Any) -> Candidate:
    return Candidate(template_key=key, customer_id=customer.pk, dedup_key=dedup, **fields)


def proposed(customer: Customer, key: str = "points_statement", dedup: str = "one", **fields: Any) -> Verdict:
    [verdict] = propose(candidates=[candidate(customer, key, dedup, **fields)], at=fields.pop("at", now()))
    return verdict
