"""The valid minimum of loyalty: a programme in force, rules, points on somebody's account."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import factory
from factory.django import DjangoModelFactory

from loyalty.models import EarningRule, Programme
from loyalty.services.posting import grant_credit, grant_points
from loyalty.states.members import ProgrammeState
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7

BY = Context(actor="staff:test")


class ProgrammeFactory(DjangoModelFactory[Programme]):
    """A point for a dollar, 100 points worth one; active at once, for a year."""

    class Meta:
        model = Programme

    version = factory.Sequence(lambda n: n + 1)
    state = ProgrammeState.PUBLISHED
    goes_live_at = factory.LazyFunction(lambda: now() - timedelta(days=400))
    pending_days = 0
    burn_minimum = 1
    created_at = factory.LazyFunction(now)


class EarningRuleFactory(DjangoModelFactory[EarningRule]):
    class Meta:
        model = EarningRule

    key = factory.Sequence(lambda n: f"rule-{n}")
    version = 1
    state = ProgrammeState.PUBLISHED
    name = "Points for shopping"
    kind = "spend"
    points = 1
    per_minor = 100
    valid_from = factory.LazyFunction(lambda: now() - timedelta(days=400))
    created_at = factory.LazyFunction(now)


def give(customer_id: UUID, points: int, *, at: datetime | None = None, **more: Any) -> str:
    """Points on somebody's account; answers the reference."""
    reference = f"test:{uuid7()}"
    grant_points(customer_id=customer_id, points=points, reason="A gift", reference=reference, by=BY, at=at or now(), **more)  # fmt: skip
    return reference


def give_credit(customer_id: UUID, amount_minor: int, *, at: datetime | None = None, **more: Any) -> str:
    reference = f"test:{uuid7()}"
    grant_credit(
        customer_id=customer_id, amount_minor=amount_minor, currency="USD", reason="A voucher", reference=reference,
        by=BY, at=at or now(), **more,
    )  # fmt: skip
    return reference
