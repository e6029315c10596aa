"""One-off sends over the API."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.messages.api import serializers as shapes
from campaigns.messages.api.result_shapes import CampaignResultsOut
from campaigns.messages.api.results import show_results
from campaigns.messages.errors import CampaignNotFound
from campaigns.messages.models import Campaign
from campaigns.messages.queries.results import Scope, hours_of, results_of
from campaigns.messages.services import campaigns
from campaigns.messages.services.audience import count_audience
from campaigns.messages.services.dispatch import run_campaigns_soon
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView


class _Campaigns(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "campaigns:read"
    write_scope = "campaigns:write"
    staff_permission = "campaign_messages.view_campaign"
    staff_write_permission = "campaign_messages.change_campaign"


def _shown(campaign: Campaign) -> dict[str, Any]:
    return shapes.show_campaign(campaign, campaigns.missing_of(campaign))


def _get(campaign_id: UUID) -> Campaign:
    found = Campaign.objects.filter(pk=campaign_id).first()
    if found is None:
        raise CampaignNotFound()
    return found


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    if "template" in given:
        given["template_key"] = given.pop("template")
    return given


class CampaignsView(_Campaigns):
    @extend_schema(operation_id="campaigns_list", parameters=[*PAGE_PARAMETERS], responses=shapes.CampaignPage)
    def get(self, request: Request) -> Response:
        """The newest first."""
        return Response(page(request, Campaign.objects.all(), by=("-created_at", "-id"), show=_shown))

    @extend_schema(operation_id="campaigns_create", request=shapes.CampaignIn, responses={201: shapes.CampaignOut})
    @write
    def post(self, request: Request) -> Response:
        given = _fields(read_input(shapes.CampaignIn, request))
        made = campaigns.create_campaign(draft=campaigns.CampaignDraft(**given), by=context_of(request), at=now())
        return Response(_shown(made), status=201)


class CampaignView(_Campaigns):
    @extend_schema(operation_id="campaign", responses=shapes.CampaignOut)
    def get(self, request: Request, campaign_id: UUID) -> Response:
        return Response(_shown(_get(campaign_id)))

    @extend_schema(operation_id="campaign_change", request=shapes.CampaignChange, responses=shapes.CampaignOut)
    @write
    def patch(self, request: Request, campaign_id: UUID) -> Response:
        """Until it begins to be sent."""
        changes = _fields(read_input(shapes.CampaignChange, request))
        changed = campaigns.change_campaign(campaign_id=campaign_id, changes=changes, by=context_of(request), at=now())
        return Response(_shown(changed))


class CampaignScheduleView(_Campaigns):
    @extend_schema(operation_id="campaign_schedule", request=shapes.CampaignScheduleIn, responses=shapes.CampaignOut)
    @write
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Send it, at once or at a time."""
        given = read_input(shapes.CampaignScheduleIn, request)
        done = campaigns.schedule_campaign(
            campaign_id=campaign_id, send_at=given.get("send_at"), by=context_of(request), at=now()
        )
        run_campaigns_soon()
        return Response(_shown(done))


class _Step(_Campaigns):
    step: ClassVar[str] = ""

    def run(self, request: Request, campaign_id: UUID) -> Response:
        read_input(shapes.EmptyIn, request)
        service = getattr(campaigns, f"{self.step}_campaign")
        return Response(_shown(service(campaign_id=campaign_id, by=context_of(request), at=now())))


class CampaignPauseView(_Step):
    step = "pause"

    @extend_schema(operation_id="campaign_pause", request=shapes.EmptyIn, responses=shapes.CampaignOut)
    @write
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """Nothing more leaves until it is resumed."""
        return self.run(request, campaign_id)


class CampaignResumeView(_Step):
    step = "resume"

    @extend_schema(operation_id="campaign_resume", request=shapes.EmptyIn, responses=shapes.CampaignOut)
    @write
    def post(self, request: Request, campaign_id: UUID) -> Response:
        return self.run(request, campaign_id)


class CampaignCancelView(_Step):
    step = "cancel"

    @extend_schema(operation_id="campaign_cancel", request=shapes.EmptyIn, responses=shapes.CampaignOut)
    @write
    def post(self, request: Request, campaign_id: UUID) -> Response:
        """For good: what is not sent yet is not sent."""
        return self.run(request, campaign_id)


class CampaignResultsView(_Campaigns):
    @extend_schema(operation_id="campaign_results", responses=CampaignResultsOut)
    def get(self, request: Request, campaign_id: UUID) -> Response:
        """What came of it; each number counts rows: `/messages/sent`, `/messages/orders` and `/messages/why`, all `?campaign=`."""
        campaign = _get(campaign_id)
        found = show_results(results_of(Scope(campaign_id=campaign.pk)))
        counted = {"audience": campaign.audience_size, "planned": campaign.planned, "hours": hours_of(campaign)}
        return Response(found | counted)


class AudienceView(_Campaigns):
    write_scope = "campaigns:read"
    staff_write_permission = "campaign_messages.view_campaign"

    @extend_schema(
        operation_id="campaigns_audience", request=shapes.CampaignAudienceIn, responses=shapes.CampaignAudienceOut
    )
    @write
    def post(self, request: Request) -> Response:
        """How many people these segments are, and how many of them may be written to. Keeps nothing."""
        given = read_input(shapes.CampaignAudienceIn, request)
        counted = count_audience(
            segments=given["segments"], excluded=given.get("excluded", []), channels=given["channels"]
        )
        return Response({"count": counted.count, "reachable": counted.reachable})
