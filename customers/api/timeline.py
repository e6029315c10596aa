"""The timeline and the profile, for those who help a customer; their own timeline for customers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.desk import DeskView
from customers.api.me import own_id
from customers.api.serializers import CustomerForStaffOutput, show_customer_to_staff
from customers.queries import get_customer
from customers.queries.identities import identity_ids_of
from customers.queries.profile import read_activity, read_panels, read_parts
from customers.queries.timeline import GROUPS, Wanted, list_timeline, names_of_places
from customers.services.lookups import open_customer
from omnichannel.events.ports import RecordedEvent
from omnichannel.events.sentences import sentence_of
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.rest.pagination import PAGE_PARAMETERS, decode_cursor, encode_cursor, limit_of
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import InputSerializer, StrictCharField, read_query
from omnichannel.rest.views import ApiView

#: Of what led somebody here and where; the rest of a context is for staff and systems.
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "fbclid", "post_id")


class TimelineQuery(InputSerializer):
    channel = StrictCharField(required=False, max_length=100, help_text="One or more channels, comma-separated.")
    kind = serializers.ChoiceField(required=False, choices=sorted(GROUPS), help_text="Only what belongs to this.")

    def validate_channel(self, value: str) -> list[str]:
        names = [name for name in (part.strip() for part in value.split(",")) if name]
        if unknown := [name for name in names if name not in Channel.values]:
            raise serializers.ValidationError(f"There is no channel {unknown[0]}.", code="unknown_channel")
        return names


class TimelinePlace(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class TimelineRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField(help_text="When it happened.")
    name = serializers.CharField()
    kind = serializers.CharField(help_text="domain: recorded by us; tracked: seen by a page, an app or a server.")
    sentence = serializers.CharField(help_text="What happened, for a person.")
    channel = serializers.CharField()
    store = TimelinePlace(allow_null=True)
    subject_id = serializers.UUIDField(allow_null=True)
    context = serializers.DictField(  # type: ignore[assignment]  # a field of this name, not the serializer's own
        child=serializers.JSONField(), help_text="The campaign that led there."
    )


class DeskTimelineRow(TimelineRow):
    associate_id = serializers.UUIDField(allow_null=True)
    actor = serializers.CharField()
    data = serializers.DictField(  # type: ignore[assignment]  # a field of this name, not the serializer's own
        child=serializers.JSONField(), help_text="For staff and other systems; else empty."
    )


class TimelineOutput(serializers.Serializer[Any]):
    items = TimelineRow(many=True)
    next = serializers.CharField(allow_null=True)


class DeskTimelineOutput(serializers.Serializer[Any]):
    items = DeskTimelineRow(many=True)
    next = serializers.CharField(allow_null=True)


class ProfileOutput(serializers.Serializer[Any]):
    customer = CustomerForStaffOutput()
    identities = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    touch = serializers.DictField(child=serializers.JSONField())
    consents = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    permissions = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField()),
        help_text="What may be sent as things stand, with the reason.",
    )
    suppressions = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    labels = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    addresses = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    merges = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    may_be_same = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    panels = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    activity = serializers.ListField(
        child=serializers.DictField(child=serializers.JSONField()), help_text="{day, lane, count} of the last 60 days."
    )


class MyTimelineView(ApiView):
    """What happened between the customer and the brand, on every channel, newest first."""

    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_timeline", parameters=[TimelineQuery, *PAGE_PARAMETERS], responses=TimelineOutput)
    def get(self, request: Request) -> Response:
        return Response(_page(request, identity_ids_of(own_id(request)), own=True))


class CustomerTimelineView(DeskView):
    """One life in order, on every channel and under every name, newest first."""

    @extend_schema(
        operation_id="customers_timeline", parameters=[TimelineQuery, *PAGE_PARAMETERS], responses=DeskTimelineOutput
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        customer = get_customer(customer_id)
        return Response(_page(request, identity_ids_of(customer.pk), own=False))


class ProfileView(DeskView):
    """The customer whole: identities with how they joined, consents, marks, panels of every app."""

    @extend_schema(operation_id="customers_profile", responses=ProfileOutput)
    def get(self, request: Request, customer_id: UUID) -> Response:
        at = now()
        with transaction.atomic():
            customer = open_customer(customer_id=customer_id, by=context_of(request), at=at)
        parts = read_parts(customer, at=at)
        return Response(
            {
                "customer": show_customer_to_staff(customer),
                **parts,
                "panels": read_panels(customer.pk, at=at),
                "activity": read_activity(parts["identities"], at=at),
            }
        )


def _page(request: Request, identity_ids: list[UUID], *, own: bool) -> dict[str, Any]:
    query = read_query(TimelineQuery, request)
    limit = limit_of(request)
    wanted = Wanted(
        before=_position(request),
        group=query.get("kind", ""),
        channels=query.get("channel", ()),
        own=own,
        limit=limit + 1,
    )
    events = list_timeline(identity_ids, wanted)
    more, events = len(events) > limit, events[:limit]
    places = names_of_places(events)
    with_data = principal_of(request).kind in (Caller.STAFF, Caller.API_KEY)
    last = events[-1] if events else None
    return {
        "items": [_show(event, places, own=own, with_data=with_data) for event in events],
        "next": encode_cursor([last.occurred_at.isoformat(), str(last.id)]) if more and last else None,
    }


def _position(request: Request) -> tuple[datetime, UUID] | None:
    found = decode_cursor(request, 2)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(str(found[0]))
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment, UUID(str(found[1]))
    except ValueError as error:
        raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor") from error


def _show(event: RecordedEvent, places: dict[UUID, str], *, own: bool, with_data: bool) -> dict[str, Any]:
    name = places.get(event.store_id) if event.store_id else None
    shown: dict[str, Any] = {
        "id": event.id,
        "at": event.occurred_at,
        "name": event.name,
        "kind": event.kind,
        "sentence": sentence_of(event),
        "channel": event.channel,
        "store": {"id": event.store_id, "name": name} if name else None,
        "subject_id": event.subject_id,
        "context": {key: event.context[key] for key in CAMPAIGN if key in event.context},
    }
    if own:
        return shown
    return shown | {
        "associate_id": event.associate_id,
        "actor": event.actor,
        "data": event.data if with_data else {},
    }
