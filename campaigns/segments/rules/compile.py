"""The rule tree as one SQL statement.

Each condition becomes a subquery with one row a customer, joined to the customers; the tree becomes a boolean over
the joined columns. So one pass answers who matches, how many match each condition alone, why, and when the clock may
next change the answer; and the planner has plain hash joins to choose from, whatever the nesting. (`EXISTS` below
OR or NOT runs once a customer, `IN` below them spills into a re-read list as soon as it outgrows work_mem.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.segments.rules.compile_events import event_rows
from campaigns.segments.rules.compile_people import (
    consent_rows,
    identity_rows,
    label_rows,
    profile_test,
    segment_rows,
    store_rows,
)
from campaigns.segments.rules.compile_shop import cart_rows, order_rows, points_rows, referral_rows, wish_rows
from campaigns.segments.rules.rfm import unfold
from campaigns.segments.rules.sql import Articles, Parts
from campaigns.segments.rules.tree import (
    AllOf,
    AnyOf,
    CartHolds,
    Condition,
    ConsentIs,
    EventDone,
    Goods,
    InSegment,
    KnownBy,
    LabelHeld,
    NearStore,
    Node,
    Not,
    Ordered,
    PointsHeld,
    ProfileIs,
    Referral,
    RfmScore,
    Wishes,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition of the tree: its test, and what it counted (`alias.n`) and when last (`alias.at`)."""

    pointer: str
    condition: Condition
    test: str
    alias: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """`moves`: the clock alone can change the answer, at `next_at`."""

    test: str
    joins: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    next_at: str
    params: Mapping[str, Any]
    scoped: bool
    moves: bool

    @property
    def source(self) -> str:
        return "\n".join(["customers_customer c", *self.joins])

    @property
    def who(self) -> str:
        """Who is asked about; records merged away among them, which match nothing."""
        return "c.id = ANY(%(scope)s::uuid[])" if self.scoped else "TRUE"


def compile_tree(
    tree: Node, *, at: datetime, scoped: bool = False, articles: Mapping[Goods, Articles] | None = None
) -> Compiled:
    """Compile for the moment `at`; `scoped` for the customers given as the parameter `scope` alone.

    articles  what the rule's goods are, looked up before: a list of ids is planned better than a subquery.
    """
    parts = Parts(at=at, scoped=scoped, articles=articles or {})
    leaves: list[Leaf] = []
    test = _node(parts, tree, "", leaves)
    moments = parts.moments
    next_at = f"LEAST({', '.join(moments)})" if moments else "NULL::timestamptz"
    return Compiled(
        test=test,
        joins=tuple(parts.joins),
        leaves=tuple(leaves),
        next_at=next_at,
        params=dict(parts.params),
        scoped=scoped,
        moves=bool(moments),
    )


def _node(parts: Parts, node: Node, pointer: str, leaves: list[Leaf]) -> str:
    match node:
        case AllOf(of=inner):
            return _joined(" AND ", [_node(parts, each, f"{pointer}/all/{n}", leaves) for n, each in enumerate(inner)])
        case AnyOf(of=inner):
            return _joined(" OR ", [_node(parts, each, f"{pointer}/any/{n}", leaves) for n, each in enumerate(inner)])
        case Not(of=each):
            return f"NOT {_node(parts, each, f'{pointer}/not', leaves)}"
        case _:
            alias, test = _condition(parts, node)
            leaves.append(Leaf(pointer=pointer, condition=node, test=test, alias=alias))
            return f"({test})"


def _joined(word: str, tests: list[str]) -> str:
    return f"({word.join(tests)})"


def _condition(parts: Parts, condition: Condition) -> tuple[str, str]:
    """(alias of the join that says how many and when, or none; test)."""
    match condition:
        case EventDone():
            return event_rows(parts, condition)
        case Ordered():
            return order_rows(parts, condition)
        case CartHolds():
            return cart_rows(parts, condition)
        case Wishes():
            return wish_rows(parts, condition)
        case PointsHeld():
            return points_rows(parts, condition)
        case Referral():
            return referral_rows(parts, condition)
        case ProfileIs():
            return profile_test(parts, condition)
        case ConsentIs():
            return consent_rows(parts, condition)
        case KnownBy():
            return identity_rows(parts, condition)
        case LabelHeld():
            return label_rows(parts, condition)
        case InSegment():
            return segment_rows(parts, condition)
        case NearStore():
            return store_rows(parts, condition)
        case RfmScore():
            first = len(parts.joins)
            inner: list[Leaf] = []
            test = _node(parts, unfold(condition), "", inner)
            return f"k{first}", test


def members_sql(compiled: Compiled) -> str:
    """Ids of everyone who matches."""
    return f"SELECT c.id\n  FROM {compiled.source}\n WHERE {compiled.who} AND c.merged_into_id IS NULL\n   AND {compiled.test}"


def counts_sql(compiled: Compiled) -> str:
    """One row: everyone asked about, who matches, and who matches each condition alone."""
    each = "".join(f",\n       count(*) FILTER (WHERE {leaf.test})" for leaf in compiled.leaves)
    return (
        f"SELECT count(*), count(*) FILTER (WHERE {compiled.test}){each}\n  FROM {compiled.source}\n"
        f" WHERE {compiled.who} AND c.merged_into_id IS NULL"
    )


def rows_sql(compiled: Compiled, *, where: str = "TRUE", join: str = "", extra: str = "") -> str:
    """For each customer: id, inside, next_at, then hit, n and at of each condition; `extra` columns last."""
    leaves = "".join(
        f",\n       {leaf.test}, "
        + (f"{leaf.alias}.n::float8, {leaf.alias}.at" if leaf.alias else "NULL::float8, NULL::timestamptz")
        for leaf in compiled.leaves
    )
    return (
        f"SELECT c.id, (c.merged_into_id IS NULL AND {compiled.test}) AS inside, {compiled.next_at}{leaves}{extra}\n"
        f"  FROM {compiled.source}{join}\n WHERE {compiled.who} AND {where}"
    )


def changed_sql(compiled: Compiled, labels: str) -> str:
    """Whose open label, joined as `m` by `labels`, differs from what the rule says."""
    return (
        f"SELECT c.id\n  FROM {compiled.source}{labels}\n"
        f" WHERE (c.merged_into_id IS NULL AND {compiled.test}) IS DISTINCT FROM (m.id IS NOT NULL)\n ORDER BY c.id"
    )


def moments_sql(compiled: Compiled) -> str:
    """Write down when the clock may next move each customer in or out of the segment `segment_id`."""
    return (
        "INSERT INTO campaign_segments_recheck (segment_id, customer_id, due_at)\n"
        f"SELECT %(segment_id)s::uuid, c.id, {compiled.next_at}\n  FROM {compiled.source}\n"
        f" WHERE c.merged_into_id IS NULL AND {compiled.next_at} IS NOT NULL"
    )
