"""The same orders under two sets of rules, side by side. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from loyalty.rules.earning import EarnOrder, Rule, earn


@dataclass(frozen=True, slots=True)
class Difference:
    name: str
    now: int
    then: int


@dataclass(slots=True)
class Compared:
    """Points under the rules in force (`now`) and under the draft (`then`), in all and by rule's key.

    `changed`: orders that would earn another number, the largest change first.
    """

    now: int = 0
    then: int = 0
    by_rule: dict[str, tuple[int, int]] = field(default_factory=dict)
    changed: list[Difference] = field(default_factory=list)
    changed_count: int = 0
    spent_minor: int = 0


def compare_orders(
    orders: Sequence[tuple[str, EarnOrder]], now: Sequence[Rule], then: Sequence[Rule], *, show: int = 8
) -> Compared:
    result = Compared()
    keys_now, keys_then = {rule.id: rule.key for rule in now}, {rule.id: rule.key for rule in then}
    changed: list[Difference] = []
    for name, order in orders:
        before = after = 0
        for accrual in earn(order, now):
            before += accrual.points
            _add(result, keys_now[accrual.rule_id], 0, accrual.points)
        for accrual in earn(order, then):
            after += accrual.points
            _add(result, keys_then[accrual.rule_id], 1, accrual.points)
        result.now += before
        result.then += after
        result.spent_minor += order.net_minor
        if before != after:
            changed.append(Difference(name, before, after))
    changed.sort(key=lambda each: (-abs(each.then - each.now), each.name))
    result.changed, result.changed_count = changed[:show], len(changed)
    return result


def _add(result: Compared, key: str, side: int, points: int) -> None:
    now, then = result.by_rule.get(key, (0, 0))
    result.by_rule[key] = (now + points, then) if side == 0 else (now, then + points)
