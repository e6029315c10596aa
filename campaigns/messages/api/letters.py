"""Writing to one customer, by a person of the house."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.messages.services.letters import Letter, write_letter
from campaigns.messages.states import Outcome, Purpose, Way
from customers.api.desk import staff_name
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller
from omnichannel.rest.serializers import InputSerializer, StrictCharField, read_input
from omnichannel.rest.views import ApiView

#: The ways a letter may go, and the order in which they are tried.
WAYS = {"email": (Way.EMAIL,), "inbox": (Way.INBOX,), "any": (Way.EMAIL, Way.INBOX)}


class LetterInput(InputSerializer):
    subject = StrictCharField(max_length=150)
    words = StrictCharField(max_length=4_000, help_text="Plain words; lines stay lines.")
    by = serializers.ChoiceField(
        choices=sorted(WAYS), default="any", help_text="`any`: by email, else into their inbox in the app."
    )
    purpose = serializers.ChoiceField(
        choices=Purpose.choices,
        default=Purpose.TRANSACTIONAL,
        help_text="`marketing` for news and offers: it then needs their consent, and counts.",
    )


class LetterOutput(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    code = serializers.CharField()
    reason = serializers.CharField(help_text="Why it went, waits or did not go, for people.")
    channel = serializers.CharField(help_text="The way it took; empty when none was open.")
    decision_id = serializers.UUIDField()
    message_id = serializers.UUIDField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="When one that waits is judged again.")


class LettersView(ApiView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})
    read_scope = "messages:read"
    write_scope = "messages:write"
    staff_permission = "customers.view_customer"
    staff_write_permission = "customers.change_customer"

    @extend_schema(
        operation_id="customer_letter",
        summary="Write to a customer",
        description="The gate judges it like every message; its verdict is the answer, and is kept either way.",
        request=LetterInput,
        responses={201: LetterOutput},
    )
    @write
    def post(self, request: Request, customer_id: UUID) -> Response:
        given = read_input(LetterInput, request)
        letter = Letter(
            customer_id=customer_id, subject=given["subject"], words=given["words"], channels=WAYS[given["by"]],
            purpose=given["purpose"], author=staff_name(request),
        )  # fmt: skip
        verdict = write_letter(letter=letter, at=now())
        return Response({name: getattr(verdict, name) for name in LetterOutput().get_fields()}, status=201)
