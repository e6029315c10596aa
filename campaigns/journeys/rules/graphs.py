"""A journey as a graph of steps: read from JSON, and looked over before it is published.

{"steps": [{"id": "s1", "kind": "trigger", "name": "Cart left", "settings": {…}, "next": {"then": "s2"}}, …]}
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from campaigns.journeys.errors import GraphMalformed

MAX_STEPS = 120
TRIGGER = "trigger"
_STEP_ID = re.compile(r"[a-z0-9_-]{1,40}")


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    kind: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    next: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    steps: Mapping[str, Step]

    def of_kind(self, kind: str) -> list[Step]:
        return [step for step in self.steps.values() if step.kind == kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What keeps a graph from being published, and at which step and setting."""

    step: str
    code: str
    title: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class WayOut:
    name: str
    label: str
    is_required: bool = True


def read_graph(told: Any) -> Graph:
    """The graph that JSON tells of. Says nothing about whether it makes sense: a draft may be half done.

    Raises  GraphMalformed, with a pointer to the place in a request's `graph`.
    """
    if not isinstance(told, Mapping) or set(told) - {"steps"} or not isinstance(told.get("steps", []), list):
        raise GraphMalformed(title='A graph is {"steps": […]}.', pointer="/graph")
    rows = told.get("steps", [])
    if len(rows) > MAX_STEPS:
        raise GraphMalformed(title=f"A journey has at most {MAX_STEPS} steps.", pointer="/graph/steps")
    steps: dict[str, Step] = {}
    for position, row in enumerate(rows):
        step = _read_step(row, f"/graph/steps/{position}")
        if step.id in steps:
            raise GraphMalformed(title=f"Two steps have the id {step.id}.", pointer=f"/graph/steps/{position}/id")
        steps[step.id] = step
    return Graph(steps)


def write_graph(graph: Graph) -> dict[str, Any]:
    return {
        "steps": [
            {
                "id": step.id, "kind": step.kind, "name": step.name,
                "settings": dict(step.settings), "next": dict(step.next),
            }
            for step in graph.steps.values()
        ]
    }  # fmt: skip


def _read_step(row: Any, pointer: str) -> Step:
    if not isinstance(row, Mapping):
        raise GraphMalformed(title="A step is an object.", pointer=pointer)
    if unknown := set(row) - {"id", "kind", "name", "settings", "next"}:
        raise GraphMalformed(title=f"A step has no {min(map(str, unknown))}.", pointer=f"{pointer}/{min(unknown)}")
    step_id, kind, name = row.get("id"), row.get("kind"), row.get("name", "")
    settings, following = row.get("settings", {}), row.get("next", {})
    if not isinstance(step_id, str) or not _STEP_ID.fullmatch(step_id):
        raise GraphMalformed(
            title="The id of a step is 1 to 40 small letters, digits, - or _.", pointer=f"{pointer}/id"
        )
    if not isinstance(kind, str) or not 0 < len(kind) <= 40:
        raise GraphMalformed(title="A step has a kind.", pointer=f"{pointer}/kind")
    if not isinstance(name, str) or len(name) > 80 or not name.isprintable():
        raise GraphMalformed(title="The name of a step has at most 80 characters.", pointer=f"{pointer}/name")
    if not isinstance(settings, Mapping):
        raise GraphMalformed(title="Settings are an object.", pointer=f"{pointer}/settings")
    if not isinstance(following, Mapping) or not all(
        isinstance(to, str) and isinstance(way, str) and len(way) <= 40 for way, to in following.items()
    ):
        raise GraphMalformed(title="`next` names a step for each way.", pointer=f"{pointer}/next")
    if _has_nul(settings):
        raise GraphMalformed(title="NUL characters are not allowed.", pointer=f"{pointer}/settings")
    return Step(step_id, kind, name.strip(), dict(settings), dict(following))


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value)
    if isinstance(value, Mapping):
        return any(_has_nul(key) or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def check_graph(
    graph: Graph, *, ways: Mapping[str, Sequence[WayOut]], waits: Iterable[str], roots: Iterable[str]
) -> list[Problem]:
    """What is wrong with how the steps hang together.

    ways   by step id: the ways out that its kind and settings give it.
    waits  ids of steps that hold people up: a circle needs one.
    roots  ids of steps reached without a line: triggers, and goals that count from anywhere.
    """
    if not graph.of_kind(TRIGGER):
        return [
            Problem(step="", code="no_trigger", title="Nobody comes in: the journey has no trigger."),
            *_lines(graph, ways),
        ]
    return [*_lines(graph, ways), *_unreached(graph, ways, set(roots)), *_circles(graph, set(waits))]


def called(step: Step) -> str:
    return f"“{step.name or step.kind.replace('_', ' ')}”"


def _lines(graph: Graph, ways: Mapping[str, Sequence[WayOut]]) -> list[Problem]:
    problems = []
    for step in graph.steps.values():
        known = {way.name: way for way in ways.get(step.id, ())}
        for name, to in step.next.items():
            if name not in known:
                problems.append(
                    Problem(step=step.id, code="way_unknown", title=f"{called(step)} has no way out called {name}.")
                )
            elif to not in graph.steps:
                problems.append(
                    Problem(step=step.id, code="way_lost", title=f"{called(step)} leads to a step that is gone.")
                )
            elif graph.steps[to].kind == TRIGGER:
                problems.append(
                    Problem(
                        step=step.id,
                        code="into_trigger",
                        title=f"{called(step)} leads into a trigger. People come in there by themselves.",
                    )
                )
        for way in known.values():
            if way.is_required and way.name not in step.next:
                on = f" on “{way.label}”" if len(known) > 1 else ""
                problems.append(
                    Problem(
                        step=step.id,
                        code="way_open",
                        title=f"{called(step)} leads nowhere{on}. Connect it, or add an exit.",
                    )
                )
    return problems


def _unreached(graph: Graph, ways: Mapping[str, Sequence[WayOut]], roots: set[str]) -> list[Problem]:
    seen: set[str] = set()
    waiting = [root for root in roots if root in graph.steps]
    while waiting:
        step_id = waiting.pop()
        if step_id in seen:
            continue
        seen.add(step_id)
        known = {way.name for way in ways.get(step_id, ())}
        following = graph.steps[step_id].next
        waiting += [to for way, to in following.items() if way in known and to in graph.steps]
    return [
        Problem(step=step.id, code="unreachable", title=f"Nobody can reach {called(step)}: no line leads there.")
        for step in graph.steps.values()
        if step.id not in seen
    ]


def _circles(graph: Graph, waits: set[str]) -> list[Problem]:
    """One problem for each circle of steps that holds nobody up: they would go round for ever in no time."""
    problems: list[Problem] = []
    done: set[str] = set()
    for start in graph.steps:
        if start in done or start in waits:
            continue
        # Depth first without recursion; `path` is the way from `start` to where we stand.
        path: list[str] = [start]
        branches = [_onward(graph, start, waits)]
        while branches:
            if not branches[-1]:
                branches.pop()
                done.add(path.pop())
                continue
            to = branches[-1].pop()
            if to in path:
                names = ", ".join(called(graph.steps[each]) for each in path[path.index(to) :])
                problems.append(
                    Problem(
                        step=to,
                        code="circle_without_wait",
                        title=f"People would go round in circles without a pause: {names}. Put a wait into it.",
                    )
                )
            elif to not in done:
                path.append(to)
                branches.append(_onward(graph, to, waits))
    return problems


def _onward(graph: Graph, step_id: str, waits: set[str]) -> list[str]:
    return [to for to in dict.fromkeys(graph.steps[step_id].next.values()) if to in graph.steps and to not in waits]
