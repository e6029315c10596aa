"""Membership over the API: the customer's own page, joining, the card at the till, rewards told by other systems."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.guesses import limited_guesses
from customers.api.desk import changers_only
from customers.api.me import own_id
from customers.services.lookups import open_customer
from loyalty.api import member_shapes as shapes
from loyalty.errors.members import CardUnknown, TriggerUnknown
from loyalty.queries.membership import find_customer_by_card
from loyalty.queries.overview import find_overview
from loyalty.services.membership import enrol, join
from loyalty.services.rewards import reward
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ANYONE, ApiView

HOUSE = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})


class MyLoyaltyView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(
        operation_id="me_loyalty",
        summary="My points, credit, card and code for friends",
        responses=shapes.LoyaltyOutput,
    )
    def get(self, request: Request) -> Response:
        return Response(shapes.show_overview(find_overview(own_id(request), at=now())))


class MyEnrolmentView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(
        operation_id="me_loyalty_enrol",
        summary="Join the programme",
        description="Safe to repeat. With an invitation's `token` its bonus comes along, once.",
        request=shapes.EnrolMyselfInput,
        responses=shapes.EnrolledOutput,
    )
    @write
    def post(self, request: Request) -> Response:
        token = read_input(shapes.EnrolMyselfInput, request).get("token", "")
        at = now()
        enrolled = enrol(customer_id=own_id(request), token=token, by=context_of(request), at=at)
        overview = find_overview(enrolled.member.customer_id, at=at)
        return Response(shapes.show_enrolled(enrolled, overview))


class EnrolmentView(ApiView):
    callers = HOUSE
    read_scope = "customers:read"
    write_scope = "loyalty:write"
    staff_permission = "customers.view_customer"

    @extend_schema(
        operation_id="loyalty_enrol",
        summary="Enrol a customer",
        description="At the counter, for somebody who stands there. Safe to repeat.",
        request=shapes.EnrolInput,
        responses=shapes.EnrolledOutput,
    )
    @write
    def post(self, request: Request) -> Response:
        changers_only(request)
        at = now()
        enrolled = enrol(
            customer_id=read_input(shapes.EnrolInput, request)["customer_id"], by=context_of(request), at=at
        )
        overview = find_overview(enrolled.member.customer_id, at=at)
        return Response(shapes.show_enrolled(enrolled, overview))


class JoinView(ApiView):
    """Anybody who holds an invitation. The answer is the same whatever is known of the address."""

    callers = ANYONE - {Caller.WRITE_KEY}
    write_scope = "loyalty:write"

    @extend_schema(
        operation_id="loyalty_join",
        summary="Join by an invitation, without a log-in",
        description="The address is proven at `verify_url`. Nothing in the answer says whether it was known.",
        request=shapes.JoinInput,
        responses=shapes.JoinedOutput,
    )
    @write
    def post(self, request: Request) -> Response:
        given = read_input(shapes.JoinInput, request)
        join(**given, by=context_of(request), at=now())
        page = str(settings.HEADLESS_FRONTEND_URLS["account_signup"])
        separator = "&" if "?" in page else "?"
        return Response({"status": "joined", "verify_url": f"{page}{separator}{urlencode({'email': given['email']})}"})


class CustomerLoyaltyView(ApiView):
    callers = HOUSE
    read_scope = "loyalty:read"
    staff_permission = "customers.view_customer"

    @extend_schema(
        operation_id="customers_loyalty",
        summary="A customer's points, credit, card and code",
        description="The look is recorded.",
        responses=shapes.LoyaltyOutput,
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        at = now()
        with transaction.atomic():
            customer = open_customer(customer_id=customer_id, by=context_of(request), at=at)
        return Response(shapes.show_overview(find_overview(customer.pk, at=at)))


class MemberByCardView(ApiView):
    callers = HOUSE
    read_scope = "loyalty:read"
    staff_permission = "customers.view_customer"

    @extend_schema(
        operation_id="loyalty_member_by_card",
        summary="Who shows this card?",
        description="Takes what the QR holds, or the number printed below it. The look is recorded.",
        parameters=[OpenApiParameter("code", str, "path", description="`OMM:<number>:<check>`, or the number.")],
        responses=shapes.ScannedMemberOutput,
    )
    def get(self, request: Request, code: str) -> Response:
        at = now()
        with limited_guesses(request, "member-card"):
            found = find_customer_by_card(code)
            if found is None:
                raise CardUnknown()
        with transaction.atomic():
            customer = open_customer(customer_id=found.pk, by=context_of(request), at=at)
        overview = find_overview(customer.pk, at=at)
        return Response({"customer": shapes.show_holder(customer), **shapes.show_overview(overview)})


class RewardsView(ApiView):
    callers = frozenset({Caller.API_KEY})
    write_scope = "loyalty:write"

    @extend_schema(
        operation_id="loyalty_reward",
        summary="Reward something a customer did",
        description="By the rules in force for `trigger`; once for each customer and `reference`, however often it is told.",
        request=shapes.RewardInput,
        responses=shapes.RewardOutput,
    )
    @write
    def post(self, request: Request) -> Response:
        given: dict[str, Any] = read_input(shapes.RewardInput, request)
        rewarded = reward(**given, by=context_of(request), at=now())
        if rewarded.reason == "no_rule":
            raise TriggerUnknown(pointer="/trigger", trigger=given["trigger"])
        return Response({"points": rewarded.points, "reason": rewarded.reason})
