"""Notes of those who serve a customer, on the customer's timeline."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.desk import DeskView, changers_only, staff_name
from customers.services.noting import note_customer
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import context_of
from omnichannel.rest.serializers import InputSerializer, StrictCharField, read_input


class CustomerNoteInput(InputSerializer):
    note = StrictCharField(max_length=1_000, help_text="What the next one should know.")


class CustomerNoteOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the entry on the timeline.")
    customer_id = serializers.UUIDField()
    note = serializers.CharField()
    by_name = serializers.CharField(help_text="Who wrote it, where we know their name.")
    at = serializers.DateTimeField()


class NotesView(DeskView):
    @extend_schema(
        operation_id="customers_note",
        summary="Leave a note",
        description="It stands on the timeline that staff see, under the writer's name, and is not changed any more. "
        "The customer finds it in what they may ask us for; it goes when they are forgotten.",
        request=CustomerNoteInput,
        responses={201: CustomerNoteOutput},
    )
    @write
    def post(self, request: Request, customer_id: UUID) -> Response:
        changers_only(request)
        note, author, at = read_input(CustomerNoteInput, request)["note"], staff_name(request), now()
        customer, entry_id = note_customer(
            customer_id=customer_id, note=note, author=author, by=context_of(request), at=at
        )
        shown = {"id": entry_id, "customer_id": customer.pk, "note": note, "by_name": author, "at": at}
        return Response(shown, status=201)
