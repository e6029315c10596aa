"""The rule of an audience: JSON in, a checked `Rule` out, and the same as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

INTEREST = "viewed_or_carted_not_bought"
RELATED = "related_to_bought"
SEGMENT = "segment"
JOURNEY = "journey"
KINDS = (INTEREST, RELATED, SEGMENT, JOURNEY)

VIEWED, CARTED = "viewed", "carted"
COMPLEMENTARY, ACCESSORY = "complementary", "accessory"
MOST_DAYS = 730
MOST_ITEMS = 50

_FIELDS: dict[str, frozenset[str]] = {
    INTEREST: frozenset({"kind", "within_days", "did", "category"}),
    RELATED: frozenset({"kind", "within_days", "relations", "category", "most"}),
    SEGMENT: frozenset({"kind", "segment"}),
    JOURNEY: frozenset({"kind"}),
}


class RuleRefused(ValueError):
    """`field` is where it is wrong; the text says what, in plain words."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True, slots=True)
class Rule:
    """within_days  how far back views, carts or purchases count.
    did          `viewed`, `carted` or both.
    relations    which relations of bought goods count.
    category     path of a category (`women/jackets`); only what stands in or below it. Empty: everything.
    most         how many related items a person gets at most.
    segment      the segment's key.
    """

    kind: str
    within_days: int = 0
    did: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    category: str = ""
    most: int = 0
    segment: str = ""


def read_rule(given: Any) -> Rule:
    """Raises RuleRefused."""
    if not isinstance(given, Mapping):
        raise RuleRefused("", "A rule is an object with a kind.")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in _FIELDS:
        raise RuleRefused("kind", f"The kind is one of {', '.join(KINDS)}.")
    for name in given:
        if name not in _FIELDS[kind]:
            raise RuleRefused(str(name), f"A rule of kind {kind} has no “{name}”.")
    match kind:
        case "viewed_or_carted_not_bought":
            return Rule(
                kind,
                within_days=_number(given, "within_days", 30, MOST_DAYS),
                did=_some(given, "did", (VIEWED, CARTED)),
                category=_text(given, "category"),
            )
        case "related_to_bought":
            return Rule(
                kind,
                within_days=_number(given, "within_days", 90, MOST_DAYS),
                relations=_some(given, "relations", (COMPLEMENTARY, ACCESSORY)),
                category=_text(given, "category"),
                most=_number(given, "most", 12, MOST_ITEMS),
            )
        case "segment":
            segment = _text(given, "segment")
            if not segment:
                raise RuleRefused("segment", "Name the segment by its key.")
            return Rule(kind, segment=segment)
    return Rule(kind)


def write_rule(rule: Rule) -> dict[str, Any]:
    """The rule as it is kept: every setting said, nothing else."""
    match rule.kind:
        case "viewed_or_carted_not_bought":
            shown: dict[str, Any] = {"within_days": rule.within_days, "did": list(rule.did)}
        case "related_to_bought":
            shown = {"within_days": rule.within_days, "relations": list(rule.relations), "most": rule.most}
        case "segment":
            shown = {"segment": rule.segment}
        case _:
            shown = {}
    return {"kind": rule.kind, **shown, **({"category": rule.category} if rule.category else {})}


def say_rule(rule: Rule, *, category: str = "", segment: str = "") -> str:
    """The rule as a sentence. `category` and `segment` are their names where known."""
    inside = f" in {category or rule.category}" if rule.category else ""
    match rule.kind:
        case "viewed_or_carted_not_bought":
            words: dict[tuple[str, ...], str] = {
                (VIEWED,): "looked at",
                (CARTED,): "put in their cart",
            }
            did = words.get(rule.did, "looked at or put in their cart")
            return f"Everything{inside} that somebody {did} in the last {_days(rule.within_days)} and has not bought, in a store or elsewhere."
        case "related_to_bought":
            kinds: dict[tuple[str, ...], str] = {
                (COMPLEMENTARY,): "what goes with it",
                (ACCESSORY,): "its accessories",
            }
            what = kinds.get(rule.relations, "what goes with it and its accessories")
            return (
                f"For everybody who bought something in the last {_days(rule.within_days)}: {what}{inside}, "
                f"in stock and not theirs already, at most {rule.most} each."
            )
        case "segment":
            return f"Everybody in the segment {segment or rule.segment}."
    return "Whom journeys put in, until a journey takes them out."


def _days(days: int) -> str:
    return "day" if days == 1 else f"{days} days"


def _number(given: Mapping[str, Any], name: str, default: int, most: int) -> int:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise RuleRefused(name, f"Type a whole number from 1 to {most}.")
    return value


def _some(given: Mapping[str, Any], name: str, known: Sequence[str]) -> tuple[str, ...]:
    value = given.get(name, list(known))
    if not isinstance(value, list) or not value or any(each not in known for each in value):
        raise RuleRefused(name, f"Choose at least one of {', '.join(known)}.")
    return tuple(each for each in known if each in value)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or len(value) > 200 or "\x00" in value:
        raise RuleRefused(name, "Type a short text.")
    return value.strip()
