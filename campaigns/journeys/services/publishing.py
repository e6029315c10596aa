"""Journeys as staff make them: drafts, versions, and whether anybody comes in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from campaigns.journeys.errors import (
    CannotMove,
    JourneyInvalid,
    JourneyNotFound,
    JourneyNotOpen,
    KeyTaken,
    NoDraft,
    VersionPublished,
)  # fmt: skip
from campaigns.journeys.facts import JourneyPublished, JourneyStatusChanged
from campaigns.journeys.models import Enrolment, Journey, JourneyVersion, Listener
from campaigns.journeys.queries.settings import counts_anywhere, list_problems
from campaigns.journeys.rules.graphs import TRIGGER, Graph, read_graph, write_graph
from campaigns.journeys.services.advancing import end
from campaigns.journeys.services.dispatch import advance_soon
from campaigns.journeys.services.listening import TIME_CAME, trigger_event
from campaigns.journeys.states import (
    JOURNEY_TRANSITIONS,
    EnrolmentState,
    JourneyStatus,
    ListenFor,
    VersionState,
)  # fmt: skip
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Stale

# While a journey rests nobody in it is due, so that the sweep does not walk over them again and again.
_HOLD = "UPDATE campaign_journeys_enrolment SET due_at = NULL WHERE journey_id = %s AND state = 'active'"
_GO_ON = """
UPDATE campaign_journeys_enrolment
   SET due_at = CASE WHEN signal <> '{}'::jsonb OR wait = '{}'::jsonb THEN %s::timestamptz
                     ELSE (wait->>'until')::timestamptz END
 WHERE journey_id = %s AND state = 'active'
"""


def create_journey(
    *, key: str, name: str, about: str = "", graph: Mapping[str, Any] | None = None, by: Context, at: datetime
) -> Journey:
    """A journey with an empty or a given draft. Raises KeyTaken, GraphMalformed."""
    with transaction.atomic():
        if Journey.objects.filter(key=key).exists():
            raise KeyTaken(pointer="/key")
        journey = Journey.objects.create(key=key, name=name, about=about, created_at=at, updated_at=at)
        save_draft(journey_id=journey.pk, graph=graph or {"steps": []}, by=by, at=at)
    return journey


def rename_journey(*, journey_id: UUID, name: str | None, about: str | None, at: datetime) -> Journey:
    with transaction.atomic():
        journey = _locked(journey_id)
        journey.name, journey.about = name or journey.name, journey.about if about is None else about
        journey.updated_at = at
        journey.save(update_fields=["name", "about", "updated_at"])
    return journey


def delete_journey(*, journey_id: UUID) -> None:
    """Only one nobody ever came into. Raises JourneyNotFound, JourneyNotOpen."""
    with transaction.atomic():
        journey = _locked(journey_id)
        if Enrolment.objects.filter(journey=journey).exists():
            raise JourneyNotOpen(title="People went through this journey. End it instead of deleting it.")
        journey.delete()


def save_draft(
    *,
    journey_id: UUID,
    graph: Mapping[str, Any],
    by: Context,
    at: datetime,
    expected: int | None = None,
    note: str = "",
) -> JourneyVersion:
    """Keep a graph as the draft of the next version; it may be half done.

    expected  the revision the writer started from.
    Locks     the journey.
    Raises    JourneyNotFound, GraphMalformed, Stale.
    """
    clean = write_graph(read_graph(graph))
    with transaction.atomic():
        journey = _locked(journey_id)
        draft = JourneyVersion.objects.filter(journey=journey, state=VersionState.DRAFT).first()
        if draft is None:
            if expected:
                raise VersionPublished()
            last = JourneyVersion.objects.filter(journey=journey).aggregate(last=Max("number"))["last"] or 0
            return JourneyVersion.objects.create(
                journey=journey, number=last + 1, graph=clean, note=note, created_by=by.actor, created_at=at
            )
        if expected is not None and expected != draft.revision:
            raise Stale(version=draft.revision)
        draft.graph, draft.revision, draft.note = clean, draft.revision + 1, note or draft.note
        draft.save(update_fields=["graph", "revision", "note"])
        return draft


def drop_draft(*, journey_id: UUID, expected: int | None = None) -> None:
    """Forget the draft of a journey that has a published version.

    expected  the revision the caller saw.
    Locks     the journey.
    Raises    JourneyNotFound, NoDraft, Stale.
    """
    with transaction.atomic():
        versions = JourneyVersion.objects.filter(journey=_locked(journey_id))
        draft = versions.filter(state=VersionState.DRAFT).first()
        if draft is None or not versions.exclude(state=VersionState.DRAFT).exists():
            raise NoDraft()
        if expected is not None and expected != draft.revision:
            raise Stale(version=draft.revision)
        draft.delete()


def publish(*, journey_id: UUID, move_people: bool = False, by: Context, at: datetime) -> JourneyVersion:
    """Make the draft the live version: those who come from now on take it.

    move_people  those inside go on with it too, from the step of the same id; else they finish on theirs.
    Locks   the journey, then with move_people its enrolments.
    Emits   JourneyPublished.
    Raises  JourneyNotFound, NoDraft, JourneyInvalid with every fault, CannotMove.
    """
    with transaction.atomic():
        journey = _locked(journey_id)
        draft = JourneyVersion.objects.filter(journey=journey, state=VersionState.DRAFT).first()
        if draft is None:
            raise NoDraft()
        graph = read_graph(draft.graph)
        if problems := list_problems(graph):
            raise JourneyInvalid(
                problems=[
                    {"step": each.step, "field": each.field, "code": each.code, "title": each.title}
                    for each in problems
                ]
            )
        JourneyVersion.objects.filter(journey=journey, state=VersionState.LIVE).update(state=VersionState.RETIRED)
        draft.state, draft.published_at, draft.published_by = VersionState.LIVE, at, by.actor
        draft.save(update_fields=["state", "published_at", "published_by"])
        Listener.objects.bulk_create(listeners_of(draft, graph))
        if move_people:
            _move_people(journey, draft, graph, at)
        if journey.status in (JourneyStatus.DRAFT, JourneyStatus.ENDED):
            journey.status = JourneyStatus.LIVE
        journey.updated_at = at
        journey.save(update_fields=["status", "updated_at"])
        record(
            JourneyPublished(
                journey_id=journey.pk, journey_key=journey.key, journey_name=journey.name, version=draft.number
            ),
            by=by, at=at,
        )  # fmt: skip
    return draft


def listeners_of(version: JourneyVersion, graph: Graph) -> list[Listener]:
    """What a version listens to, by its triggers, waits and goals."""
    found = []
    for step in graph.steps.values():
        if step.kind == TRIGGER:
            name = trigger_event(step)
            found.append((name, ListenFor.CLOCK if name == TIME_CAME else ListenFor.TRIGGER, step.id))
        elif counts_anywhere(step):
            found.append((str(step.settings["event"]), ListenFor.GOAL, step.id))
        elif step.kind == "wait" and step.settings.get("event"):
            found.append((str(step.settings["event"]), ListenFor.WAIT, step.id))
    return [Listener(version=version, event_name=name, purpose=purpose, step=step) for name, purpose, step in found]


def set_status(*, journey_id: UUID, status: JourneyStatus, by: Context, at: datetime) -> Journey:
    """Pause, take up again or end a journey. Ending lets those inside leave where they stand.

    Locks   the journey, then its enrolments.
    Emits   JourneyStatusChanged, and JourneyLeft for everybody an end takes out.
    Raises  JourneyNotFound, JourneyNotOpen.
    """
    with transaction.atomic():
        journey = _locked(journey_id)
        if status not in JOURNEY_TRANSITIONS[JourneyStatus(journey.status)] or journey.status == JourneyStatus.DRAFT:
            raise JourneyNotOpen(
                title=f"The journey is {JourneyStatus(journey.status).label.lower()}.", status=journey.status
            )
        journey.status, journey.updated_at = status, at
        journey.save(update_fields=["status", "updated_at"])
        if status == JourneyStatus.ENDED:
            inside = Enrolment.objects.filter(journey=journey, state=EnrolmentState.ACTIVE)
            for enrolment in (
                inside.select_related("journey", "version").select_for_update(no_key=True, of=("self",)).order_by("pk")
            ):
                end(enrolment, EnrolmentState.EXITED, "The journey was ended", at, by=by)
        else:
            with connection.cursor() as cursor:
                if status == JourneyStatus.PAUSED:
                    cursor.execute(_HOLD, [journey.pk])
                else:
                    cursor.execute(_GO_ON, [at, journey.pk])
                    transaction.on_commit(advance_soon, robust=True)
        record(
            JourneyStatusChanged(
                journey_id=journey.pk, journey_key=journey.key, journey_name=journey.name, status=status
            ),
            by=by, at=at,
        )  # fmt: skip
    return journey


def _move_people(journey: Journey, version: JourneyVersion, graph: Graph, at: datetime) -> None:
    inside = Enrolment.objects.filter(journey=journey, state=EnrolmentState.ACTIVE)
    stood_at = set(inside.values_list("step", flat=True).distinct())
    if gone := sorted(stood_at - set(graph.steps)):
        raise CannotMove(steps=gone)
    # In one order, as everybody locks them. What they wait for stays as it was said to them.
    list(inside.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    inside.update(version=version)


def _locked(journey_id: UUID) -> Journey:
    journey = Journey.objects.select_for_update(no_key=True).filter(pk=journey_id).first()
    if journey is None:
        raise JourneyNotFound()
    return journey
