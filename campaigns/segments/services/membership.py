"""Keeping the labels of a segment true: for customers something happened to, for those the clock moves, for all.

Whoever changes a segment's members holds its row: what is evaluated under the lock is written under the lock, so that
two workers cannot write an older answer over a newer one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from campaigns.segments.facts import SegmentEntered, SegmentLeft
from campaigns.segments.models import ListMember, Recheck, Segment
from campaigns.segments.queries.asking import Asked, ask, compile_whole
from campaigns.segments.queries.known import names_of
from campaigns.segments.queries.members import LABEL
from campaigns.segments.rules.compile import changed_sql, moments_sql
from campaigns.segments.rules.reading import read_tree
from campaigns.segments.rules.reasons import holds, in_one, reasons
from campaigns.segments.rules.tree import LabelHeld, conditions_of
from campaigns.segments.states import SegmentKind, SegmentState
from customers.models import Label
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM, Context

#: Customers a statement asks about at once.
BATCH = 1_000
#: Marks of other apps change without a fact: rules that ask for them are asked of everybody this often.
SWEEP_LABELS = timedelta(minutes=10)
#: Everything else, for what no fact tells of (a category that moved).
SWEEP = timedelta(hours=24)

_OPEN_LABEL = f"""
  LEFT JOIN customers_label m ON m.customer_id = c.id AND m.kind = '{LABEL}' AND m.key = %(own_key)s
   AND m.valid_until IS NULL"""


def lock_live(segment_ids: Sequence[UUID]) -> list[Segment]:
    """Those of them that are live, locked in the order of their ids."""
    rows = Segment.objects.select_for_update(no_key=True).filter(pk__in=segment_ids, state=SegmentState.LIVE)
    return list(rows.order_by("pk"))


def refresh_customers(
    *, segment: Segment, customer_ids: Sequence[UUID], how: str, at: datetime, by: Context = SYSTEM
) -> tuple[int, int]:
    """Ask the rule again about these customers and write who entered and who left: (entered, left).

    segment  locked by the caller.
    Emits    SegmentEntered, SegmentLeft, each with the reason.
    """
    entered = left = 0
    for batch in _batches(customer_ids):
        came, went = _refresh_batch(segment, batch, how, at, by)
        entered, left = entered + came, left + went
    return entered, left


def build_segment(*, segment_id: UUID, at: datetime, by: Context = SYSTEM) -> tuple[int, int]:
    """Ask the rule of everybody: (entered, left). For a new version, and now and then for what no fact tells of.

    Locks  the segment's row.
    """
    with transaction.atomic():
        found = lock_live([segment_id])
        if not found:
            return 0, 0
        segment = found[0]
        if segment.kind == SegmentKind.LIST:
            on_list = set(ListMember.objects.filter(segment=segment).values_list("customer_id", flat=True))
            labelled = Label.objects.filter(kind=LABEL, key=segment.key, valid_until=None)
            changed = sorted(on_list ^ set(labelled.values_list("customer_id", flat=True)))
        else:
            changed = _changed(segment, at)
        moved = refresh_customers(segment=segment, customer_ids=changed, how="rule", at=at, by=by)
        members = Label.objects.filter(kind=LABEL, key=segment.key, valid_until=None).count()
        Segment.objects.filter(pk=segment.pk).update(built_version=segment.version, member_count=members, counted_at=at)
    return moved


def tick(*, at: datetime, batch: int = BATCH) -> int:
    """Move whom the clock alone moves by `at`; how many customers were asked about. Costs what is due, not what is."""
    asked = 0
    for segment_id in list(Recheck.objects.filter(due_at__lte=at).values_list("segment_id", flat=True).distinct()):
        more = True
        while more:
            with transaction.atomic():
                due = _due(segment_id, at, batch)
                asked, more = asked + len(due), len(due) == batch
    return asked


def build_due(*, at: datetime) -> int:
    """Build what was saved and not built yet, and sweep what is due for it; how many segments."""
    built = 0
    for segment in Segment.objects.filter(state=SegmentState.LIVE).order_by("pk"):
        if segment.built_version != segment.version or _sweep_due(segment, at):
            build_segment(segment_id=segment.pk, at=at)
            built += 1
    return built


def end_membership(*, segment: Segment, reason: str, at: datetime, by: Context) -> int:
    """Everybody leaves: the segment is archived. Its row is locked by the caller."""
    labels = Label.objects.filter(kind=LABEL, key=segment.key, valid_until=None)
    members = sorted(labels.values_list("customer_id", flat=True))
    for batch in _batches(members):
        _leave(segment, dict.fromkeys(batch, reason), "rule", at, by)
    Recheck.objects.filter(segment=segment).delete()
    Segment.objects.filter(pk=segment.pk).update(member_count=0, counted_at=at)
    return len(members)


def _refresh_batch(
    segment: Segment, customer_ids: Sequence[UUID], how: str, at: datetime, by: Context
) -> tuple[int, int]:
    rows = (
        _list_answers(segment, customer_ids)
        if segment.kind == SegmentKind.LIST
        else _answers(segment, customer_ids, at)
    )
    entered = {row.customer_id: why for row, labelled, why in rows if row.inside and not labelled}
    left = {row.customer_id: why for row, labelled, why in rows if labelled and not row.inside}
    _enter(segment, entered, how, at, by)
    _leave(segment, left, how, at, by)
    if segment.kind == SegmentKind.RULE:
        Recheck.objects.filter(segment=segment, customer_id__in=customer_ids).delete()
        Recheck.objects.bulk_create(
            Recheck(segment=segment, customer_id=row.customer_id, due_at=row.next_at)
            for row, _, _ in rows
            if row.next_at is not None
        )
    if entered or left:
        Segment.objects.filter(pk=segment.pk).update(member_count=F("member_count") + len(entered) - len(left))
    return len(entered), len(left)


def _answers(segment: Segment, customer_ids: Sequence[UUID], at: datetime) -> list[tuple[Asked, bool, str]]:
    tree = read_tree(segment.tree)
    rows = ask(
        tree, customer_ids=customer_ids, at=at, join=_OPEN_LABEL, extra=", m.id", params={"own_key": segment.key}
    )
    moves = any(row.inside != (row.extra[0] is not None) for row in rows)
    names = names_of(tree) if moves else {}
    found = []
    for row in rows:
        labelled = row.extra[0] is not None
        why = ""
        if row.inside != labelled:
            # A record that was merged away matches nothing, whatever its own answers say.
            gone = not row.inside and holds(tree, row.answers)
            why = "Became part of another record" if gone else in_one(reasons(tree, row.answers, names))
        found.append((row, labelled, why))
    return found


def _list_answers(segment: Segment, customer_ids: Sequence[UUID]) -> list[tuple[Asked, bool, str]]:
    listed = set(
        ListMember.objects.filter(segment=segment, customer_id__in=customer_ids).values_list("customer_id", flat=True)
    )
    labels = Label.objects.filter(kind=LABEL, key=segment.key, valid_until=None, customer_id__in=customer_ids)
    labelled = set(labels.values_list("customer_id", flat=True))
    return [
        (
            Asked(customer_id, customer_id in listed, None, {}),
            customer_id in labelled,
            "Put on the list" if customer_id in listed else "Taken off the list",
        )
        for customer_id in customer_ids
    ]


def _enter(segment: Segment, why: dict[UUID, str], how: str, at: datetime, by: Context) -> None:
    Label.objects.bulk_create(
        (
            Label(customer_id=customer_id, kind=LABEL, key=segment.key, valid_from=at, reason=reason)
            for customer_id, reason in why.items()
        ),
        batch_size=BATCH,
    )
    facts = (
        SegmentEntered(
            segment_id=segment.pk, segment_key=segment.key, segment_name=segment.name, customer_id=customer_id,
            reason=reason, how=how,
        )
        for customer_id, reason in why.items()
    )  # fmt: skip
    record(*facts, by=by, at=at)


def _leave(segment: Segment, why: dict[UUID, str], how: str, at: datetime, by: Context) -> None:
    if why:
        Label.objects.filter(kind=LABEL, key=segment.key, valid_until=None, customer_id__in=list(why)).update(
            valid_until=at
        )
    facts = (
        SegmentLeft(
            segment_id=segment.pk, segment_key=segment.key, segment_name=segment.name, customer_id=customer_id,
            reason=reason, how=how,
        )
        for customer_id, reason in why.items()
    )  # fmt: skip
    record(*facts, by=by, at=at)


def _changed(segment: Segment, at: datetime) -> list[UUID]:
    """Whose label differs from what the rule says; the moments of all are written on the way."""
    compiled = compile_whole(segment.tree, at=at)
    params = {**compiled.params, "own_key": segment.key, "segment_id": segment.pk}
    Recheck.objects.filter(segment=segment).delete()
    with connection.cursor() as cursor:
        if compiled.moves:
            cursor.execute(moments_sql(compiled), params)
        cursor.execute(changed_sql(compiled, _OPEN_LABEL), params)
        return [row[0] for row in cursor.fetchall()]


def _due(segment_id: UUID, at: datetime, batch: int) -> list[UUID]:
    found = lock_live([segment_id])
    rows = Recheck.objects.filter(segment_id=segment_id, due_at__lte=at)
    if not found:
        rows.delete()
        return []
    due = list(rows.order_by("due_at", "id").values_list("customer_id", flat=True)[:batch])
    refresh_customers(segment=found[0], customer_ids=due, how="clock", at=at)
    return due


def _sweep_due(segment: Segment, at: datetime) -> bool:
    if segment.counted_at is None:
        return True
    by_label = segment.kind == SegmentKind.RULE and any(
        isinstance(condition, LabelHeld) and condition.label != LABEL
        for _, condition in conditions_of(read_tree(segment.tree))
    )
    return segment.counted_at <= at - (SWEEP_LABELS if by_label else SWEEP)


def _batches(ids: Sequence[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
