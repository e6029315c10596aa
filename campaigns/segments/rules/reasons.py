"""Why one customer matches a rule, or no longer does: from what each condition counted for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.segments.rules import phrases
from campaigns.segments.rules.explain import phrase
from campaigns.segments.rules.phrases import Names
from campaigns.segments.rules.tree import AllOf, AnyOf, CartHolds, Condition, EventDone, Node, Not, Ordered, PointsHeld

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What one condition says of one customer: true or not, how many or how much, and when last."""

    hit: bool
    n: float | None = None
    at: datetime | None = None


def holds(node: Node, answers: Mapping[str, Answer], pointer: str = "") -> bool:
    match node:
        case AllOf(of=inner):
            return all(holds(each, answers, f"{pointer}/all/{n}") for n, each in enumerate(inner))
        case AnyOf(of=inner):
            return any(holds(each, answers, f"{pointer}/any/{n}") for n, each in enumerate(inner))
        case Not(of=each):
            return not holds(each, answers, f"{pointer}/not")
        case _:
            return answers[pointer].hit


_NOT_SO = "Not so: "


def reasons(node: Node, answers: Mapping[str, Answer], names: Names) -> list[str]:
    """What decides: of a tree that holds the parts that make it hold, of one that does not those that fail it.

    What they did and have comes before what they did not.
    """
    return sorted(_reasons(node, answers, names, ""), key=lambda said: said.startswith(_NOT_SO))


def _reasons(node: Node, answers: Mapping[str, Answer], names: Names, pointer: str) -> list[str]:
    match node:
        case AllOf(of=inner):
            parts = [(each, f"{pointer}/all/{n}") for n, each in enumerate(inner)]
            return _deciding(parts, answers, names, want=holds(node, answers, pointer))
        case AnyOf(of=inner):
            parts = [(each, f"{pointer}/any/{n}") for n, each in enumerate(inner)]
            return _deciding(parts, answers, names, want=holds(node, answers, pointer))
        case Not(of=each):
            return _reasons(each, answers, names, f"{pointer}/not")
        case _:
            return [_said(node, answers[pointer], names)]


def in_one(words: Sequence[str]) -> str:
    """Reasons as one line for a label or a fact."""
    line = ". ".join(words)
    return line if len(line) <= MAX_REASON else f"{line[: MAX_REASON - 1]}…"


def _deciding(parts: list[tuple[Node, str]], answers: Mapping[str, Answer], names: Names, *, want: bool) -> list[str]:
    return [
        said
        for each, place in parts
        if holds(each, answers, place) == want
        for said in _reasons(each, answers, names, place)
    ]


def _said(condition: Condition, answer: Answer, names: Names) -> str:
    told = _numbers(condition, answer, names) if answer.n is not None else ""
    if told:
        return _sentence(told)
    words = phrase(condition, names)
    return _sentence(words) if answer.hit else f"{_NOT_SO}{words}"


def _numbers(condition: Condition, answer: Answer, names: Names) -> str:
    n = answer.n or 0
    last = f", last on {phrases.day(answer.at)}" if answer.at is not None and n > 1 else ""
    last = last or (f" on {phrases.day(answer.at)}" if answer.at is not None else "")
    match condition:
        case EventDone(did=True, total=None, since=None):
            bare = EventDone(name=condition.name, where=condition.where)
            return f"{phrase(bare, names)}{_times(n)}{last}"
        case Ordered(did=True, since=None, pieces=None, spend=None):
            bare_order = Ordered(goods=condition.goods, channel=condition.channel, store_id=condition.store_id)
            return f"{phrase(bare_order, names)}{_times(n)}{last}"
        case Ordered(did=True, spend=spend, currency=currency) if spend is not None:
            what = f" on {phrases.goods(condition.goods, names)}" if condition.goods else ""
            return f"spent {phrases.money(n, currency)}{what}{phrases.window(condition.window)}"
        case PointsHeld(unit="credit", currency=currency):
            return f"has store credit of {phrases.money(n, currency)}"
        case PointsHeld(unit=unit):
            return f"has {n:,.0f} {'pending ' if unit == 'pending' else ''}point{'s' if n != 1 else ''}"
        case CartHolds(has=True):
            since = f", untouched since {phrases.day(answer.at)}" if condition.resting and answer.at else ""
            return f"has {phrases.goods(condition.goods, names, 'something')} in the cart{since}"
    return ""


def _times(n: float) -> str:
    return "" if n == 1 else f" {n:,.0f} times"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
