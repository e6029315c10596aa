"""A journey tried with a real customer: every step is run for real, and nothing of it stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.journeys.models import Enrolment, Journey, JourneyVersion, StepRun
from campaigns.journeys.rules.graphs import TRIGGER, Graph, Step, read_graph
from campaigns.journeys.services.advancing import step_on
from campaigns.journeys.services.listening import trigger_event
from campaigns.journeys.states import EnrolmentState
from customers.queries import get_customer
from omnichannel.events.models import Event
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.ids import uuid7, uuid7_floor

MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class Rehearsed:
    step: str
    kind: str
    name: str
    way: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The way somebody would take, when, and how it would end for them."""

    runs: list[Rehearsed]
    end: str
    reason: str


def rehearse(
    *, journey: Journey, graph: Mapping[str, Any], customer_id: UUID, answers: Mapping[str, str], at: datetime
) -> Rehearsal:
    """Take a customer through a graph as it would be, waits skipped, and undo everything.

    answers  for waits on an event, by step id: `event` when it is to happen, else it does not; for any other step
             the way to take, to look at what its own answer would hide.
    Raises   CustomerNotFound, GraphMalformed.
    """
    plan = read_graph(graph)
    customer = get_customer(customer_id)
    runs: list[Rehearsed] = []
    with transaction.atomic():
        version = JourneyVersion(
            journey=journey, number=2_000_000_000, graph=dict(graph), state="retired", created_at=at
        )
        version.save(force_insert=True)
        end, reason = _walk(journey, version, plan, customer.pk, answers, at, runs)
        transaction.set_rollback(True)
    return Rehearsal(runs, end, reason)


def _walk(
    journey: Journey,
    version: JourneyVersion,
    plan: Graph,
    customer_id: UUID,
    answers: Mapping[str, str],
    at: datetime,
    runs: list[Rehearsed],
) -> tuple[str, str]:
    start = next(iter(plan.of_kind(TRIGGER)), None)
    if start is None:
        return "stopped", "The journey has no trigger."
    enrolment = Enrolment.objects.create(
        id=uuid7(), journey=journey, version=version, customer_id=customer_id, entry_no=2_000_000_000, step=start.id,
        arrived_at=at, entered_at=at, settled_at=at, settled_id=uuid7_floor(at), due_at=None,
        context={"event": _last_event(start, customer_id, at)},
    )  # fmt: skip
    for _ in range(MOST_STEPS):
        step = plan.steps.get(enrolment.step)
        if step is None:
            return "stopped", "The step is gone."
        try:
            with transaction.atomic():
                goes_on = step_on(enrolment, at=at, by_rehearsal=True)
        except DomainError as error:
            runs.append(Rehearsed(step.id, step.kind, step.name, "", error.problem_title, at))
            return "stopped", error.problem_title
        at = _after_wait(enrolment, step, answers, at)
        if enrolment.wait:
            continue
        run = StepRun.objects.filter(enrolment=enrolment).order_by("-visit").first()
        if run is not None:
            runs.append(Rehearsed(run.step, run.kind, step.name, run.outcome, run.reason, run.left_at))
        if not goes_on:
            return str(enrolment.state), enrolment.reason
        if (wanted := answers.get(step.id)) and wanted in step.next and run is not None and run.outcome != wanted:
            enrolment.step = step.next[wanted]
            runs[-1] = Rehearsed(step.id, step.kind, step.name, wanted, f"As asked; else: {run.reason}", run.left_at)
    return str(EnrolmentState.ACTIVE), f"Still on the way after {MOST_STEPS} steps."


def _after_wait(enrolment: Enrolment, step: Step, answers: Mapping[str, str], at: datetime) -> datetime:
    """The end of the wait just begun, by time or by an event made up for it."""
    wait = enrolment.wait
    if not wait or enrolment.signal:
        return at
    until = datetime.fromisoformat(wait["until"])
    if wait["event"] and answers.get(step.id) == wait["on_event"]:
        middle = at + (until - at) / 2
        enrolment.signal = {
            "event_id": str(uuid7(middle)), "name": wait["event"], "occurred_at": middle.isoformat(), "goal": "",
        }  # fmt: skip
        return middle
    return until


def _last_event(start: Step, customer_id: UUID, at: datetime) -> dict[str, Any]:
    """The last event of theirs that would have brought them in: steps find their cart or order in it."""
    name = trigger_event(start)
    found = Event.objects.filter(identity_id=customer_id, name=name).order_by("-occurred_at").first()
    if found is None:
        return {"id": str(uuid7(at)), "name": name, "occurred_at": at.isoformat(), "channel": "", "data": {}}
    return {
        "id": str(found.pk), "name": name, "occurred_at": found.occurred_at.isoformat(), "channel": found.channel,
        "data": found.data,
    }  # fmt: skip
