"""Results of messages over the wire."""

from typing import Any

from rest_framework import serializers

from campaigns.messages.models import Message
from campaigns.messages.queries.results import BY_HOUR, COUNTED, HOURS
from campaigns.messages.states import Way
from omnichannel.rest.serializers import (
    InputSerializer,
    MoneySerializer,
    StrictCharField,
    StrictRegexField,
    StrictUUIDField,
)
from orders.models import Order


class ResultsQuery(InputSerializer):
    """At least one of campaign, source and template."""

    campaign = StrictUUIDField(required=False)
    source = StrictCharField(  # type: ignore[assignment]  # a field of that name, not what DRF reads it from
        max_length=120, required=False, help_text="`journey:<id>:<step>`"
    )
    template = StrictRegexField(r"^[a-z0-9_-]+$", max_length=60, required=False)
    # Query parameters are text.
    days = serializers.IntegerField(min_value=1, max_value=3650, required=False, help_text="Only the last days.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not {"campaign", "source", "template"} & set(attrs):
            raise serializers.ValidationError({"template": "Say of what: a campaign, a source or a template."})
        return attrs


class SentQuery(ResultsQuery):
    what = serializers.ChoiceField(sorted(COUNTED), help_text="Which number of the results.")
    channel = serializers.ChoiceField(Way.choices, required=False)
    hour = serializers.IntegerField(
        min_value=0, max_value=HOURS - 1, required=False,
        help_text="Of a campaign: opened or clicked in this hour since it began.",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "hour" in attrs and not ("campaign" in attrs and attrs["what"] in BY_HOUR):
            raise serializers.ValidationError(
                {"hour": "Hours are counted of what was opened or clicked in a campaign."}
            )
        return super().validate(attrs)


class ResultTotals(serializers.Serializer):
    # One for each of `COUNTED`.

    def get_fields(self) -> dict[str, serializers.Field]:
        return {name: serializers.IntegerField() for name in COUNTED} | super().get_fields()


class ChannelResult(ResultTotals):
    channel = serializers.CharField()


class CampaignRefusedOut(serializers.Serializer):
    code = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()


class CampaignHourOut(serializers.Serializer):
    hour = serializers.IntegerField(help_text="Hours since it began.")
    opened = serializers.IntegerField()
    clicked = serializers.IntegerField()


class MessageResultsOut(serializers.Serializer):
    totals = ResultTotals()
    by_channel = ChannelResult(many=True)
    refused = CampaignRefusedOut(many=True)
    held = serializers.IntegerField()
    orders = serializers.IntegerField()
    revenue = MoneySerializer(many=True, help_text="What the orders come to now, by currency.")
    came_back = MoneySerializer(many=True, help_text="By how much that is less than when they were placed.")


class CampaignResultsOut(MessageResultsOut):
    audience = serializers.IntegerField()
    planned = serializers.IntegerField()
    hours = CampaignHourOut(many=True)


class RecipientOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


#: When what became of a message; none while it has not.
_MOMENTS = ("sent_at", "opened_at", "clicked_at", "bounced_at", "unsubscribed_at")


class SentOut(serializers.Serializer):
    id = serializers.UUIDField()
    customer = RecipientOut(allow_null=True)
    recipient = serializers.CharField(allow_blank=True)
    channel = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:
        return super().get_fields() | {name: serializers.DateTimeField(allow_null=True) for name in _MOMENTS}


class SentPage(serializers.Serializer):
    items = SentOut(many=True)
    next = serializers.CharField(allow_null=True)


class MessageOrderOut(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField()
    customer = RecipientOut(allow_null=True)
    placed_at = serializers.DateTimeField()
    total = MoneySerializer(help_text="When it was placed.")
    now = MoneySerializer(help_text="After returns, cancellations and changes.")


class MessageOrderPage(serializers.Serializer):
    items = MessageOrderOut(many=True)
    next = serializers.CharField(allow_null=True)


def show_sent(row: Message) -> dict[str, Any]:
    names = ("recipient", "channel", "subject", "state", "reason", "created_at", *_MOMENTS)
    return {"id": row.pk, "customer": _person(row.customer), **{name: getattr(row, name) for name in names}}


def show_order(row: Order) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "customer": _person(row.customer), "placed_at": row.placed_at,
        "total": {"amount_minor": row.total_minor, "currency": row.currency},
        "now": {"amount_minor": row.current_total_minor, "currency": row.currency},
    }  # fmt: skip


def _person(customer: Any) -> dict[str, Any] | None:
    return {"id": customer.pk, "name": str(customer)} if customer is not None else None
