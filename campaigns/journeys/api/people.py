"""Who is where in a journey, who left a step which way, and why."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.journeys.api import serializers as wire
from campaigns.journeys.api import shown
from campaigns.journeys.api.views import Journeys, since_of
from campaigns.journeys.queries.results import (
    get_enrolment,
    get_journey,
    list_enrolments,
    list_runs,
    list_standing,
)  # fmt: skip
from campaigns.journeys.services.advancing import resume, take_out
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import context_of
from omnichannel.rest.serializers import read_input, read_query


class PeopleView(Journeys):
    """Everybody who came in, the newest first."""

    @extend_schema(
        operation_id="journeys_people", parameters=[wire.PeopleQuery, *PAGE_PARAMETERS], responses=wire.EnrolmentPage
    )
    def get(self, request: Request, journey_id: UUID) -> Response:
        asked = read_query(wire.PeopleQuery, request)
        rows = list_enrolments(
            journey_id=get_journey(journey_id).pk, state=asked.get("state", ""), customer_id=asked.get("customer"),
            since=since_of(asked),
        )  # fmt: skip
        return Response(page(request, rows, by=("-entered_at", "id"), show=shown.show_enrolment))


class PersonView(Journeys):
    """One person's way, step by step."""

    @extend_schema(operation_id="journeys_person", responses=wire.EnrolmentDetailOut)
    def get(self, request: Request, journey_id: UUID, enrolment_id: UUID) -> Response:
        return Response(shown.show_detail(get_enrolment(journey_id, enrolment_id)))


class PersonResumeView(Journeys):
    """Send somebody on whom an error stopped."""

    @extend_schema(operation_id="journeys_person_resume", request=wire.EmptyIn, responses=wire.EnrolmentDetailOut)
    @write
    def post(self, request: Request, journey_id: UUID, enrolment_id: UUID) -> Response:
        read_input(wire.EmptyIn, request)
        resume(enrolment_id=get_enrolment(journey_id, enrolment_id).pk, at=now())
        return Response(shown.show_detail(get_enrolment(journey_id, enrolment_id)))


class PersonExitView(Journeys):
    """Take somebody out of the journey."""

    @extend_schema(operation_id="journeys_person_exit", request=wire.ReasonIn, responses=wire.EnrolmentDetailOut)
    @write
    def post(self, request: Request, journey_id: UUID, enrolment_id: UUID) -> Response:
        reason = read_input(wire.ReasonIn, request)["reason"]
        enrolment = get_enrolment(journey_id, enrolment_id)
        take_out(enrolment_id=enrolment.pk, reason=reason, by=context_of(request), at=now())
        return Response(shown.show_detail(get_enrolment(journey_id, enrolment_id)))


class StepPeopleView(Journeys):
    """Who left this step, the latest first, each with the way they took and why."""

    @extend_schema(
        operation_id="journeys_step_people", parameters=[wire.RunsQuery, *PAGE_PARAMETERS], responses=wire.RunPage
    )
    def get(self, request: Request, journey_id: UUID, step: str) -> Response:
        asked = read_query(wire.RunsQuery, request)
        rows = list_runs(
            journey_id=get_journey(journey_id).pk,
            step=step,
            way=asked.get("way", ""),
            reason=asked.get("reason", ""),
            since=since_of(asked),
        )
        return Response(page(request, rows, by=("-id",), show=shown.show_run_of_person))


class StepHereView(Journeys):
    """Who stands at this step now, and what they wait for."""

    @extend_schema(operation_id="journeys_step_here", parameters=PAGE_PARAMETERS, responses=wire.EnrolmentPage)
    def get(self, request: Request, journey_id: UUID, step: str) -> Response:
        read_query(wire.EmptyQuery, request)
        rows = list_standing(journey_id=get_journey(journey_id).pk, step=step)
        return Response(page(request, rows, by=("-entered_at", "id"), show=shown.show_enrolment))
