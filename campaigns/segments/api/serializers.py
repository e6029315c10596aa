"""Segments over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.segments.errors import TreeInvalid
from campaigns.segments.models import Segment, SegmentVersion
from campaigns.segments.rules.uploads import MAX_LINES
from campaigns.segments.states import SegmentKind, SegmentState
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    StrictRegexField,
    StrictUUIDField,
)
from omnichannel.staff.columns import person


@extend_schema_field({"type": "object", "additionalProperties": True})
class TreeField(serializers.JSONField):
    """A rule: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}` or one condition with its `kind`."""

    default_error_messages = {"object": "A rule is an object."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("object")
        return data


class SegmentPreviewIn(InputSerializer):
    tree = TreeField()
    sample = StrictIntegerField(min_value=0, max_value=50, required=False, help_text="People to show; 10 when absent.")
    skip = StrictIntegerField(min_value=0, max_value=10_000, required=False, help_text="People to pass over first.")
    reach = StrictBooleanField(required=False, help_text="Also count who may be written to, by channel.")
    customer = StrictUUIDField(required=False, help_text="Try the rule with this person.")


class SegmentIn(InputSerializer):
    name = StrictCharField(max_length=120)
    key = StrictRegexField(r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80, required=False)
    description = StrictCharField(max_length=500, required=False, allow_blank=True)
    tree = TreeField(required=False, help_text="Absent for a list that is filled by upload.")
    live = StrictBooleanField(required=False, help_text="Make it live at once.")


class SegmentChange(InputSerializer):
    name = StrictCharField(max_length=120, required=False)
    description = StrictCharField(max_length=500, required=False, allow_blank=True)
    tree = TreeField(required=False, help_text="The next version of the rule.")
    state = serializers.ChoiceField(
        [SegmentState.LIVE.value, SegmentState.ARCHIVED.value], required=False, help_text="Members enter, or leave."
    )


class SegmentQuery(InputSerializer):
    state = serializers.ChoiceField(SegmentState.choices, required=False)
    q = StrictCharField(max_length=80, required=False, help_text="Beginning of the name.")


class MembersQuery(InputSerializer):
    at = serializers.DateTimeField(required=False, help_text="As of this moment; now when absent.")


class ListChange(InputSerializer):
    add = serializers.ListField(child=StrictUUIDField(), required=False, max_length=1_000)
    remove = serializers.ListField(child=StrictUUIDField(), required=False, max_length=1_000)


class ListUpload(InputSerializer):
    content_base64 = StrictCharField(
        max_length=20_000_000,
        trim_whitespace=False,
        help_text=f"A text or CSV file as Base64: a customer a line, by email, number or id; at most {MAX_LINES:,}.",
    )
    replace = StrictBooleanField(required=False, help_text="Take everybody off who is not in the file.")


class SegmentReachOut(serializers.Serializer[Any]):
    email = serializers.IntegerField()
    push = serializers.IntegerField()
    sms = serializers.IntegerField()
    any = serializers.IntegerField(help_text="On at least one of them.")


class SegmentSampleOut(serializers.Serializer[Any]):
    customer = serializers.UUIDField()
    name = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class SegmentPersonOut(serializers.Serializer[Any]):
    customer = serializers.UUIDField()
    inside = serializers.BooleanField()
    reason = serializers.CharField()


class SegmentPreviewOut(serializers.Serializer[Any]):
    """`alone`: who matches each condition by itself, by its place in the tree."""

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    alone = serializers.DictField(child=serializers.IntegerField())
    sentence = serializers.CharField()
    sample = SegmentSampleOut(many=True)
    reach = SegmentReachOut(allow_null=True)
    person = SegmentPersonOut(allow_null=True)
    took_ms = serializers.IntegerField()


class SegmentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.ChoiceField(SegmentKind.choices)
    state = serializers.ChoiceField(SegmentState.choices)
    version = serializers.IntegerField()
    tree = TreeField(allow_null=True)
    sentence = serializers.CharField()
    member_count = serializers.IntegerField()
    building = serializers.BooleanField(help_text="Its members are still those of the version before.")
    updated_at = serializers.DateTimeField()


class SegmentPage(serializers.Serializer[Any]):
    items = SegmentOut(many=True)
    next = serializers.CharField(allow_null=True)


class SegmentVersionOut(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    tree = TreeField()
    sentence = serializers.CharField()
    saved_by = serializers.CharField()
    saved_by_name = serializers.CharField()
    saved_at = serializers.DateTimeField()


class SegmentVersionPage(serializers.Serializer[Any]):
    items = SegmentVersionOut(many=True)
    next = serializers.CharField(allow_null=True)


class SegmentMemberOut(serializers.Serializer[Any]):
    customer = serializers.UUIDField()
    name = serializers.CharField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class SegmentMemberPage(serializers.Serializer[Any]):
    items = SegmentMemberOut(many=True)
    next = serializers.CharField(allow_null=True)


class SegmentUnknownOut(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    value = serializers.CharField()
    why = serializers.CharField()


class SegmentListReportOut(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    already = serializers.IntegerField()
    removed = serializers.IntegerField()
    unknown = SegmentUnknownOut(many=True)


class SegmentNamedOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()


class VocabularyEvent(SegmentNamedOut):
    phrase = serializers.CharField()
    seen = serializers.BooleanField()
    properties = serializers.ListField(child=serializers.CharField())


class VocabularyField(SegmentNamedOut):
    type = serializers.CharField()


class VocabularyCategory(serializers.Serializer[Any]):
    path = serializers.CharField()
    name = serializers.CharField()


class VocabularyStore(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class VocabularyLabel(serializers.Serializer[Any]):
    kind = serializers.CharField()
    keys = serializers.ListField(child=serializers.CharField())


class VocabularySegment(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()


class VocabularyOut(serializers.Serializer[Any]):
    currency = serializers.CharField()
    events = VocabularyEvent(many=True)
    profile_fields = VocabularyField(many=True)
    categories = VocabularyCategory(many=True)
    stores = VocabularyStore(many=True)
    labels = VocabularyLabel(many=True)
    segments = VocabularySegment(many=True)
    channels = SegmentNamedOut(many=True)
    consent_channels = SegmentNamedOut(many=True)
    consent_purposes = SegmentNamedOut(many=True)
    identity_kinds = SegmentNamedOut(many=True)


class EmptyQuery(InputSerializer):
    """Only `cursor` and `limit`."""


def show_segment(row: Segment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "key": row.key,
        "name": row.name,
        "description": row.description,
        "kind": row.kind,
        "state": row.state,
        "version": row.version,
        "tree": row.tree if row.kind == SegmentKind.RULE else None,
        "sentence": row.sentence,
        "member_count": row.member_count,
        "building": row.state == SegmentState.LIVE and row.built_version != row.version,
        "updated_at": row.updated_at,
    }


def show_version(row: SegmentVersion) -> dict[str, Any]:
    return {
        "version": row.version,
        "tree": row.tree,
        "sentence": row.sentence,
        "saved_by": row.saved_by,
        "saved_by_name": person(row.saved_by),
        "saved_at": row.saved_at,
    }


def refused(error: TreeInvalid) -> serializers.ValidationError:
    """Every problem of a rule at its own place below `/tree`."""
    details: dict[str, Any] = {}
    for problem in error.problems:
        inner = details.setdefault("tree", {})
        for part in problem.pointer.split("/")[1:]:
            inner = inner.setdefault(part.replace("~1", "/").replace("~0", "~"), {})
        inner.setdefault("non_field_errors", []).append(serializers.ErrorDetail(problem.title, code=problem.code))
    return serializers.ValidationError(details)
