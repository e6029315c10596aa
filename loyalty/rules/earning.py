"""What an order earns: pure, from lines, rules and what is known of the buyer. docs/algorithms/points.md has the numbers.

Spend rules give points for what is spent; multipliers give so much more for the same lines; bonuses give points for
the order. Every rule's points are worked out once over the lines it covers and split among them by the largest
remainder, so that the lines of an order sum to what the order earned and each can be taken back by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omnichannel.kernel.money import split_by_weight


@dataclass(frozen=True, slots=True)
class EarnLine:
    """One order line; `net_minor` is what counts as spent on it."""

    line_id: UUID
    net_minor: int
    variant_id: UUID | None = None
    product_id: UUID | None = None
    category_path: str = ""


@dataclass(frozen=True, slots=True)
class EarnOrder:
    """An order and its buyer, at the moment it was placed."""

    lines: Sequence[EarnLine]
    channel: str
    at: datetime
    store_id: UUID | None = None
    tiers: frozenset[str] = frozenset()
    is_first: bool = False

    @property
    def net_minor(self) -> int:
        return sum(line.net_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of an earning rule. Conditions that are absent are met."""

    id: UUID
    key: str
    kind: str
    points: int = 0
    per_minor: int = 100
    factor: Decimal = Decimal(1)
    conditions: Mapping[str, Any] = field(default_factory=dict)
    stack_group: str = ""
    priority: int = 100
    cap_points: int | None = None
    cap_days: int | None = None


@dataclass(frozen=True, slots=True)
class Accrual:
    """So many points, by one rule's version, for one line."""

    line_id: UUID
    rule_id: UUID
    points: int


#: Conditions of the order, and of a line; what a rule may name, and nothing else.
ORDER_CONDITIONS = frozenset({"channels", "stores", "tiers", "first_order", "minimum_minor"})
LINE_CONDITIONS = frozenset({"products", "variants", "categories", "not_categories"})


def earn(order: EarnOrder, rules: Iterable[Rule]) -> list[Accrual]:
    """Every accrual of the order, by rule and line; lines that earn nothing have none."""
    chosen = _of_each_group(order, rules)
    found: list[Accrual] = []
    base: dict[UUID, int] = {}
    for rule in (rule for rule in chosen if rule.kind == "spend"):
        lines = _covered(order, rule)
        for line, points in zip(lines, _for_spend(rule, lines), strict=True):
            base[line.line_id] = base.get(line.line_id, 0) + points
            if points:
                found.append(Accrual(line.line_id, rule.id, points))
    for rule in (rule for rule in chosen if rule.kind == "multiplier"):
        lines = _covered(order, rule)
        weights = [base.get(line.line_id, 0) for line in lines]
        more = int(sum(weights) * (rule.factor - 1))
        found += _split(rule, lines, weights, more)
    for rule in (rule for rule in chosen if rule.kind == "bonus"):
        lines = _covered(order, rule)
        found += _split(rule, lines, [max(0, line.net_minor) for line in lines], rule.points)
    return found


def cap(accruals: Sequence[Accrual], rule_id: UUID, most: int) -> list[Accrual]:
    """The same with at most so many points from one rule, taken off its lines in proportion."""
    capped = [each for each in accruals if each.rule_id == rule_id]
    if sum(each.points for each in capped) <= most:
        return list(accruals)
    parts = iter(split_by_weight(max(0, most), [each.points for each in capped]))
    kept = [replace(each, points=next(parts)) if each.rule_id == rule_id else each for each in accruals]
    return [each for each in kept if each.points]


def _for_spend(rule: Rule, lines: Sequence[EarnLine]) -> list[int]:
    """Whole points for what was spent on these lines together: a dollar spread over two lines is a dollar."""
    spent = [max(0, line.net_minor) for line in lines]
    return split_by_weight(sum(spent) * rule.points // rule.per_minor, spent)


def _split(rule: Rule, lines: Sequence[EarnLine], weights: Sequence[int], points: int) -> list[Accrual]:
    if not lines or points <= 0:
        return []
    parts = split_by_weight(points, weights)
    return [Accrual(line.line_id, rule.id, part) for line, part in zip(lines, parts, strict=True) if part]


def _of_each_group(order: EarnOrder, rules: Iterable[Rule]) -> list[Rule]:
    """Rules that fit, in their order; of one stacking group the first alone."""
    chosen: list[Rule] = []
    taken: set[str] = set()
    for rule in sorted(rules, key=lambda rule: (rule.priority, rule.key)):
        if rule.stack_group in taken or not fits(order, rule) or not _covered(order, rule):
            continue
        if rule.stack_group:
            taken.add(rule.stack_group)
        chosen.append(rule)
    return chosen


def fits(order: EarnOrder, rule: Rule) -> bool:
    """Whether the order meets the rule's conditions on the order."""
    wanted = rule.conditions
    if (channels := wanted.get("channels")) and order.channel not in channels:
        return False
    if (stores := wanted.get("stores")) and str(order.store_id) not in stores:
        return False
    if (tiers := wanted.get("tiers")) and not order.tiers & set(tiers):
        return False
    if wanted.get("first_order") and not order.is_first:
        return False
    return order.net_minor >= int(wanted.get("minimum_minor") or 0)


def _covered(order: EarnOrder, rule: Rule) -> list[EarnLine]:
    return [line for line in order.lines if _covers(line, rule.conditions)]


def _covers(line: EarnLine, wanted: Mapping[str, Any]) -> bool:
    if (variants := wanted.get("variants")) and str(line.variant_id) not in variants:
        return False
    if (products := wanted.get("products")) and str(line.product_id) not in products:
        return False
    if (paths := wanted.get("categories")) and not any(_under(line.category_path, path) for path in paths):
        return False
    return not any(_under(line.category_path, path) for path in wanted.get("not_categories") or ())


def _under(path: str, root: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def check_conditions(conditions: Mapping[str, Any]) -> list[str]:
    """What is wrong with a rule's conditions, in words; nothing when they can be used."""
    problems = [
        f"There is no condition called {name}." for name in sorted(set(conditions) - ORDER_CONDITIONS - LINE_CONDITIONS)
    ]
    for name in ("channels", "stores", "tiers", *sorted(LINE_CONDITIONS)):
        value = conditions.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            problems.append(f"{name} is a list of names.")
    if not isinstance(conditions.get("first_order", False), bool):
        problems.append("first_order is yes or no.")
    least = conditions.get("minimum_minor", 0)
    if not isinstance(least, int) or isinstance(least, bool) or least < 0:
        problems.append("minimum_minor is an amount in minor units, not negative.")
    return problems
