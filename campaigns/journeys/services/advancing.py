"""Taking people on their way: one transaction holds a step's effects, its `StepRun` and where they stand next.

A crash before the commit leaves them where they stood, and nothing of the step; one after it finds them further on.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg.errors
from django.db import OperationalError, connection, transaction

from campaigns.journeys.errors import JourneyNotFound, NotStopped
from campaigns.journeys.facts import JourneyGoalReached, JourneyLeft
from campaigns.journeys.models import Enrolment, StepRun
from campaigns.journeys.ports import Outcome, Visit, Wait, step_kinds
from campaigns.journeys.queries.people import find_event_since
from campaigns.journeys.queries.settings import counts_anywhere
from campaigns.journeys.rules.graphs import Graph, Step, read_graph
from campaigns.journeys.rules.timing import ago_in_words, retry_after
from campaigns.journeys.services.dispatch import advance_soon
from campaigns.journeys.services.listening import find_signal
from campaigns.journeys.states import EnrolmentState, JourneyStatus
from omnichannel.events.sentences import default_sentence
from omnichannel.events.services import record
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.ids import uuid7_floor

logger = logging.getLogger(__name__)

BATCH = 100
# A graph without waits is at most this long; what goes on for longer is looked at again by the next sweep.
STEPS_AT_ONCE = 150
BUSY_WAIT = timedelta(seconds=2)

# What another advancer is at is skipped. Only looked at here: each step claims its person again, for itself.
_DUE = """
SELECT e.id FROM campaign_journeys_enrolment e JOIN campaign_journeys_journey j ON j.id = e.journey_id
 WHERE e.state = 'active' AND e.due_at <= %s AND j.status = 'live'
 ORDER BY e.due_at, e.id LIMIT %s FOR UPDATE OF e SKIP LOCKED
"""


def advance_due(*, at: datetime, limit: int = BATCH) -> int:
    """Take those who are due on until they wait or leave; returns how many were due.

    Locks  one enrolment at a time, with SKIP LOCKED, for one step.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DUE, [at, limit])
        due = [row[0] for row in cursor.fetchall()]
    for enrolment_id in due:
        advance_one(enrolment_id=enrolment_id, at=at)
    return len(due)


def advance_one(*, enrolment_id: UUID, at: datetime) -> int:
    """Take one person on until they wait or leave, a transaction a step; returns the steps run."""
    for steps in range(STEPS_AT_ONCE):
        if not run_step(enrolment_id=enrolment_id, at=at):
            return steps
    return STEPS_AT_ONCE


def run_step(*, enrolment_id: UUID, at: datetime) -> bool:
    """Run the step somebody stands at, or end its wait; False when there is nothing to do for them now.

    Locks   the enrolment; nobody else's turn when it is locked already.
    Emits   JourneyGoalReached, JourneyLeft and what the step emits.
    """
    with transaction.atomic(durable=True):
        enrolment = _claim(enrolment_id, at)
        if enrolment is None:
            return False
        try:
            with transaction.atomic():
                return step_on(enrolment, at=at)
        except OperationalError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
                raise  # the database went away, and the transaction with it
            Enrolment.objects.filter(pk=enrolment_id).update(due_at=at + BUSY_WAIT)
        except Exception as error:
            _after_failure(enrolment_id, error, at)
        return False


def step_on(enrolment: Enrolment, *, at: datetime, by_rehearsal: bool = False) -> bool:
    """One step of a claimed enrolment, without a transaction of its own. False when they stay or have left."""
    graph = read_graph(enrolment.version.graph)
    step = graph.steps.get(enrolment.step)
    kind = step_kinds.find(step.kind) if step else None
    if step is None or kind is None:
        raise JourneyNotFound(title=f"The step {enrolment.step} is no longer known.")
    if enrolment.signal.get("goal"):
        return _go_to_goal(enrolment, graph, step, at)
    if enrolment.wait:
        return _end_wait(enrolment, graph, step, at)
    outcome = kind.run(visit_of(enrolment, step, at=at, is_rehearsal=by_rehearsal), step.settings)
    enrolment.context = {**enrolment.context, **outcome.context}
    if outcome.wait is not None:
        return _begin_wait(enrolment, graph, step, outcome.wait, at)
    return _leave(enrolment, graph, step, outcome, at)


def visit_of(enrolment: Enrolment, step: Step, *, at: datetime, is_rehearsal: bool = False) -> Visit:
    journey = enrolment.journey
    return Visit(
        enrolment_id=enrolment.pk, journey_id=journey.pk, journey_key=journey.key, journey_name=journey.name,
        version=enrolment.version.number, step_id=step.id, step_name=step.name, visit=enrolment.visit,
        customer_id=enrolment.customer_id, entered_at=enrolment.entered_at, settled_at=enrolment.settled_at,
        event=enrolment.context.get("event", {}), context=enrolment.context, at=at, by=circumstances(journey.key),
        is_rehearsal=is_rehearsal,
    )  # fmt: skip


def circumstances(journey_key: str) -> Context:
    """Under which a journey's effects are recorded."""
    return Context(channel=Channel.SYSTEM, actor=f"system:journey:{journey_key}"[:80])


def resume(*, enrolment_id: UUID, at: datetime) -> Enrolment:
    """Send somebody on whom an error stopped. Locks the enrolment. Raises JourneyNotFound, NotStopped."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update(no_key=True).filter(pk=enrolment_id).first()
        if enrolment is None:
            raise JourneyNotFound()
        if enrolment.state != EnrolmentState.FAILED:
            raise NotStopped()
        enrolment.state, enrolment.ended_at, enrolment.due_at = EnrolmentState.ACTIVE, None, at
        enrolment.attempts, enrolment.reason = 0, ""
        enrolment.save(update_fields=["state", "ended_at", "due_at", "attempts", "reason"])
        transaction.on_commit(advance_soon, robust=True)
    return enrolment


def take_out(*, enrolment_id: UUID, reason: str, by: Context, at: datetime) -> Enrolment:
    """End somebody's way here. Locks the enrolment. Emits JourneyLeft. Raises JourneyNotFound."""
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("journey", "version")
            .filter(pk=enrolment_id)
            .first()
        )
        if enrolment is None:
            raise JourneyNotFound()
        if enrolment.state in (EnrolmentState.ACTIVE, EnrolmentState.FAILED):
            end(enrolment, EnrolmentState.EXITED, reason, at, by=by)
    return enrolment


def _claim(enrolment_id: UUID, at: datetime) -> Enrolment | None:
    return (
        Enrolment.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related("journey", "version")
        .filter(pk=enrolment_id, state=EnrolmentState.ACTIVE, due_at__lte=at, journey__status=JourneyStatus.LIVE)
        .first()
    )


def _begin_wait(enrolment: Enrolment, graph: Graph, step: Step, wait: Wait, at: datetime) -> bool:
    enrolment.wait = {
        "until": wait.until.isoformat(), "event": wait.event, "where": [dict(each) for each in wait.where],
        "on_time": wait.on_time, "on_event": wait.on_event, "reason": wait.reason_on_time,
    }  # fmt: skip
    enrolment.due_at, enrolment.attempts = wait.until, 0
    enrolment.signal = _heard_already(enrolment, graph, wait, at)
    if enrolment.signal:
        enrolment.due_at = at
    enrolment.save(update_fields=["wait", "due_at", "signal", "attempts", "context"])
    return bool(enrolment.signal)


def _heard_already(enrolment: Enrolment, graph: Graph, wait: Wait, at: datetime) -> dict[str, Any]:
    """What happened since the last wait ended, or for goals since they came in, and was heard by nobody."""
    goals = {str(goal.settings["event"]) for goal in graph.of_kind("goal") if counts_anywhere(goal)}
    names = goals | ({wait.event} if wait.event else set())
    if not names:
        return {}
    happened = find_event_since(
        customer_id=enrolment.customer_id,
        names=names,
        since=enrolment.entered_at if goals else enrolment.settled_at,
        after_id=uuid7_floor(enrolment.entered_at - timedelta(days=1)) if goals else enrolment.settled_id,
        until=min(at, wait.until),
    )
    return find_signal(enrolment, happened)


def _end_wait(enrolment: Enrolment, graph: Graph, step: Step, at: datetime) -> bool:
    wait, signal = enrolment.wait, enrolment.signal
    until = datetime.fromisoformat(wait["until"])
    if signal:
        settled_at, settled_id = datetime.fromisoformat(signal["occurred_at"]), UUID(signal["event_id"])
        way = wait["on_event"]
        reason = f"{default_sentence(signal['name'])} {ago_in_words(settled_at - enrolment.arrived_at)}"
    elif until > at:
        enrolment.due_at = until
        enrolment.save(update_fields=["due_at"])
        return False
    else:
        settled_at, settled_id, way, reason = until, uuid7_floor(until), wait["on_time"], wait["reason"]
    enrolment.settled_at, enrolment.settled_id = settled_at, settled_id
    return _leave(
        enrolment, graph, step, Outcome(way=way, reason=reason, detail={"event": signal} if signal else {}), at
    )


def _go_to_goal(enrolment: Enrolment, graph: Graph, step: Step, at: datetime) -> bool:
    signal = enrolment.signal
    goal = graph.steps.get(signal["goal"])
    if goal is None:  # moved to a version without it
        enrolment.signal = {}
        enrolment.save(update_fields=["signal"])
        return True
    reason = f"{default_sentence(signal['name'])} {ago_in_words(datetime.fromisoformat(signal['occurred_at']) - enrolment.entered_at)}"
    _keep_run(enrolment, step, Outcome(way="goal", reason=f"On to the goal: {reason}", detail={"event": signal}), at)
    enrolment.settled_at, enrolment.settled_id = datetime.fromisoformat(signal["occurred_at"]), UUID(signal["event_id"])
    enrolment.context = {**enrolment.context, "goal_reason": reason}
    _stand_at(enrolment, goal.id, at)
    return True


def _leave(enrolment: Enrolment, graph: Graph, step: Step, outcome: Outcome, at: datetime) -> bool:
    _keep_run(enrolment, step, outcome, at)
    following = "" if outcome.ends == "exit" else step.next.get(outcome.way) or step.next.get(outcome.otherwise, "")
    if outcome.ends == "goal":
        _tell_goal(enrolment, step, outcome, at)
    if following in graph.steps:
        _stand_at(enrolment, following, at)
        return True
    state = {"exit": EnrolmentState.EXITED, "goal": EnrolmentState.GOAL}.get(outcome.ends, EnrolmentState.DONE)
    end(enrolment, state, outcome.reason, at, by=circumstances(enrolment.journey.key))
    return False


def _keep_run(enrolment: Enrolment, step: Step, outcome: Outcome, at: datetime) -> None:
    StepRun.objects.create(
        enrolment=enrolment, journey_id=enrolment.journey_id, version_number=enrolment.version.number,
        visit=enrolment.visit, step=step.id, kind=step.kind, outcome=outcome.way[:40], reason=outcome.reason[:300],
        detail=dict(outcome.detail), arrived_at=enrolment.arrived_at, left_at=at,
    )  # fmt: skip


def _stand_at(enrolment: Enrolment, step_id: str, at: datetime) -> None:
    enrolment.step, enrolment.visit = step_id, enrolment.visit + 1
    enrolment.arrived_at = enrolment.due_at = at
    enrolment.wait, enrolment.signal, enrolment.attempts, enrolment.reason = {}, {}, 0, ""
    enrolment.save()


def end(enrolment: Enrolment, state: EnrolmentState, reason: str, at: datetime, *, by: Context) -> None:
    """The end of somebody's way, in the caller's transaction. Emits JourneyLeft, but not for a goal, which was told."""
    enrolment.state, enrolment.reason, enrolment.ended_at = state, reason[:300], at
    enrolment.due_at, enrolment.wait, enrolment.signal = None, {}, {}
    enrolment.save()
    if state != EnrolmentState.GOAL:
        record(
            JourneyLeft(**_named(enrolment), step=enrolment.step, state=state, reason=enrolment.reason), by=by, at=at
        )


def _tell_goal(enrolment: Enrolment, step: Step, outcome: Outcome, at: datetime) -> None:
    record(
        JourneyGoalReached(**_named(enrolment), step=step.id, reason=outcome.reason),
        by=circumstances(enrolment.journey.key), at=at,
    )  # fmt: skip


def _named(enrolment: Enrolment) -> Mapping[str, Any]:
    journey = enrolment.journey
    return {
        "enrolment_id": enrolment.pk, "journey_id": journey.pk, "journey_key": journey.key,
        "journey_name": journey.name, "version": enrolment.version.number, "customer_id": enrolment.customer_id,
    }  # fmt: skip


def _after_failure(enrolment_id: UUID, error: Exception, at: datetime) -> None:
    """Nothing of the step stands. It is tried again later, and in the end left for staff to see."""
    enrolment = Enrolment.objects.select_related("journey", "version").get(pk=enrolment_id)
    is_ours = isinstance(error, DomainError)
    enrolment.attempts += 1
    enrolment.reason = (error.problem_title if isinstance(error, DomainError) else f"{type(error).__name__}: {error}")[
        :300
    ]
    wait = retry_after(enrolment.attempts)
    logger.log(
        logging.WARNING if is_ours else logging.ERROR,
        "a step of a journey failed",
        extra={"enrolment_id": str(enrolment_id), "step": enrolment.step, "reason": enrolment.reason},
        exc_info=None if is_ours else error,
    )
    if wait is not None:
        enrolment.due_at = at + wait
        enrolment.save(update_fields=["attempts", "reason", "due_at"])
        return
    enrolment.state, enrolment.due_at, enrolment.ended_at = EnrolmentState.FAILED, None, at
    enrolment.save(update_fields=["attempts", "reason", "due_at", "state", "ended_at"])
    record(
        JourneyLeft(**_named(enrolment), step=enrolment.step, state=EnrolmentState.FAILED, reason=enrolment.reason),
        by=circumstances(enrolment.journey.key), at=at,
    )  # fmt: skip
