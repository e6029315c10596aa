"""Preferences, for who is logged in and for who holds the signed link of a mail; the newsletter."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.me import own_id
from customers.api.serializers import LocaleField
from customers.queries import get_customer
from customers.queries.links import customer_of_preferences, request_of_newsletter
from customers.queries.preferences import choice_ids, show_preferences
from customers.services.newsletter import confirm_newsletter, request_newsletter
from customers.services.preferences import set_preferences
from customers.states import ConsentChannel, ConsentPurpose
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import InputSerializer, StrictBooleanField, StrictCharField, read_input
from omnichannel.rest.views import ANYONE, ApiView


class ChoiceInput(InputSerializer):
    default_error_messages = {"no_choice": "This is not one of the choices."}

    channel = serializers.ChoiceField(choices=ConsentChannel.choices)
    purpose = serializers.ChoiceField(choices=ConsentPurpose.choices)
    granted = StrictBooleanField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["channel"], attrs["purpose"]) not in choice_ids():
            raise serializers.ValidationError(self.error_messages["no_choice"], code="no_choice")
        return attrs


class PreferencesInput(InputSerializer):
    choices = serializers.ListField(child=ChoiceInput(), max_length=20, required=False)
    locale = LocaleField(required=False)


class ChoiceOutput(serializers.Serializer[Any]):
    channel = serializers.CharField()
    purpose = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the serializer's own
    granted = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Why it may or may not be sent as things stand.")


class PreferencesOutput(serializers.Serializer[Any]):
    address = serializers.CharField(help_text="Masked.")
    locale = serializers.CharField()
    choices = ChoiceOutput(many=True)


class NewsletterInput(InputSerializer):
    email = StrictCharField(max_length=254)
    wording = StrictCharField(
        max_length=80, default="newsletter-1", help_text="Version of the words shown beside the field."
    )


class NewsletterConfirmInput(InputSerializer):
    token = StrictCharField(max_length=500)


class NewsletterOutput(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        choices=["asked", "confirmed"], help_text="`asked`: a mail with a link went to the address."
    )


class MyPreferencesView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_preferences_read", summary="My preferences", responses=PreferencesOutput)
    def get(self, request: Request) -> Response:
        return Response(show_preferences(get_customer(own_id(request)), at=now()))

    @extend_schema(
        operation_id="me_preferences_change",
        summary="Change my preferences",
        description="What is not named stays as it is.",
        request=PreferencesInput,
        responses=PreferencesOutput,
    )
    @write
    def put(self, request: Request) -> Response:
        return _changed(request, own_id(request), source="preferences")


class LinkPreferencesView(ApiView):
    """The same by the signed link at the foot of every mail: no log-in to say no."""

    callers = ANYONE
    write_scope = "customers:write"

    @extend_schema(
        operation_id="preferences_read", summary="Preferences behind a signed link", responses=PreferencesOutput
    )
    def get(self, request: Request, preferences_token: str) -> Response:
        return Response(show_preferences(get_customer(customer_of_preferences(preferences_token)), at=now()))

    @extend_schema(
        operation_id="preferences_change",
        summary="Change preferences behind a signed link",
        request=PreferencesInput,
        responses=PreferencesOutput,
    )
    @write
    def put(self, request: Request, preferences_token: str) -> Response:
        return _changed(request, customer_of_preferences(preferences_token), source="preferences_link")


class NewsletterView(ApiView):
    callers = ANYONE
    write_scope = "customers:write"

    @extend_schema(
        operation_id="newsletter_request",
        summary="Ask for the newsletter",
        description="Answers the same whether or not the address is known; its owner is asked by mail.",
        request=NewsletterInput,
        responses={202: NewsletterOutput},
    )
    @write
    def post(self, request: Request) -> Response:
        given = read_input(NewsletterInput, request)
        row = request_newsletter(
            email=given["email"],
            wording=given["wording"],
            customer_id=principal_of(request).customer_id,
            by=context_of(request),
            at=now(),
        )
        state = "confirmed" if row is not None and row.confirmed_at is not None else "asked"
        return Response({"state": state}, status=202)


class NewsletterConfirmView(ApiView):
    callers = ANYONE
    write_scope = "customers:write"

    @extend_schema(
        operation_id="newsletter_confirm",
        summary="Say yes to the newsletter",
        description="With the token of the mail. Repeating it is fine.",
        request=NewsletterConfirmInput,
        responses=NewsletterOutput,
    )
    @write
    def post(self, request: Request) -> Response:
        token = read_input(NewsletterConfirmInput, request)["token"]
        confirm_newsletter(request_id=request_of_newsletter(token), by=context_of(request), at=now())
        return Response({"state": "confirmed"})


def _changed(request: Request, customer_id: UUID, *, source: str) -> Response:
    given = read_input(PreferencesInput, request)
    at = now()
    customer = set_preferences(
        customer_id=customer_id,
        choices=given.get("choices", []),
        locale=given.get("locale"),
        source=source,
        by=context_of(request),
        at=at,
    )
    return Response(show_preferences(customer, at=at))
