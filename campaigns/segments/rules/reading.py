"""From JSON to a rule tree: every problem found at once, each with its place and in plain words."""

from collections.abc import Mapping
from typing import Any

from campaigns.segments.errors import TreeInvalid
from campaigns.segments.rules.reading_conditions import READERS
from campaigns.segments.rules.reading_values import Reader
from campaigns.segments.rules.tree import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    AllOf,
    AnyOf,
    InSegment,
    Node,
    Not,
    conditions_of,
)
from campaigns.segments.rules.vocabulary import NOTHING_KNOWN, Known

#: Stands in for what could not be read, so that reading goes on; never leaves this module.
_NOTHING = AllOf(())


def read_tree(data: Any, known: Known = NOTHING_KNOWN, *, own_key: str = "") -> Node:
    """The tree of a rule.

    own_key  the segment whose rule it is to be: it may not ask for itself, straight or through others.
    Raises   TreeInvalid, with every problem.
    """
    reader = Reader(known=known)
    tree = _node(reader, data, "", 1)
    if not reader.problems:
        found = conditions_of(tree)
        if not found:
            reader.problem("", "rule_empty", "Add a condition: a rule without one would take everybody.")
        if len(found) > MAX_CONDITIONS:
            reader.problem(
                "", "rule_too_large", f"A rule has at most {MAX_CONDITIONS} conditions; this has {len(found)}."
            )
        _check_circles(reader, tree, known, own_key)
    if reader.problems:
        raise TreeInvalid(reader.problems)
    return tree


def _node(reader: Reader, data: Any, pointer: str, depth: int) -> Node:
    if not isinstance(data, Mapping):
        reader.problem(pointer, "condition_unreadable", "A condition or a group is expected here.")
        return _NOTHING
    groups = [name for name in ("all", "any", "not") if name in data]
    if not groups:
        return _condition(reader, data, pointer)
    if depth > MAX_DEPTH:
        reader.problem(pointer, "rule_too_deep", f"Groups may be nested {MAX_DEPTH} deep, no deeper.")
        return _NOTHING
    name = groups[0]
    reader.only(data, {name}, pointer)
    inside = data[name]
    if name == "not":
        return Not(_node(reader, inside, f"{pointer}/not", depth + 1))
    if not isinstance(inside, list):
        reader.problem(f"{pointer}/{name}", "group_unreadable", "A group holds a list of conditions.")
        return _NOTHING
    if not inside:
        reader.problem(f"{pointer}/{name}", "group_empty", "Add a condition to this group, or remove the group.")
    if len(inside) > MAX_CONDITIONS:
        reader.problem(f"{pointer}/{name}", "rule_too_large", f"A rule has at most {MAX_CONDITIONS} conditions.")
        return _NOTHING
    nodes = tuple(_node(reader, each, f"{pointer}/{name}/{n}", depth + 1) for n, each in enumerate(inside))
    return AllOf(nodes) if name == "all" else AnyOf(nodes)


def _condition(reader: Reader, data: Mapping[str, Any], pointer: str) -> Node:
    kind = data.get("kind")
    read = READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        reader.problem(f"{pointer}/kind", "condition_kind_unknown", "Choose what this condition is about.")
        return _NOTHING
    before = len(reader.problems)
    condition = read(reader, data, pointer)
    return condition if len(reader.problems) == before else _NOTHING


def _check_circles(reader: Reader, tree: Node, known: Known, own_key: str) -> None:
    if known.segments is None or not own_key:
        return
    for pointer, condition in conditions_of(tree):
        if not isinstance(condition, InSegment):
            continue
        waiting, seen = [condition.segment], set()
        while waiting:
            key = waiting.pop()
            if key == own_key:
                reader.problem(f"{pointer}/segment", "segment_circular", "This would make the segment ask for itself.")
                break
            if key not in seen:
                seen.add(key)
                waiting += known.segments.get(key, ())
