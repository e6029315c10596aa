"""What the audiences' API takes and shows."""

from datetime import date

from rest_framework import serializers

from campaigns.audiences.queries.showing import STANDING
from campaigns.audiences.states import CallKind, ConversionState
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictRegexField,
    StrictUUIDField,
)


class DestinationInput(InputSerializer):
    platform = StrictRegexField(r"^[a-z0-9_]{1,30}$", max_length=30)
    remote_id = StrictRegexField(r"^[A-Za-z0-9_]*$", required=False, allow_blank=True, max_length=60)
    is_on = StrictBooleanField(required=False)


class AudienceInput(InputSerializer):
    key = StrictRegexField(r"^[a-z0-9][a-z0-9_-]*$", max_length=60)
    name = StrictCharField(max_length=120)
    rule = serializers.DictField(child=serializers.JSONField())
    is_live = StrictBooleanField(required=False)
    destinations = DestinationInput(many=True, required=False, max_length=10)  # type: ignore[call-arg]  # taken by the list DRF makes of it


class AudienceChangeInput(InputSerializer):
    name = StrictCharField(max_length=120, required=False)
    rule = serializers.DictField(child=serializers.JSONField(), required=False)
    is_live = StrictBooleanField(required=False)
    destinations = DestinationInput(many=True, required=False, max_length=10)  # type: ignore[call-arg]  # taken by the list DRF makes of it


class ItemsQuery(InputSerializer):
    customer = StrictUUIDField(required=False)
    product = StrictUUIDField(required=False)
    removed = serializers.ChoiceField(choices=["no", "yes", "all"], required=False, default="no")
    moved_on = serializers.DateField(
        required=False, help_text="Those that came in or went out on this day of the brand's time."
    )

    def validate_moved_on(self, value: date) -> date:
        if not 2000 <= value.year <= 2999:
            raise serializers.ValidationError("A day from 2000 to 2999.")
        return value


class MembersQuery(InputSerializer):
    standing = serializers.ChoiceField(choices=sorted(STANDING), help_text="Which number of a destination.")
    reason = StrictCharField(max_length=200, required=False, help_text="Of those withheld: only for this reason.")


class ConversionsQuery(InputSerializer):
    customer = StrictUUIDField(required=False)
    event_id = StrictCharField(required=False, max_length=120)
    state = serializers.ChoiceField(choices=ConversionState.choices, required=False)


class CallsQuery(InputSerializer):
    kind = serializers.ChoiceField(choices=CallKind.choices, required=False)


class DestinationDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.CharField()
    title = serializers.CharField()
    remote_id = serializers.CharField()
    is_on = serializers.BooleanField()
    is_connected = serializers.BooleanField()
    missing = serializers.CharField(help_text="What is not set up, in words.")
    people = serializers.IntegerField(help_text="On the platform's list now.")
    waiting = serializers.IntegerField(help_text="To be put on or taken off.")
    withheld = serializers.DictField(
        child=serializers.IntegerField(), help_text="People in the audience who are not sent, by reason."
    )
    last_sync_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()


class SizeDocument(serializers.Serializer):
    people = serializers.IntegerField()
    items = serializers.IntegerField()


class AudienceDocument(serializers.Serializer):
    id = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    rule = serializers.DictField()
    sentence = serializers.CharField()
    is_live = serializers.BooleanField()
    size = SizeDocument()
    destinations = DestinationDocument(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class AudienceListDocument(serializers.Serializer):
    items = AudienceDocument(many=True)
    next = serializers.CharField(allow_null=True)


class AudienceCustomerDocument(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AudienceProductDocument(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    sku = serializers.CharField(allow_null=True)
    image_url = serializers.CharField()


class ItemDocument(serializers.Serializer):
    id = serializers.UUIDField()
    audience = serializers.CharField(help_text="The audience's key.")
    audience_name = serializers.CharField()
    customer = AudienceCustomerDocument()
    product = AudienceProductDocument(allow_null=True)
    source = serializers.CharField()
    reason = serializers.CharField()
    added_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_reason = serializers.CharField()


class ItemListDocument(serializers.Serializer):
    items = ItemDocument(many=True)
    next = serializers.CharField(allow_null=True)


class MemberDocument(serializers.Serializer):
    id = serializers.UUIDField()
    customer = AudienceCustomerDocument(allow_null=True, help_text="None: erased since, and to be taken off.")
    is_there = serializers.BooleanField()
    is_wanted = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why not on the list, in words.")
    due_at = serializers.DateTimeField(help_text="When the platform is told next, where it waits.")
    changed_at = serializers.DateTimeField(allow_null=True)


class MemberListDocument(serializers.Serializer):
    items = MemberDocument(many=True)
    next = serializers.CharField(allow_null=True)


class DayDocument(serializers.Serializer):
    day = serializers.DateField()
    added = serializers.IntegerField()
    removed = serializers.IntegerField()


class DaysDocument(serializers.Serializer):
    time_zone = serializers.CharField()
    items = DayDocument(many=True)


class ConversionDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.CharField()
    name = serializers.CharField()
    event_id = serializers.CharField()
    customer = AudienceCustomerDocument(allow_null=True)
    occurred_at = serializers.DateTimeField()
    action_source = serializers.CharField()
    page_url = serializers.CharField()
    user_data = serializers.DictField(help_text="Hashed, as it is sent.")
    custom_data = serializers.DictField()
    state = serializers.ChoiceField(choices=ConversionState.choices)
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    due_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    trace = serializers.CharField()


class ConversionListDocument(serializers.Serializer):
    items = ConversionDocument(many=True)
    next = serializers.CharField(allow_null=True)


class CallDocument(serializers.Serializer):
    id = serializers.UUIDField()
    platform = serializers.CharField()
    kind = serializers.ChoiceField(choices=CallKind.choices)
    rows = serializers.IntegerField()
    request = serializers.DictField()
    status = serializers.IntegerField()
    answer = serializers.DictField()
    at = serializers.DateTimeField()


class CallListDocument(serializers.Serializer):
    items = CallDocument(many=True)
    next = serializers.CharField(allow_null=True)


class PlatformDocument(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    is_connected = serializers.BooleanField()
    missing = serializers.CharField()


class PlatformListDocument(serializers.Serializer):
    items = PlatformDocument(many=True)
    next = serializers.CharField(allow_null=True)


class RecommendationDocument(serializers.Serializer):
    product = AudienceProductDocument()
    because = serializers.CharField(help_text="What they bought that it goes with.")
    kind = serializers.CharField()


class RecommendationListDocument(serializers.Serializer):
    items = RecommendationDocument(many=True)
    next = serializers.CharField(allow_null=True)
