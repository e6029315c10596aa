"""Asking the database who matches a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from campaigns.segments.queries.goods import articles_of
from campaigns.segments.rules.compile import Compiled, compile_tree, counts_sql, members_sql, rows_sql
from campaigns.segments.rules.reading import read_tree
from campaigns.segments.rules.reasons import Answer
from campaigns.segments.rules.tree import Node


@dataclass(frozen=True, slots=True)
class Counted:
    """`count` of `of` customers match; `alone` says how many match each condition by itself, by its pointer."""

    count: int
    of: int
    alone: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer's answers. `next_at`: when the clock alone may next change them."""

    customer_id: UUID
    inside: bool
    next_at: datetime | None
    answers: Mapping[str, Answer]
    extra: tuple[Any, ...] = ()


def tree_of(tree: Node | Mapping[str, Any]) -> Node:
    """Raises TreeInvalid."""
    return read_tree(tree) if isinstance(tree, Mapping) else tree


def compile_whole(tree: Node | Mapping[str, Any], *, at: datetime) -> Compiled:
    """For a question about everybody. Raises TreeInvalid."""
    node = tree_of(tree)
    return compile_tree(node, at=at, articles=articles_of(node))


def count_tree(tree: Node | Mapping[str, Any], *, at: datetime) -> Counted:
    """Exactly how many match now: one statement, one pass over the customers."""
    compiled = compile_whole(tree, at=at)
    with connection.cursor() as cursor:
        cursor.execute(counts_sql(compiled), compiled.params)
        of, count, *alone = cursor.fetchone()
    return Counted(count=count, of=of, alone={leaf.pointer: n for leaf, n in zip(compiled.leaves, alone, strict=True)})


def list_matching_ids(tree: Node | Mapping[str, Any], *, at: datetime, limit: int | None = None) -> list[UUID]:
    """Everyone who matches now, in the order they became customers."""
    compiled = compile_whole(tree, at=at)
    sql = f"{members_sql(compiled)} ORDER BY c.id"
    params = dict(compiled.params)
    if limit is not None:
        sql, params["limit"] = f"{sql} LIMIT %(limit)s::bigint", limit
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def ask(
    tree: Node | Mapping[str, Any], *, customer_ids: Sequence[UUID], at: datetime, join: str = "", extra: str = "",
    params: Mapping[str, Any] | None = None,
) -> list[Asked]:  # fmt: skip
    """What the rule says of these customers, condition by condition: one statement by their own indexes."""
    if not customer_ids:
        return []
    compiled = compile_tree(tree_of(tree), at=at, scoped=True)
    with connection.cursor() as cursor:
        cursor.execute(
            rows_sql(compiled, join=join, extra=extra),
            {**compiled.params, **(params or {}), "scope": list(customer_ids)},
        )
        return [asked_of(compiled, row) for row in cursor.fetchall()]


def asked_of(compiled: Compiled, row: Sequence[Any]) -> Asked:
    """A row of `rows_sql`."""
    customer_id, inside, next_at, *rest = row
    answers = {
        leaf.pointer: Answer(hit=rest[3 * n], n=rest[3 * n + 1], at=rest[3 * n + 2])
        for n, leaf in enumerate(compiled.leaves)
    }
    return Asked(customer_id, inside, next_at, answers, tuple(rest[3 * len(compiled.leaves) :]))
