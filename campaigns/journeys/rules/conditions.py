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
MINOR_PER_MAJOR = 100


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


def in_words(
    conditions: Sequence[Mapping[str, Any]], *, names: Mapping[str, str] | None = None, currency: str = ""
) -> str:
    """As a person says it: `store is Pier 7 and refund is at least 20.50 USD`; `names` are of ids among the values."""
    return " and ".join(_one_in_words(each, names or {}, currency) for each in conditions)


def _one_in_words(condition: Mapping[str, Any], names: Mapping[str, str], currency: str) -> str:
    field = str(condition.get("field", "")).rpartition(".")[2]
    is_money = field.endswith("_minor")
    property_name = field.removesuffix("_minor").removesuffix("_id").replace("_", " ")
    operator = OPERATORS.get(str(condition.get("op")), "?")
    if condition.get("op") in ("exists", "missing"):
        return f"{property_name} {operator}"
    value = condition.get("value")
    shown = ", ".join(_shown(each, is_money, names) for each in (value if isinstance(value, list) else [value]))
    return f"{property_name} {operator} {shown}{f' {currency}' if is_money and currency else ''}".strip()


def _shown(value: Any, is_money: bool, names: Mapping[str, str]) -> str:
    if is_money and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value / MINOR_PER_MAJOR:,.2f}"
    return names.get(str(value), str(value))


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
