"""Writing segments: a rule saved is a version, made live it has members."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.segments.errors import SegmentInUse, SegmentIsAList, SegmentKeyTaken, SegmentNotFound
from campaigns.segments.facts import SegmentSaved
from campaigns.segments.models import Segment, SegmentVersion
from campaigns.segments.queries.known import read_checked
from campaigns.segments.rules.explain import explain
from campaigns.segments.rules.keys import key_of
from campaigns.segments.rules.tree import InSegment, LabelHeld, Node, conditions_of
from campaigns.segments.rules.watching import LIST_FACTS, watched
from campaigns.segments.services.membership import build_segment, end_membership
from campaigns.segments.states import SEGMENT_TRANSITIONS, SegmentKind, SegmentState
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSegment:
    """Without a tree it is a list, filled by upload. `key` empty: made of the name."""

    name: str
    key: str = ""
    description: str = ""
    tree: Mapping[str, Any] | None = None


def create_segment(*, new: NewSegment, by: Context, at: datetime) -> Segment:
    """Add a segment: a rule as a draft, a list at once live.

    Emits   SegmentSaved.
    Raises  TreeInvalid, SegmentKeyTaken.
    """
    is_list = new.tree is None
    with transaction.atomic():
        key = new.key or _free_key(new.name)
        if Segment.objects.filter(key=key).exists():
            raise SegmentKeyTaken(pointer="/key")
        segment = Segment(
            key=key,
            name=new.name,
            description=new.description,
            kind=SegmentKind.LIST if is_list else SegmentKind.RULE,
            state=SegmentState.LIVE if is_list else SegmentState.DRAFT,
            created_by=by.actor,
            created_at=at,
        )
        if new.tree is None:
            segment.sentence = "Everyone on the uploaded list."
            segment.watches = list(LIST_FACTS)
            segment.built_version = segment.version
            segment.counted_at = at
        else:
            _take_rule(segment, new.tree)
        segment.updated_at = at
        segment.save(force_insert=True)
        _keep_version(segment, by, at)
    return segment


def save_rule(*, segment_id: UUID, tree: Mapping[str, Any], by: Context, at: datetime) -> Segment:
    """Save another rule as the next version; the same rule again changes nothing. Members follow when it is built.

    Locks   the segment.
    Emits   SegmentSaved.
    Raises  SegmentNotFound, SegmentIsAList, TreeInvalid.
    """
    with transaction.atomic():
        segment = _locked(segment_id)
        if segment.kind == SegmentKind.LIST:
            raise SegmentIsAList()
        if segment.tree == tree:
            return segment
        segment.version += 1
        _take_rule(segment, tree)
        segment.updated_at = at
        segment.save()
        _keep_version(segment, by, at)
    return segment


def rename_segment(
    *, segment_id: UUID, name: str | None = None, description: str | None = None, at: datetime
) -> Segment:
    """Its key stays: rules and labels know it by that. Raises SegmentNotFound."""
    with transaction.atomic():
        segment = _locked(segment_id)
        segment.name = segment.name if name is None else name
        segment.description = segment.description if description is None else description
        segment.updated_at = at
        segment.save(update_fields=["name", "description", "updated_at"])
    return segment


def change_state(*, segment_id: UUID, state: str, by: Context, at: datetime) -> Segment:
    """Make it live (its members enter) or archive it (they leave).

    Locks   the segment.
    Emits   SegmentEntered, SegmentLeft.
    Raises  SegmentNotFound, SegmentInUse, Conflict.
    """
    with transaction.atomic():
        segment = _locked(segment_id)
        if segment.state == state:
            return segment
        if SegmentState(state) not in SEGMENT_TRANSITIONS[SegmentState(segment.state)]:
            raise Conflict(
                "segment_state", f"A segment that is {segment.get_state_display().lower()} cannot become that."
            )
        if state == SegmentState.ARCHIVED:
            _not_used(segment)
            end_membership(segment=segment, reason="The segment was archived", at=at, by=by)
        elif segment.kind == SegmentKind.RULE:
            read_checked(segment.tree, own_key=segment.key)
        segment.state = SegmentState(state)
        segment.updated_at = at
        segment.save(update_fields=["state", "updated_at"])
    return segment


def publish_segment(*, segment_id: UUID, by: Context, at: datetime) -> Segment:
    """Make it live and build it here and now."""
    with transaction.atomic():
        segment = change_state(segment_id=segment_id, state=SegmentState.LIVE, by=by, at=at)
        build_segment(segment_id=segment.pk, at=at, by=by)
    segment.refresh_from_db()
    return segment


def delete_draft(*, segment_id: UUID) -> None:
    """Throw a draft away. Raises SegmentNotFound, Conflict for one that was live."""
    with transaction.atomic():
        segment = _locked(segment_id)
        if segment.state != SegmentState.DRAFT:
            raise Conflict("segment_was_live", "It was live and keeps its history: archive it instead.")
        segment.delete()


def _take_rule(segment: Segment, tree: Mapping[str, Any]) -> None:
    node, known = read_checked(tree, own_key=segment.key)
    segment.tree = dict(tree)
    segment.sentence = explain(node, known.names)
    segment.watches = sorted(watched(node))
    segment.uses = sorted(_used(node))


def _used(node: Node) -> set[str]:
    return {
        condition.segment if isinstance(condition, InSegment) else condition.key
        for _, condition in conditions_of(node)
        if isinstance(condition, InSegment)
        or (isinstance(condition, LabelHeld) and condition.label == "segment" and condition.key)
    }


def _keep_version(segment: Segment, by: Context, at: datetime) -> None:
    SegmentVersion.objects.create(
        segment=segment, version=segment.version, tree=segment.tree, sentence=segment.sentence, saved_by=by.actor,
        saved_at=at,
    )  # fmt: skip
    fact = SegmentSaved(
        segment_id=segment.pk, segment_key=segment.key, version=segment.version, sentence=segment.sentence
    )
    record(fact, by=by, at=at)


def _not_used(segment: Segment) -> None:
    users = Segment.objects.filter(uses__contains=[segment.key]).exclude(state=SegmentState.ARCHIVED)
    if names := sorted(users.values_list("name", flat=True)):
        raise SegmentInUse(used_by=names)


def _locked(segment_id: UUID) -> Segment:
    segment = Segment.objects.select_for_update(no_key=True).filter(pk=segment_id).first()
    if segment is None:
        raise SegmentNotFound()
    return segment


def _free_key(name: str) -> str:
    key = key_of(name)
    taken = set(Segment.objects.filter(key__startswith=key).values_list("key", flat=True))
    return next(each for each in (key, *(f"{key}-{n}" for n in range(2, 10_000))) if each not in taken)
