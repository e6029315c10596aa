"""Messages over the wire."""

from typing import Any

from rest_framework import serializers

from campaigns.messages.models import Campaign, Decision, Template
from campaigns.messages.rules.catalogue import title_of
from campaigns.messages.services.inbox import Shown
from campaigns.messages.states import CampaignState, Outcome, Way
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictCharField,
    StrictIntegerField,
    StrictRegexField,
    StrictUUIDField,
)

# --- What waits to be looked at ---------------------------------------------------------------------


class InboxActionOut(serializers.Serializer):
    label = serializers.CharField()
    url = serializers.URLField()


class InboxMessageOut(serializers.Serializer):
    id = serializers.UUIDField()
    template = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField()
    action = InboxActionOut(allow_null=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class InboxPage(serializers.Serializer):
    items = InboxMessageOut(many=True)
    next = serializers.CharField(allow_null=True)
    unread = serializers.IntegerField()


class PromptOut(serializers.Serializer):
    id = serializers.UUIDField()
    template = serializers.CharField()
    words = serializers.CharField()
    at = serializers.DateTimeField()


class PromptList(serializers.Serializer):
    items = PromptOut(many=True)
    next = serializers.CharField(allow_null=True)


class EmptyIn(InputSerializer):
    pass


class ReadOut(serializers.Serializer):
    id = serializers.UUIDField()
    read_at = serializers.DateTimeField()


def show_inbox(shown: Shown) -> dict[str, Any]:
    message = shown.message
    return {
        "id": message.pk, "template": message.template_key, "title": shown.title, "body": shown.body,
        "action": shown.action, "at": message.sent_at or message.created_at, "read_at": message.opened_at,
    }  # fmt: skip


def show_prompt(shown: Shown) -> dict[str, Any]:
    message = shown.message
    return {
        "id": message.pk, "template": message.template_key, "words": shown.body,
        "at": message.sent_at or message.created_at,
    }  # fmt: skip


# --- Why she did or did not get it -------------------------------------------------------------------


class WhyQuery(InputSerializer):
    customer = StrictUUIDField(required=False)
    template = StrictRegexField(r"^[a-z0-9_-]+$", max_length=60, required=False)
    outcome = serializers.ChoiceField(Outcome.choices, required=False)
    campaign = StrictUUIDField(required=False)
    code = StrictRegexField(r"^[a-z_]+$", max_length=40, required=False)
    source = StrictCharField(max_length=120, required=False)
    # Query parameters are text.
    days = serializers.IntegerField(min_value=1, max_value=3650, required=False, help_text="Only the last days.")


class GateCheckOut(serializers.Serializer):
    gate = serializers.CharField()
    passed = serializers.BooleanField()
    code = serializers.CharField()
    words = serializers.CharField()


class DecidedMessageOut(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.CharField()
    subject = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True)
    clicked_at = serializers.DateTimeField(allow_null=True)


class DecidedPersonOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class DecisionOut(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    customer = DecidedPersonOut(allow_null=True)
    template = serializers.CharField()
    title = serializers.CharField()
    channel = serializers.CharField()
    purpose = serializers.CharField()
    priority = serializers.IntegerField()
    source = serializers.CharField()
    outcome = serializers.ChoiceField(Outcome.choices)
    code = serializers.CharField()
    reason = serializers.CharField()
    held_until = serializers.DateTimeField(allow_null=True)
    checks = GateCheckOut(many=True)
    message = DecidedMessageOut(allow_null=True)


class DecisionPage(serializers.Serializer):
    items = DecisionOut(many=True)
    next = serializers.CharField(allow_null=True)


def show_decision(row: Decision) -> dict[str, Any]:
    message = row.message
    return {
        "id": row.pk, "at": row.decided_at,
        "customer": {"id": row.customer.pk, "name": str(row.customer)} if row.customer else None,
        "template": row.template_key, "title": title_of(row.template_key), "channel": row.channel,
        "purpose": row.purpose, "priority": row.priority, "source": row.source, "outcome": row.outcome,
        "code": row.code, "reason": row.reason, "held_until": row.due_at if row.outcome == Outcome.HELD else None,
        "checks": row.checks,
        "message": {
            "id": message.pk, "state": message.state, "subject": message.subject, "sent_at": message.sent_at,
            "opened_at": message.opened_at, "clicked_at": message.clicked_at,
        } if message else None,
    }  # fmt: skip


# --- Templates -----------------------------------------------------------------------------------------

_TEXT = {"max_length": 200_000, "allow_blank": True, "trim_whitespace": False}
_LINE = {"max_length": 2_000, "allow_blank": True, "required": False}


class MessageTemplateIn(InputSerializer):
    name = StrictCharField(max_length=120)
    subject = StrictCharField(max_length=300)
    preheader = StrictCharField(max_length=300, allow_blank=True)
    mjml = StrictCharField(**_TEXT)  # type: ignore[arg-type]  # options as one mapping
    text = StrictCharField(**_TEXT)  # type: ignore[arg-type]  # options as one mapping
    sms = StrictCharField(**_LINE)  # type: ignore[arg-type]  # options as one mapping
    inbox_title = StrictCharField(max_length=200, allow_blank=True, required=False)
    inbox_body = StrictCharField(**_LINE)  # type: ignore[arg-type]  # options as one mapping
    action_label = StrictCharField(max_length=80, allow_blank=True, required=False)
    action_url = StrictCharField(max_length=500, allow_blank=True, required=False)
    tablet = StrictCharField(**_LINE)  # type: ignore[arg-type]  # options as one mapping
    print_title = StrictCharField(max_length=200, allow_blank=True, required=False)
    print_body = StrictCharField(**_LINE)  # type: ignore[arg-type]  # options as one mapping


class TemplatePreviewIn(InputSerializer):
    words = MessageTemplateIn()
    customer = StrictUUIDField(required=False, help_text="Fill it as this person.")
    order = StrictUUIDField(required=False, help_text="Fill it with this order.")


class TemplateTestIn(TemplatePreviewIn):
    to = serializers.EmailField(max_length=254)


class TemplateProblemOut(serializers.Serializer):
    part = serializers.CharField()
    title = serializers.CharField()
    line = serializers.IntegerField(allow_null=True)


class CheckedLinkOut(serializers.Serializer):
    url = serializers.CharField()
    ok = serializers.BooleanField()
    words = serializers.CharField()


class OtherChannelOut(serializers.Serializer):
    channel = serializers.CharField()
    title = serializers.CharField()
    words = serializers.CharField()
    problem = serializers.CharField()


class TemplatePreviewOut(serializers.Serializer):
    subject = serializers.CharField()
    html = serializers.CharField()
    text = serializers.CharField()
    problems = TemplateProblemOut(many=True)
    links = CheckedLinkOut(many=True)
    others = OtherChannelOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class PaperOut(serializers.Serializer):
    pdf = serializers.CharField(help_text="Base64; empty where the message has no words for paper.")


class SentTestOut(serializers.Serializer):
    sent = serializers.BooleanField()
    problems = TemplateProblemOut(many=True)


class MessageTemplateOut(serializers.Serializer):
    key = serializers.CharField()
    version = serializers.IntegerField()
    purpose = serializers.CharField()
    words = serializers.DictField(child=serializers.CharField())


class TemplateSummaryOut(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    purpose = serializers.CharField()
    version = serializers.IntegerField()
    channels = serializers.ListField(child=serializers.CharField())


class MessageTemplateList(serializers.Serializer):
    items = TemplateSummaryOut(many=True)
    next = serializers.CharField(allow_null=True)


WORDS = ("name", "subject", "preheader", "mjml", "text", "sms", "inbox_title", "inbox_body", "action_label", "action_url",
         "tablet", "print_title", "print_body")  # fmt: skip


def show_template(row: Template) -> dict[str, Any]:
    return {
        "key": row.key, "version": row.version, "purpose": row.purpose,
        "words": {name: getattr(row, name) for name in WORDS},
    }  # fmt: skip


def show_summary(row: Template) -> dict[str, Any]:
    parts = {
        Way.EMAIL: row.mjml,
        Way.SMS: row.sms,
        Way.INBOX: row.inbox_body,
        Way.TABLET: row.tablet,
        Way.MAIL: row.print_body,
    }
    return {
        "key": row.key, "name": row.name, "purpose": row.purpose, "version": row.version,
        "channels": [way.value for way, words in parts.items() if words.strip()],
    }  # fmt: skip


# --- Campaigns -------------------------------------------------------------------------------------------


class CampaignIn(InputSerializer):
    name = StrictCharField(max_length=120)
    template = StrictRegexField(r"^[a-z0-9_-]+$", max_length=60)
    channels = serializers.ListField(
        child=serializers.ChoiceField(Way.choices), min_length=1, max_length=5, required=False
    )
    segments = serializers.ListField(child=StrictUUIDField(), max_length=20, required=False)
    excluded = serializers.ListField(child=StrictUUIDField(), max_length=20, required=False)
    priority = StrictIntegerField(min_value=0, max_value=100, required=False)
    holdout_pct = StrictIntegerField(min_value=0, max_value=90, required=False)
    utm_campaign = StrictRegexField(r"^[a-z0-9_-]*$", max_length=60, allow_blank=True, required=False)


class CampaignChange(CampaignIn):
    name = StrictCharField(max_length=120, required=False)
    template = StrictRegexField(r"^[a-z0-9_-]+$", max_length=60, required=False)


class CampaignScheduleIn(InputSerializer):
    send_at = serializers.DateTimeField(required=False, allow_null=True, help_text="At once when absent.")


class CampaignOut(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    template = serializers.CharField()
    purpose = serializers.CharField()
    channels = serializers.ListField(child=serializers.CharField())
    segments = serializers.ListField(child=serializers.UUIDField())
    excluded = serializers.ListField(child=serializers.UUIDField())
    priority = serializers.IntegerField()
    holdout_pct = serializers.IntegerField()
    utm_campaign = serializers.CharField()
    state = serializers.ChoiceField(CampaignState.choices)
    missing = serializers.ListField(child=serializers.CharField())
    send_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    audience = serializers.IntegerField()
    planned = serializers.IntegerField()
    version = serializers.IntegerField()


class CampaignPage(serializers.Serializer):
    items = CampaignOut(many=True)
    next = serializers.CharField(allow_null=True)


class CampaignAudienceIn(InputSerializer):
    segments = serializers.ListField(child=StrictUUIDField(), max_length=20)
    excluded = serializers.ListField(child=StrictUUIDField(), max_length=20, required=False)
    channels = serializers.ListField(child=serializers.ChoiceField(Way.choices), min_length=1, max_length=5)


class CampaignAudienceOut(serializers.Serializer):
    count = serializers.IntegerField()
    reachable = serializers.IntegerField(help_text="Of these, whoever may be written to by one of the channels.")


def show_campaign(row: Campaign, missing: list[str]) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "template": row.template_key, "purpose": row.purpose, "channels": row.channels,
        "segments": row.segments, "excluded": row.excluded, "priority": row.priority, "holdout_pct": row.holdout_pct,
        "utm_campaign": row.utm_campaign, "state": row.state, "missing": missing, "send_at": row.send_at,
        "started_at": row.started_at, "done_at": row.done_at, "audience": row.audience_size, "planned": row.planned,
        "version": row.version,
    }  # fmt: skip
