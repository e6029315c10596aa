"""Who is in a segment, who would be, and why. What journeys, messages and audiences ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from campaigns.segments.errors import SegmentNotFound
from campaigns.segments.models import Segment
from campaigns.segments.queries.asking import Counted, ask, compile_whole, count_tree, list_matching_ids, tree_of
from campaigns.segments.queries.known import names_of
from campaigns.segments.rules.compile import members_sql
from campaigns.segments.rules.explain import explain as say
from campaigns.segments.rules.reasons import in_one, reasons
from campaigns.segments.rules.tree import Node
from customers.models import Customer, Label
from omnichannel.kernel.clock import now

__all__ = [
    "Counted", "Sample", "count_tree", "explain", "find_segment", "get_segment", "list_matching_ids",
    "list_member_ids", "list_membership", "matches", "sample_tree",
]  # fmt: skip

#: The kind of label that says who is in a segment; its key is the segment's.
LABEL = "segment"

Tree = Node | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    customer_id: UUID
    name: str
    reasons: tuple[str, ...]


def get_segment(segment: UUID | str) -> Segment:
    """By id or by key. Raises SegmentNotFound."""
    found = find_segment(segment)
    if found is None:
        raise SegmentNotFound()
    return found


def find_segment(segment: UUID | str) -> Segment | None:
    wanted = Q(pk=segment) if isinstance(segment, UUID) else Q(key=segment)
    return Segment.objects.filter(wanted).first()


def list_membership(segment: Segment, *, at: datetime | None = None) -> QuerySet[Label]:
    """The labels of who is in it, now or at a moment that has been."""
    rows = Label.objects.filter(kind=LABEL, key=segment.key)
    if at is None:
        return rows.filter(valid_until=None)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gt=at), valid_from__lte=at)


def list_member_ids(segment_id: UUID, *, at: datetime | None = None) -> list[UUID]:
    """Ids of the members, now or as of `at`. Raises SegmentNotFound."""
    rows = list_membership(get_segment(segment_id), at=at)
    return list(rows.order_by("customer_id").values_list("customer_id", flat=True).distinct())


def matches(tree: Tree, customer_id: UUID, at: datetime) -> tuple[bool, str]:
    """Whether the rule holds for one customer at this moment, and why or why not.

    Raises  TreeInvalid.
    """
    node = tree_of(tree)
    found = ask(node, customer_ids=[customer_id], at=at)
    if not found:
        return False, "There is no such customer."
    return found[0].inside, in_one(reasons(node, found[0].answers, names_of(node)))


def sample_tree(tree: Tree, size: int = 10, *, at: datetime | None = None, skip: int = 0) -> list[Sample]:
    """Some who match, the newest customers first, each with the reasons."""
    node, moment = tree_of(tree), at or now()
    ids = _newest(node, moment, size, skip)
    return describe(node, ids, at=moment)


def describe(node: Node, customer_ids: Sequence[UUID], *, at: datetime) -> list[Sample]:
    """These customers with the reasons, in the given order."""
    people = Customer.objects.in_bulk(list(customer_ids))
    names = names_of(node)
    asked = {row.customer_id: row for row in ask(node, customer_ids=customer_ids, at=at)}
    return [
        Sample(pk, str(people[pk]), tuple(reasons(node, asked[pk].answers, names)))
        for pk in customer_ids
        if pk in asked
    ]


def explain(tree: Tree) -> str:
    """The rule said back in a sentence, with the names of what it speaks of."""
    node = tree_of(tree)
    return say(node, names_of(node))


def _newest(node: Node, at: datetime, size: int, skip: int) -> list[UUID]:
    compiled = compile_whole(node, at=at)
    sql = f"{members_sql(compiled)} ORDER BY c.id DESC LIMIT %(limit)s::bigint OFFSET %(skip)s::bigint"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**compiled.params, "limit": size, "skip": skip})
        return [row[0] for row in cursor.fetchall()]
