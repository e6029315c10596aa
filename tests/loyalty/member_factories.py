"""Members, referral terms in force, and rules that give points for something done."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import factory
from factory.django import DjangoModelFactory

from loyalty.models import EarningRule, Member, ReferralProgramme
from loyalty.services.membership import enrol
from loyalty.states.members import ProgrammeState
from omnichannel.kernel.clock import now
from tests.loyalty.factories import BY, EarningRuleFactory


class TermsFactory(DjangoModelFactory[ReferralProgramme]):
    """$15 for each side at once, for a year, no minimum; what is taken back is owed."""

    class Meta:
        model = ReferralProgramme

    version = factory.Sequence(lambda n: n + 1)
    state = ProgrammeState.PUBLISHED
    goes_live_at = factory.LazyFunction(lambda: now() - timedelta(days=400))
    created_at = factory.LazyFunction(now)


def event_rule(trigger: str, points: int, **more: Any) -> EarningRule:
    more.setdefault("name", trigger.replace("_", " ").capitalize())
    return EarningRuleFactory(key=trigger.replace("_", "-"), kind="event", trigger=trigger, points=points, **more)


def member(customer_id: UUID) -> Member:
    return enrol(customer_id=customer_id, by=BY, at=now()).member
