"""What the figures say, as sentences: the title of a chart is its finding."""

import itertools
from collections.abc import Sequence


def leader(rows: Sequence[tuple[str, int]], *, of: str) -> str:
    """“Website makes 44% of sales, more than any other.”"""
    total = sum(amount for _, amount in rows)
    if total <= 0:
        return f"No {of} in this period"
    name, amount = max(rows, key=lambda row: row[1])
    if len(rows) == 1:
        return f"All {of}: {name}"
    return f"{name}: {amount / total:.0%} of {of}, more than any other"


def funnel(steps: Sequence[tuple[str, int]]) -> str:
    """“Of 100 who came, 12 bought; most are lost before they put something in the cart.”"""
    came, bought = steps[0][1], steps[-1][1]
    if not came:
        return "Nobody was seen in this period"
    losses = [(before - after, name) for (_, before), (name, after) in itertools.pairwise(steps)]
    worst = max(losses)[1]
    return f"Of 100 who came {round(100 * bought / came)} bought; most are lost before “{worst.lower()}”"


def repeat(customers: int, repeating: int) -> str:
    if not customers:
        return "Nobody bought in this period"
    return f"{repeating / customers:.0%} of buyers have bought before or again"


def crossings(crossed: int, paths: int) -> str:
    if not paths:
        return "No paths in this period"
    return f"{crossed / paths:.0%} of orders crossed between store and screen"


def signed(now: int, before: int) -> str:
    """“+12%”, “−3%”; nothing where there is nothing to compare with."""
    if not before:
        return ""
    change = round(100 * (now - before) / before)
    return f"+{change}%" if change > 0 else f"−{-change}%" if change < 0 else "0%"
