"""Journeys over the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns.journeys.states import EnrolmentState, JourneyStatus
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictRegexField,
    StrictUUIDField,
)  # fmt: skip

KEY = r"^[a-z0-9][a-z0-9_-]*$"


@extend_schema_field({"type": "object", "additionalProperties": True})
class GraphField(serializers.JSONField):
    """`{"steps": [{"id", "kind", "name", "settings", "next": {way: step}}]}`."""

    default_error_messages = {"object": "A graph is an object."}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            self.fail("object")
        return data


class JourneyIn(InputSerializer):
    key = StrictRegexField(KEY, max_length=60)
    name = StrictCharField(max_length=120)
    about = StrictCharField(max_length=300, required=False, allow_blank=True)
    graph = GraphField(required=False, help_text="The first draft; empty when absent.")


class JourneyChange(InputSerializer):
    name = StrictCharField(max_length=120, required=False)
    about = StrictCharField(max_length=300, required=False, allow_blank=True)


class DraftIn(InputSerializer):
    graph = GraphField()
    note = StrictCharField(max_length=200, required=False, allow_blank=True)


class CheckIn(InputSerializer):
    graph = GraphField()


class PublishIn(InputSerializer):
    move_people = StrictBooleanField(
        required=False, help_text="Those inside go on with the new version; else they finish on theirs."
    )


class SimulateIn(InputSerializer):
    customer = StrictUUIDField()
    graph = GraphField(required=False, help_text="Absent: the draft, else the live version.")
    answers = serializers.DictField(
        child=StrictCharField(max_length=40), required=False,
        help_text="By step id, the way to take: `event` lets what a wait is for happen.",
    )  # fmt: skip


class ReasonIn(InputSerializer):
    reason = StrictCharField(max_length=300)


class EmptyIn(InputSerializer):
    pass


class EmptyQuery(InputSerializer):
    pass


def _days() -> serializers.IntegerField:
    # Query parameters are text.
    return serializers.IntegerField(min_value=1, max_value=3650, required=False, help_text="Only the last days.")


class CountsQuery(InputSerializer):
    # Query parameters are text.
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False)
    days = _days()


class JourneyQuery(InputSerializer):
    status = serializers.ChoiceField(JourneyStatus.choices, required=False)


class PeopleQuery(InputSerializer):
    days = _days()
    state = serializers.ChoiceField(EnrolmentState.choices, required=False)
    customer = StrictUUIDField(required=False)


class RunsQuery(InputSerializer):
    way = StrictCharField(max_length=40, required=False, help_text="Only those who left this way.")
    reason = StrictCharField(max_length=300, required=False)
    days = _days()


class VersionOut(serializers.Serializer):
    number = serializers.IntegerField()
    state = serializers.CharField()
    revision = serializers.IntegerField()
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = serializers.CharField(allow_blank=True)
    people_inside = serializers.IntegerField()


class VersionPage(serializers.Serializer):
    items = VersionOut(many=True)
    next = serializers.CharField(allow_null=True)


class ProblemOut(serializers.Serializer):
    step = serializers.CharField(allow_blank=True)
    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    title = serializers.CharField()


class WayOut(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    required = serializers.BooleanField()


class StepOut(serializers.Serializer):
    id = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    sentence = serializers.CharField(allow_blank=True)
    ways = WayOut(many=True)


class GraphOut(serializers.Serializer):
    graph = GraphField()
    steps = StepOut(many=True, help_text="What each step offers with its settings as they are.")
    problems = ProblemOut(many=True)


class VersionGraphOut(VersionOut, GraphOut):
    pass


class JourneyOut(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    about = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(JourneyStatus.choices)
    live_version = serializers.IntegerField(allow_null=True)
    draft_version = serializers.IntegerField(allow_null=True)
    entered = serializers.IntegerField()
    inside = serializers.IntegerField()
    goals = serializers.IntegerField()
    stopped = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class JourneyPage(serializers.Serializer):
    items = JourneyOut(many=True)
    next = serializers.CharField(allow_null=True)


class ReasonOut(serializers.Serializer):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class WayCountOut(serializers.Serializer):
    way = serializers.CharField()
    count = serializers.IntegerField()
    reasons = ReasonOut(many=True)


class MessageResultOut(serializers.Serializer):
    intended = serializers.IntegerField()
    sent = serializers.IntegerField()
    opened = serializers.IntegerField()
    clicked = serializers.IntegerField()
    bought = serializers.IntegerField()
    amount_minor = serializers.IntegerField()
    currency = serializers.CharField(allow_blank=True)


class StepCountOut(serializers.Serializer):
    step = serializers.CharField()
    came = serializers.IntegerField(help_text="How often somebody came here, loops included.")
    here = serializers.IntegerField(help_text="Of them now.")
    waiting = serializers.IntegerField()
    failed = serializers.IntegerField()
    ways = WayCountOut(many=True)
    message = MessageResultOut(allow_null=True)


class CountsOut(serializers.Serializer):
    since = serializers.DateTimeField(allow_null=True)
    people = serializers.DictField(child=serializers.IntegerField(), help_text="By how they stand.")
    steps = StepCountOut(many=True)


class PersonOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.CharField()


class RunOut(serializers.Serializer):
    step = serializers.CharField()
    kind = serializers.CharField()
    visit = serializers.IntegerField()
    way = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField()


class RunOfPersonOut(RunOut):
    enrolment = serializers.UUIDField()
    customer = PersonOut()
    version = serializers.IntegerField()


class RunPage(serializers.Serializer):
    items = RunOfPersonOut(many=True)
    next = serializers.CharField(allow_null=True)


class JourneyEnrolmentOut(serializers.Serializer):
    id = serializers.UUIDField()
    customer = PersonOut()
    version = serializers.IntegerField()
    entry_no = serializers.IntegerField()
    event = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(EnrolmentState.choices)
    step = serializers.CharField()
    waits_for = serializers.CharField(allow_blank=True)
    due_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    entered_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class EnrolmentPage(serializers.Serializer):
    items = JourneyEnrolmentOut(many=True)
    next = serializers.CharField(allow_null=True)


class EnrolmentDetailOut(JourneyEnrolmentOut):
    runs = RunOut(many=True)


class RehearsedOut(serializers.Serializer):
    step = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    way = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class SimulationOut(serializers.Serializer):
    customer = PersonOut()
    runs = RehearsedOut(many=True)
    end = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class ChoiceOut(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()


class FieldOut(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    required = serializers.BooleanField()
    choices = ChoiceOut(many=True)
    default = serializers.JSONField()
    help = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    shown_if = serializers.ListField(child=serializers.CharField(), allow_null=True)


class KindOut(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField()
    icon = serializers.CharField()
    fields_ = FieldOut(many=True)

    def get_fields(self) -> dict[str, Any]:
        # The wire calls it `fields`, a name that a serializer keeps for itself.
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found


class KindsOut(serializers.Serializer):
    kinds = KindOut(many=True)
    currency = serializers.CharField(help_text="Of settings that are money.")
    operators = ChoiceOut(many=True)
    events = ChoiceOut(many=True)
    segments = ChoiceOut(many=True)
    templates = ChoiceOut(many=True)
    offers = ChoiceOut(many=True)
    audiences = ChoiceOut(many=True)
