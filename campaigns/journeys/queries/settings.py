"""What is wrong with a step's settings, by what its kind says of its fields."""

from collections.abc import Mapping
from typing import Any

from campaigns.journeys.ports import Field, Finding, StepKind, step_kinds
from campaigns.journeys.rules.conditions import conditions_fault
from campaigns.journeys.rules.graphs import TRIGGER, Graph, Problem, Step, WayOut, called, check_graph

PAUSES = frozenset({"wait"})


def list_problems(graph: Graph) -> list[Problem]:
    """Everything that keeps this graph from being published, in the order of its steps."""
    ways, problems = {}, []
    for step in graph.steps.values():
        kind = step_kinds.find(step.kind)
        if kind is None:
            problems.append(
                Problem(step=step.id, code="kind_unknown", title=f"{called(step)} is of a kind nobody here knows.")
            )
            ways[step.id] = [WayOut(name, name, False) for name in step.next]
            continue
        faults = check_settings(kind, step.settings)
        problems += [
            Problem(step=step.id, field=each.field, code=each.code, title=f"{called(step)}: {each.title}")
            for each in faults
        ]
        ways[step.id] = [WayOut(way.name, way.label, way.is_required) for way in kind.ways(step.settings)]
    roots = [step.id for step in graph.steps.values() if step.kind == TRIGGER or counts_anywhere(step)]
    waits = [step.id for step in graph.steps.values() if step.kind in PAUSES]
    problems += check_graph(graph, ways=ways, waits=waits, roots=roots)
    order = {step_id: position for position, step_id in enumerate(graph.steps)}
    return sorted(problems, key=lambda each: order.get(each.step, -1))


def counts_anywhere(step: Step) -> bool:
    """A goal that is reached wherever somebody stands."""
    return step.kind == "goal" and bool(step.settings.get("event")) and step.settings.get("anywhere", True) is True


def check_settings(kind: StepKind, settings: Mapping[str, Any]) -> list[Finding]:
    """The fields' own limits first; what they mean only where those hold."""
    known = {field.name for field in kind.fields}
    found = [
        Finding(field=name, code="unknown_field", title=f"There is no setting {name}.")
        for name in settings
        if name not in known
    ]
    for field in kind.fields:
        if is_shown(field, settings, kind):
            found += _check_field(field, settings.get(field.name))
    return found or list(kind.check(settings))


def is_shown(field: Field, settings: Mapping[str, Any], kind: StepKind) -> bool:
    """Whether the setting counts: what governs it has the value it asks for, and counts itself."""
    if field.shown_if is None:
        return True
    other, wanted = field.shown_if
    governing = next((each for each in kind.fields if each.name == other), None)
    if governing is None or not is_shown(governing, settings, kind):
        return False
    return str(settings.get(other, governing.default)) in wanted.split("|")


def _check_field(field: Field, value: Any) -> list[Finding]:
    def found(code: str, title: str) -> list[Finding]:
        return [Finding(field=field.name, code=code, title=title)]

    if value in (None, "", [], {}):
        return found("required", f"{field.label} is missing.") if field.required and field.default is None else []
    if field.kind in ("number", "money"):
        if isinstance(value, bool) or not isinstance(value, int):
            return found("invalid", f"{field.label} is a whole number.")
        if (field.low is not None and value < field.low) or (field.high is not None and value > field.high):
            return found("out_of_range", f"{field.label} is between {field.low} and {field.high:,}.")
    elif field.kind == "choice":
        if value not in [name for name, _ in field.choices]:
            return found("invalid_choice", f"{field.label}: choose one of those offered.")
    elif field.kind in ("choices", "ordered"):
        if not isinstance(value, list) or not set(map(str, value)) <= {name for name, _ in field.choices}:
            return found("invalid_choice", f"{field.label}: choose among those offered.")
    elif field.kind == "flag":
        if not isinstance(value, bool):
            return found("invalid", f"{field.label} is yes or no.")
    elif field.kind == "conditions":
        if fault := conditions_fault(value):
            return found("invalid", fault)
    elif field.kind in ("tree", "pairs"):
        if not isinstance(value, dict):
            return found("invalid", f"{field.label} is an object.")
    elif field.kind == "parts":
        return [] if isinstance(value, list) else found("invalid", f"{field.label} is a list.")
    elif not isinstance(value, str) or len(value) > 300:
        return found("invalid", f"{field.label} is a text of at most 300 characters.")
    return []
