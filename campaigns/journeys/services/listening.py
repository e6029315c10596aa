"""Events that reach journeys: they end waits, reach goals and bring people in.

Delivered at least once and in no order. A wait counts what happened since the last one ended, which the advancer
looks up in the log when somebody begins to wait; what comes afterwards is noted here. So nothing is missed between.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from campaigns.journeys.facts import JourneyEntered
from campaigns.journeys.models import Enrolment, Listener
from campaigns.journeys.queries.people import event_holds, people_of
from campaigns.journeys.rules.graphs import Step, read_graph
from campaigns.journeys.rules.reentry import Before, may_enter
from campaigns.journeys.services.dispatch import advance_soon
from campaigns.journeys.states import EnrolmentState, JourneyStatus, ListenFor, VersionState
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.queries import list_events, recorded
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from omnichannel.kernel.locks import lock_rows

# An event this old brings nobody in: an import of history writes to nobody.
TOO_OLD = timedelta(days=2)
#: What brought people in whom a schedule let in; it stands in no log.
TIME_CAME = "schedule"

_ENTRIES = """
SELECT count(*), max(entered_at), bool_or(state = 'active'), bool_or(event_id = %s)
  FROM campaign_journeys_enrolment WHERE journey_id = %s AND customer_id = %s
"""


def hear(*, events: Sequence[RecordedEvent], at: datetime) -> None:
    """Let journeys react to events. Each event, however often it is heard, has its effect once.

    What happened to a guest's order before it had a customer is heard when it gets one (`order.attached`).

    Locks  enrolments that wait for one of them; one advisory lock for each (journey, customer) that comes in.
    Emits  JourneyEntered.
    """
    late = _late_known(events)
    listeners = list(
        Listener.objects.filter(
            Q(purpose=ListenFor.TRIGGER, version__state=VersionState.LIVE, version__journey__status=JourneyStatus.LIVE)
            | Q(purpose__in=(ListenFor.WAIT, ListenFor.GOAL), version__state__in=(VersionState.LIVE, VersionState.RETIRED)),
            event_name__in={event.name for event in [*events, *(event for event, _ in late)]},
        ).select_related("version__journey")
    )  # fmt: skip
    if not listeners:
        return
    names = {listener.event_name for listener in listeners}
    wanted = [event for event in events if event.name in names]
    people = people_of(wanted)
    known = [(event, people[event.identity_id]) for event in wanted if event.identity_id in people]
    known += [(event, customer_id) for event, customer_id in late if event.name in names]
    if not known:
        return
    with transaction.atomic():
        woken = _note_signals(known, {each.event_name for each in listeners if each.purpose != ListenFor.TRIGGER}, at)
        entered = _let_in(known, [each for each in listeners if each.purpose == ListenFor.TRIGGER], at)
        if woken or entered:
            transaction.on_commit(advance_soon, robust=True)


def _late_known(events: Sequence[RecordedEvent]) -> list[tuple[RecordedEvent, UUID]]:
    """Facts of orders that were nobody's then, with the customer whose they are now."""
    found = []
    for event in events:
        if event.name == "order.attached" and event.subject_id is not None and event.identity_id is not None:
            earlier = list_events(subject_id=event.subject_id, names=["order.*", "fulfilment.*"])
            found += [(recorded(row), event.identity_id) for row in earlier.filter(identity_id=event.subject_id)]
    return found


def find_signal(enrolment: Enrolment, events: Sequence[RecordedEvent]) -> dict[str, Any]:
    """What one of these events means to somebody where they stand: a goal first, else the end of their wait."""
    graph = read_graph(enrolment.version.graph)
    waits_for = enrolment.wait.get("event", "")
    for event in events:
        for goal in graph.of_kind("goal"):
            if _reaches(goal, event, enrolment):
                return _signal(event, goal=goal.id)
    for event in events:
        if waits_for == event.name and _ends_wait(event, enrolment):
            return _signal(event)
    return {}


def _reaches(goal: Step, event: RecordedEvent, enrolment: Enrolment) -> bool:
    return (
        goal.settings.get("event") == event.name
        and goal.settings.get("anywhere", True) is True
        and enrolment.step != goal.id
        and event.occurred_at >= enrolment.entered_at
        and event.id != enrolment.event_id
        and event_holds(event, goal.settings.get("where") or [])
    )


def _ends_wait(event: RecordedEvent, enrolment: Enrolment) -> bool:
    return (
        event.occurred_at >= enrolment.settled_at
        and event.id > enrolment.settled_id
        and event.occurred_at <= datetime.fromisoformat(enrolment.wait["until"])
        and event_holds(event, enrolment.wait.get("where") or [])
    )


def _signal(event: RecordedEvent, *, goal: str = "") -> dict[str, Any]:
    return {
        "event_id": str(event.id), "name": event.name, "occurred_at": event.occurred_at.isoformat(), "goal": goal,
    }  # fmt: skip


def _note_signals(known: Sequence[tuple[RecordedEvent, UUID]], names: set[str], at: datetime) -> int:
    by_customer: dict[UUID, list[RecordedEvent]] = defaultdict(list)
    for event, customer_id in known:
        if event.name in names:
            by_customer[customer_id].append(event)
    if not by_customer:
        return 0
    # Waits for an advancer that is at one of them: it then stands where the next look finds it.
    waiting = lock_rows(
        Enrolment.objects.filter(customer_id__in=list(by_customer), state=EnrolmentState.ACTIVE).select_related(
            "version"
        )
    )
    woken = 0
    for enrolment in waiting:
        if enrolment.signal.get("goal"):
            continue
        signal = find_signal(enrolment, by_customer[enrolment.customer_id])
        if signal and (signal["goal"] or not enrolment.signal):
            enrolment.signal, enrolment.due_at = signal, at
            enrolment.save(update_fields=["signal", "due_at"])
            woken += 1
    return woken


def _let_in(known: Sequence[tuple[RecordedEvent, UUID]], triggers: Sequence[Listener], at: datetime) -> int:
    comers = []
    for listener in triggers:
        step = read_graph(listener.version.graph).steps[listener.step]
        comers += [
            (listener, step, event, customer_id)
            for event, customer_id in known
            if event.name == listener.event_name
            and event.occurred_at > at - TOO_OLD
            and event_holds(event, trigger_conditions(step))
        ]
    # In one order, so that two deliveries never wait for each other.
    comers.sort(key=lambda each: (each[0].version.journey_id, each[3], each[2].id))
    return sum(
        enrol(listener=listener, step=step, event=event, customer_id=customer_id, at=at) is not None
        for listener, step, event, customer_id in comers
    )


def trigger_event(step: Step) -> str:
    """The name of the event that brings people in at this trigger."""
    match step.settings.get("on", "event"):
        case "segment_entered":
            return "segment.entered"
        case "segment_left":
            return "segment.left"
        case "schedule":
            return TIME_CAME
    return str(step.settings.get("event", ""))


def trigger_conditions(step: Step) -> list[dict[str, Any]]:
    own = list(step.settings.get("where") or [])
    if step.settings.get("on", "event") != "event":
        own.append({"field": "segment_key", "op": "=", "value": step.settings.get("segment", "")})
    return own


def enrol(*, listener: Listener, step: Step, event: RecordedEvent, customer_id: UUID, at: datetime) -> Enrolment | None:
    """Let somebody in by an event, if the journey's rule of coming again allows it; None when not, or when they are."""
    journey = listener.version.journey
    with connection.cursor() as cursor:
        # Two events of one person at the same moment are let in one after the other: the rule counts.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"journey:{journey.pk}:{customer_id}"])
        cursor.execute(_ENTRIES, [event.id, journey.pk, customer_id])
        entries, last_at, is_inside, by_this_event = cursor.fetchone()
    rule = step.settings
    if by_this_event or not may_enter(
        Before(entries, last_at, bool(is_inside)),
        rule=str(rule.get("reentry", "never")),
        days=int(rule.get("days") or 0),
        most=int(rule.get("most") or 0),
        at=at,
    ):
        return None
    enrolment = Enrolment(
        id=uuid7(), journey=journey, version=listener.version, customer_id=customer_id, entry_no=entries + 1,
        event_id=event.id, event_name=event.name, step=step.id, due_at=at, arrived_at=at,
        entered_at=min(at, event.occurred_at), settled_at=event.occurred_at, settled_id=event.id,
        context={
            "event": {
                "id": str(event.id), "name": event.name, "occurred_at": event.occurred_at.isoformat(),
                "channel": event.channel, "data": event.data,
            },
        },
    )  # fmt: skip
    # The constraints are the last judge, whatever slipped past the lock.
    Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
    if not Enrolment.objects.filter(pk=enrolment.pk).exists():
        return None
    record(
        JourneyEntered(
            enrolment_id=enrolment.pk, journey_id=journey.pk, journey_key=journey.key, journey_name=journey.name,
            version=listener.version.number, customer_id=customer_id, entry_no=enrolment.entry_no, event_id=event.id,
            event_name=event.name,
        ),
        by=SYSTEM, at=at,
    )  # fmt: skip
    return enrolment
