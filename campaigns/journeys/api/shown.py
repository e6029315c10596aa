"""Rows as the API shows them."""

from collections.abc import Mapping
from typing import Any

from campaigns.journeys.models import Enrolment, JourneyVersion, StepRun
from campaigns.journeys.ports import Field, step_kinds
from campaigns.journeys.queries.results import StepCounts
from campaigns.journeys.queries.settings import list_problems
from campaigns.journeys.rules.graphs import Graph, Step, read_graph
from campaigns.journeys.services.rehearsing import Rehearsal
from campaigns.journeys.states import VersionState
from customers.models import Customer
from omnichannel.events.sentences import default_sentence


def show_journey(journey: Any) -> dict[str, Any]:
    numbers = {version.state: version.number for version in journey.versions.all()}
    return {
        "id": journey.pk, "key": journey.key, "name": journey.name, "about": journey.about, "status": journey.status,
        "live_version": numbers.get(VersionState.LIVE), "draft_version": numbers.get(VersionState.DRAFT),
        "entered": journey.entered, "inside": journey.inside, "goals": journey.goals, "stopped": journey.stopped,
        "created_at": journey.created_at, "updated_at": journey.updated_at,
    }  # fmt: skip


def show_version(version: Any) -> dict[str, Any]:
    return {
        "number": version.number, "state": version.state, "revision": version.revision, "note": version.note,
        "created_at": version.created_at, "published_at": version.published_at, "published_by": version.published_by,
        "people_inside": getattr(version, "inside", 0),
    }  # fmt: skip


def show_graph(told: Mapping[str, Any]) -> dict[str, Any]:
    """A graph with what each step offers, and what keeps it from being published."""
    graph = read_graph(told)
    return {
        "graph": told,
        "steps": [_show_step(step) for step in graph.steps.values()],
        "problems": show_problems(graph),
    }


def show_problems(graph: Graph) -> list[dict[str, str]]:
    return [
        {"step": each.step, "field": each.field, "code": each.code, "title": each.title}
        for each in list_problems(graph)
    ]


def _show_step(step: Step) -> dict[str, Any]:
    kind = step_kinds.find(step.kind)
    if kind is None:
        return {"id": step.id, "kind": step.kind, "title": step.kind, "sentence": "", "ways": []}
    try:
        sentence, ways = kind.describe(step.settings), list(kind.ways(step.settings))
    except (TypeError, ValueError, KeyError, AttributeError):
        # A draft may hold anything; what is wrong with it stands among the problems.
        sentence, ways = "", []
    return {
        "id": step.id, "kind": step.kind, "title": kind.title, "sentence": sentence,
        "ways": [{"name": way.name, "label": way.label, "required": way.is_required} for way in ways],
    }  # fmt: skip


def show_version_graph(version: JourneyVersion) -> dict[str, Any]:
    return show_version(version) | show_graph(version.graph)


def show_counts(counts: StepCounts) -> dict[str, Any]:
    return {
        "step": counts.step, "came": counts.came, "here": counts.here, "waiting": counts.waiting,
        "failed": counts.failed,
        "ways": [
            {
                "way": way, "count": number,
                "reasons": [{"reason": reason, "count": n} for reason, n in counts.reasons.get(way, [])],
            }
            for way, number in sorted(counts.ways.items(), key=lambda each: -each[1])
        ],
        "message": counts.message or None,
    }  # fmt: skip


def show_person(customer: Customer) -> dict[str, Any]:
    return {"id": customer.pk, "name": customer.name or customer.email or customer.number, "number": customer.number}


def show_run(run: StepRun) -> dict[str, Any]:
    return {
        "step": run.step, "kind": run.kind, "visit": run.visit, "way": run.outcome, "reason": run.reason,
        "arrived_at": run.arrived_at, "left_at": run.left_at,
    }  # fmt: skip


def show_run_of_person(run: StepRun) -> dict[str, Any]:
    return show_run(run) | {
        "enrolment": run.enrolment_id, "customer": show_person(run.enrolment.customer), "version": run.version_number,
    }  # fmt: skip


def show_enrolment(enrolment: Enrolment) -> dict[str, Any]:
    waits_for = enrolment.wait.get("event", "")
    return {
        "id": enrolment.pk, "customer": show_person(enrolment.customer), "version": enrolment.version.number,
        "entry_no": enrolment.entry_no, "event": enrolment.event_name, "state": enrolment.state, "step": enrolment.step,
        "waits_for": default_sentence(waits_for) if waits_for else "", "due_at": enrolment.due_at,
        "reason": enrolment.reason, "entered_at": enrolment.entered_at, "ended_at": enrolment.ended_at,
    }  # fmt: skip


def show_detail(enrolment: Enrolment) -> dict[str, Any]:
    runs = sorted(enrolment.runs.all(), key=lambda run: run.visit)
    return show_enrolment(enrolment) | {"runs": [show_run(run) for run in runs]}


def show_rehearsal(told: Rehearsal, customer: Customer) -> dict[str, Any]:
    return {
        "customer": show_person(customer),
        "runs": [
            {"step": r.step, "kind": r.kind, "name": r.name, "way": r.way, "reason": r.reason, "at": r.at}
            for r in told.runs
        ],
        "end": told.end, "reason": told.reason,
    }  # fmt: skip


def show_field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name, "label": field.label, "kind": field.kind, "required": field.required,
        "choices": choices(field.choices), "default": field.default, "help": field.help, "unit": field.unit,
        "low": field.low, "high": field.high, "shown_if": list(field.shown_if) if field.shown_if else None,
    }  # fmt: skip


def choices(pairs: Any) -> list[dict[str, str]]:
    return [{"value": str(value), "label": str(label)} for value, label in pairs]
