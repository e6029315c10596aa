"""Conditions on the properties of one event: `[{"field": "total_minor", "op": ">=", "value": 5000}]`, all of which hold."""

from collections.abc import Mapping, Sequence
from typing import Any

OPERATORS: dict[str, str] = {
    "=": "is",
    "!=": "is not",
    ">": "is more than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "in": "is one of",
    "contains": "contains",
    "exists": "is there",
    "missing": "is not there",
}
#: What an event has beside its data; any other field is looked up in the data, by dotted path.
OWN_FIELDS = frozenset({"channel", "store_id", "associate_id", "actor"})
MAX_CONDITIONS = 20


def conditions_fault(conditions: Any) -> str:
    """What is wrong with the conditions, in words; empty when they can be used."""
    if not isinstance(conditions, list):
        return "Conditions are a list."
    if len(conditions) > MAX_CONDITIONS:
        return f"At most {MAX_CONDITIONS} conditions."
    for each in conditions:
        if not isinstance(each, Mapping) or set(each) - {"field", "op", "value"}:
            return "A condition has a field, an operator and a value."
        if not isinstance(each.get("field"), str) or not 0 < len(each["field"]) <= 80:
            return "Name the property that is looked at."
        if each.get("op") not in OPERATORS:
            return f"Unknown operator. Use one of {', '.join(OPERATORS)}."
        if each["op"] not in ("exists", "missing") and "value" not in each:
            return f"What should {each['field']} be compared with?"
        if each["op"] == "in" and not isinstance(each["value"], list):
            return f"Name the values {each['field']} may have, as a list."
    return ""


def holds(conditions: Sequence[Mapping[str, Any]], *, data: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether all conditions hold for an event with this data and these fields of its own."""
    return all(_one_holds(each, _looked_up(str(each.get("field", "")), data, own)) for each in conditions)


def in_words(conditions: Sequence[Mapping[str, Any]]) -> str:
    return " and ".join(
        " ".join(
            [
                str(each.get("field", "")).rpartition(".")[2].replace("_", " "),
                OPERATORS.get(str(each.get("op")), "?"),
                "" if each.get("op") in ("exists", "missing") else _shown(each.get("value")),
            ]
        ).strip()
        for each in conditions
    )


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _looked_up(path: str, data: Mapping[str, Any], own: Mapping[str, Any]) -> Any:
    if path in OWN_FIELDS and path not in data:
        return own.get(path)
    found: Any = {"context": own.get("context") or {}, **data}
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _one_holds(condition: Mapping[str, Any], found: Any) -> bool:
    wanted, operator = condition.get("value"), condition.get("op")
    match operator:
        case "exists":
            return found is not None
        case "missing":
            return found is None
        case "=":
            return _same(found, wanted)
        case "!=":
            return not _same(found, wanted)
        case "in":
            return isinstance(wanted, list) and any(_same(found, each) for each in wanted)
        case "contains":
            if isinstance(found, list):
                return any(_same(each, wanted) for each in found)
            return isinstance(found, str) and str(wanted).casefold() in found.casefold()
    left, right = _number(found), _number(wanted)
    if left is None or right is None:
        return False
    return {">": left > right, ">=": left >= right, "<": left < right, "<=": left <= right}.get(str(operator), False)


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted or str(found).casefold() == str(wanted).casefold()
    left, right = _number(found), _number(wanted)
    if left is not None and right is not None:
        return left == right
    return found is not None and wanted is not None and str(found).casefold() == str(wanted).casefold()


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number == number else None  # NaN compares with nothing
