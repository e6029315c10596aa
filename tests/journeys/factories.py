"""Journeys, people and events for tests, each the valid minimum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from campaigns.journeys.models import Enrolment, Journey, StepRun
from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Way
from campaigns.journeys.services.advancing import advance_due
from campaigns.journeys.services.publishing import create_journey, publish
from omnichannel.events.facts import Fact
from omnichannel.events.models import Event
from omnichannel.events.services import deliver_due, record
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Fact):
    NAME = "tests.happened"
    SUBJECT = "customer_id"
    customer_id: UUID
    worth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought(Fact):
    NAME = "tests.bought"
    SUBJECT = "customer_id"
    customer_id: UUID
    worth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(Fact):
    """What the step `leave_mark` does: one row of the log for each run that stands."""

    NAME = "tests.effect"
    SUBJECT = "customer_id"
    customer_id: UUID
    reference: str


class LeaveMark:
    """A step whose effect can be counted. `fail_with` is raised after the effect, by step name."""

    title, group, icon = "Mark", "Tests", "edit"
    fields: Sequence[Field] = ()
    fail_with: ClassVar[dict[str, BaseException]] = {}

    def ways(self, settings: Mapping[str, Any]) -> Sequence[Way]:
        return (Way("then", "then", is_required=False),)

    def describe(self, settings: Mapping[str, Any]) -> str:
        return "leaves a mark"

    def check(self, settings: Mapping[str, Any]) -> Sequence[Finding]:
        return []

    def run(self, visit: Visit, settings: Mapping[str, Any]) -> Outcome:
        record(Effect(customer_id=visit.customer_id, reference=visit.reference), by=visit.by, at=visit.at)
        if error := self.fail_with.get(visit.step_id):
            raise error
        return Outcome(reason="A mark was left", context={visit.step_id: visit.visit})


def step(step_id: str, kind: str, then: str | Mapping[str, str] = "", **settings: Any) -> dict[str, Any]:
    following = {"then": then} if isinstance(then, str) and then else dict(then or {})
    return {"id": step_id, "kind": kind, "name": step_id.capitalize(), "settings": settings, "next": following}


def trigger(then: str, event: str = "tests.happened", **settings: Any) -> dict[str, Any]:
    return step("start", "trigger", then, event=event, **settings)


def make_journey(*steps: dict[str, Any], key: str = "test", at: datetime | None = None) -> Journey:
    """A published journey of these steps."""
    at = at or now()
    journey = create_journey(key=key, name=key.capitalize(), graph={"steps": list(steps)}, by=SYSTEM, at=at)
    publish(journey_id=journey.pk, by=SYSTEM, at=at)
    journey.refresh_from_db()
    return journey


def happen(fact: Fact, *, at: datetime | None = None) -> None:
    """Record it and deliver it."""
    record(fact, by=SYSTEM, at=at or now())
    deliver_due(at=(at or now()) + timedelta(seconds=1))


def run_all(*, at: datetime) -> None:
    """Take everybody on who is due a few seconds after `at`: the handlers' own clock is a moment ahead of it."""
    while advance_due(at=at + timedelta(seconds=5)):
        pass


def way_of(enrolment: Enrolment) -> list[tuple[str, str]]:
    """The steps left and the ways taken, in order."""
    return list(StepRun.objects.filter(enrolment=enrolment).order_by("visit").values_list("step", "outcome"))


def effects() -> list[str]:
    return sorted(Event.objects.filter(name=Effect.NAME).values_list("data__reference", flat=True))
