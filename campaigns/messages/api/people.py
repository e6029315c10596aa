"""What waits for a customer: their inbox, and what an associate may tell them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.messages.api import serializers as shapes
from campaigns.messages.services.inbox import list_waiting, open_message, show_messages
from campaigns.messages.states import Way
from customers.queries import get_customer
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView

MOST_PROMPTS = 5


def _own_id(request: Request) -> UUID:
    customer_id = principal_of(request).customer_id
    assert customer_id is not None  # a CUSTOMER principal always has one
    return customer_id


class InboxView(ApiView):
    """Messages in the app, newest first; each is filled in as it is read, so that points in it are the points now."""

    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_inbox", parameters=[*PAGE_PARAMETERS], responses=shapes.InboxPage)
    def get(self, request: Request) -> Response:
        customer_id, at = _own_id(request), now()
        rows = list_waiting(customer_id, Way.INBOX, at=at)
        found: dict[str, Any] = page(request, rows, by=("-id",), show=lambda row: row)
        shown = show_messages(found["items"], customer_id, at=at)
        unread = list_waiting(customer_id, Way.INBOX, at=at, unread_only=True).count()
        return Response({"items": [shapes.show_inbox(each) for each in shown], "next": found["next"], "unread": unread})


class InboxReadView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_inbox_read", request=shapes.EmptyIn, responses=shapes.ReadOut)
    @write
    def post(self, request: Request, inbox_id: UUID) -> Response:
        """Mark one of my messages as read."""
        read_input(shapes.EmptyIn, request)
        message = open_message(
            customer_id=_own_id(request), message_id=inbox_id, channel=Way.INBOX, by=context_of(request), at=now()
        )
        return Response({"id": message.pk, "read_at": message.opened_at})


class _Prompts(ApiView):
    callers = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope = "messages:read"
    write_scope = "messages:write"
    staff_permission = "customers.view_customer"
    staff_write_permission = "customers.change_customer"


class PromptsView(_Prompts):
    """What may be told to this customer while they are here."""

    @extend_schema(operation_id="customer_prompts", responses=shapes.PromptList)
    def get(self, request: Request, customer_id: UUID) -> Response:
        person, at = get_customer(customer_id), now()
        rows = list(
            list_waiting(person.pk, Way.TABLET, at=at, unread_only=True).order_by("-priority", "-id")[:MOST_PROMPTS]
        )
        shown = show_messages(rows, person.pk, at=at)
        return Response({"items": [shapes.show_prompt(each) for each in shown], "next": None})


class PromptToldView(_Prompts):
    @extend_schema(operation_id="customer_prompt_told", request=shapes.EmptyIn, responses=shapes.ReadOut)
    @write
    def post(self, request: Request, customer_id: UUID, prompt_id: UUID) -> Response:
        """The associate told them; it is not shown again."""
        read_input(shapes.EmptyIn, request)
        message = open_message(
            customer_id=get_customer(customer_id).pk, message_id=prompt_id, channel=Way.TABLET, by=context_of(request),
            at=now(),
        )  # fmt: skip
        return Response({"id": message.pk, "read_at": message.opened_at})
