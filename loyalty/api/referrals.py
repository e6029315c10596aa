"""The review queue of referrals, for staff and other systems."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api import member_shapes as shapes
from loyalty.queries.referrals import get_use, list_uses
from loyalty.services.qualifying import approve_referral, refuse_referral
from loyalty.states.members import ReferralState
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView

STATE = OpenApiParameter("state", str, enum=ReferralState.values, description="Only those in this state.")


class ReferralsBase(ApiView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})
    read_scope = "loyalty:read"
    write_scope = "loyalty:write"
    staff_permission = "loyalty.view_referraluse"
    staff_write_permission = "loyalty.change_referraluse"


class ReferralsView(ReferralsBase):
    @extend_schema(
        operation_id="loyalty_referrals_list",
        summary="Referrals, newest first",
        parameters=[STATE, *PAGE_PARAMETERS],
        responses=shapes.ReferralListOutput,
    )
    def get(self, request: Request) -> Response:
        rows = list_uses()
        if state := request.GET.get("state"):
            if state not in ReferralState.values:
                raise RuleViolation("state_unknown", "There is no such state.", pointer="/state")
            rows = rows.filter(state=state)
        return Response(page(request, rows, show=shapes.show_referral))


class ReferralApprovalView(ReferralsBase):
    @extend_schema(
        operation_id="loyalty_referrals_approve",
        summary="Let a flagged referral count",
        request=shapes.DecisionInput,
        responses=shapes.ReferralOutput,
    )
    @write
    def post(self, request: Request, referral_id: UUID) -> Response:
        note = read_input(shapes.DecisionInput, request)["note"]
        approve_referral(referral_id=referral_id, note=note, by=context_of(request), at=now())
        return Response(shapes.show_referral(get_use(referral_id)))


class ReferralRefusalView(ReferralsBase):
    @extend_schema(
        operation_id="loyalty_referrals_refuse",
        summary="Let a flagged referral earn nothing",
        request=shapes.DecisionInput,
        responses=shapes.ReferralOutput,
    )
    @write
    def post(self, request: Request, referral_id: UUID) -> Response:
        note = read_input(shapes.DecisionInput, request)["note"]
        refuse_referral(referral_id=referral_id, note=note, by=context_of(request), at=now())
        return Response(shapes.show_referral(get_use(referral_id)))
