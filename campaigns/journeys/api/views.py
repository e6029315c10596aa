"""Journeys for staff and other systems: draw them, publish them, see what became of people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.journeys.api import serializers as wire
from campaigns.journeys.api import shown
from campaigns.journeys.errors import JourneyNotFound
from campaigns.journeys.models import Journey, JourneyVersion
from campaigns.journeys.ports import step_kinds
from campaigns.journeys.queries.results import count_ends, count_steps, find_version, get_journey, list_journeys
from campaigns.journeys.queries.vocabulary import list_vocabulary
from campaigns.journeys.rules.conditions import OPERATORS
from campaigns.journeys.services import publishing
from campaigns.journeys.services.rehearsing import rehearse
from campaigns.journeys.states import EnrolmentState, JourneyStatus
from customers.queries import get_customer
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView


class Journeys(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "journeys:read"
    write_scope = "journeys:write"
    staff_permission = "campaign_journeys.view_journey"
    staff_write_permission = "campaign_journeys.change_journey"


class JourneysView(Journeys):
    """All journeys, with how many came in, are inside and reached the goal."""

    @extend_schema(
        operation_id="journeys_list", parameters=[wire.JourneyQuery, *PAGE_PARAMETERS], responses=wire.JourneyPage
    )
    def get(self, request: Request) -> Response:
        asked = read_query(wire.JourneyQuery, request)
        rows = list_journeys().prefetch_related("versions").filter(**asked)
        return Response(page(request, rows, by=("name", "id"), show=shown.show_journey))

    @extend_schema(operation_id="journeys_create", request=wire.JourneyIn, responses={201: wire.JourneyOut})
    @write
    def post(self, request: Request) -> Response:
        given = read_input(wire.JourneyIn, request)
        journey = publishing.create_journey(**given, by=context_of(request), at=now())
        return Response(_whole(journey.pk), status=201)


class JourneyView(Journeys):
    """One journey."""

    @extend_schema(operation_id="journeys_get", responses=wire.JourneyOut)
    def get(self, request: Request, journey_id: UUID) -> Response:
        return Response(_whole(journey_id))

    @extend_schema(operation_id="journeys_update", request=wire.JourneyChange, responses=wire.JourneyOut)
    @write
    def patch(self, request: Request, journey_id: UUID) -> Response:
        given = read_input(wire.JourneyChange, request)
        publishing.rename_journey(journey_id=journey_id, name=given.get("name"), about=given.get("about"), at=now())
        return Response(_whole(journey_id))

    @extend_schema(operation_id="journeys_delete", request=None, responses={204: None})
    @write
    def delete(self, request: Request, journey_id: UUID) -> Response:
        publishing.delete_journey(journey_id=journey_id)
        return Response(status=204)


class VersionsView(Journeys):
    """The versions of a journey, the newest first, with how many people are on each."""

    @extend_schema(operation_id="journeys_versions", parameters=PAGE_PARAMETERS, responses=wire.VersionPage)
    def get(self, request: Request, journey_id: UUID) -> Response:
        read_query(wire.EmptyQuery, request)
        journey = get_journey(journey_id)
        inside = Count("enrolments", filter=Q(enrolments__state=EnrolmentState.ACTIVE))
        rows = JourneyVersion.objects.filter(journey=journey).annotate(inside=inside)
        return Response(page(request, rows, by=("-number",), show=shown.show_version))


class VersionView(Journeys):
    """The graph of one version, with what each step offers and what keeps it from being published."""

    @extend_schema(operation_id="journeys_version", responses=wire.VersionGraphOut)
    def get(self, request: Request, journey_id: UUID, number: int) -> Response:
        version = find_version(get_journey(journey_id), number) if number < 2**31 else None
        if version is None:
            raise JourneyNotFound()
        return Response(shown.show_version_graph(version))


class DraftView(Journeys):
    """The draft of the next version. It may be half done: `problems` says what is missing to publish it."""

    versioned = True

    @extend_schema(operation_id="journeys_draft", responses=wire.VersionGraphOut)
    def get(self, request: Request, journey_id: UUID) -> Response:
        version = find_version(get_journey(journey_id))
        if version is None:
            raise JourneyNotFound()
        return Response(shown.show_version_graph(version), headers={"ETag": etag(version.revision)})

    @extend_schema(operation_id="journeys_draft_save", request=wire.DraftIn, responses=wire.VersionGraphOut)
    @write
    def put(self, request: Request, journey_id: UUID) -> Response:
        given = read_input(wire.DraftIn, request)
        draft = publishing.save_draft(
            journey_id=journey_id, graph=given["graph"], note=given.get("note", ""), by=context_of(request), at=now(),
            expected=expected_version(request),
        )  # fmt: skip
        return Response(shown.show_version_graph(draft), headers={"ETag": etag(draft.revision)})

    @extend_schema(operation_id="journeys_draft_drop", request=None, responses={204: None})
    @write
    def delete(self, request: Request, journey_id: UUID) -> Response:
        publishing.drop_draft(journey_id=journey_id, expected=expected_version(request))
        return Response(status=204)


class CheckView(Journeys):
    """What is wrong with a graph, and what each of its steps offers. Nothing is kept."""

    write_scope = "journeys:read"
    staff_write_permission = ""

    @extend_schema(operation_id="journeys_check", request=wire.CheckIn, responses=wire.GraphOut)
    def post(self, request: Request) -> Response:
        return Response(shown.show_graph(read_input(wire.CheckIn, request)["graph"]))


class PublishView(Journeys):
    """The draft goes live: those who come from now on take it."""

    @extend_schema(operation_id="journeys_publish", request=wire.PublishIn, responses=wire.VersionGraphOut)
    @write
    def post(self, request: Request, journey_id: UUID) -> Response:
        given = read_input(wire.PublishIn, request)
        version = publishing.publish(
            journey_id=journey_id, move_people=given.get("move_people", False), by=context_of(request), at=now()
        )
        return Response(shown.show_version_graph(version))


class StatusView(Journeys):
    """Pause a journey, take it up again, or end it."""

    status: JourneyStatus

    def _set(self, request: Request, journey_id: UUID) -> Response:
        read_input(wire.EmptyIn, request)
        publishing.set_status(journey_id=journey_id, status=self.status, by=context_of(request), at=now())
        return Response(_whole(journey_id))


class PauseView(StatusView):
    status = JourneyStatus.PAUSED

    @extend_schema(operation_id="journeys_pause", request=wire.EmptyIn, responses=wire.JourneyOut)
    @write
    def post(self, request: Request, journey_id: UUID) -> Response:
        return self._set(request, journey_id)


class ResumeView(StatusView):
    status = JourneyStatus.LIVE

    @extend_schema(operation_id="journeys_resume", request=wire.EmptyIn, responses=wire.JourneyOut)
    @write
    def post(self, request: Request, journey_id: UUID) -> Response:
        return self._set(request, journey_id)


class EndView(StatusView):
    status = JourneyStatus.ENDED

    @extend_schema(operation_id="journeys_end", request=wire.EmptyIn, responses=wire.JourneyOut)
    @write
    def post(self, request: Request, journey_id: UUID) -> Response:
        return self._set(request, journey_id)


class SimulateView(Journeys):
    """Try a journey with a real customer: every step as it would be, waits skipped, nothing of it kept."""

    @extend_schema(operation_id="journeys_simulate", request=wire.SimulateIn, responses=wire.SimulationOut)
    def post(self, request: Request, journey_id: UUID) -> Response:
        given = read_input(wire.SimulateIn, request)
        journey, customer = get_journey(journey_id), get_customer(given["customer"])
        version = find_version(journey)
        graph = given.get("graph") or (version.graph if version else {"steps": []})
        with transaction.atomic(durable=True):
            told = rehearse(
                journey=journey, graph=graph, customer_id=customer.pk, answers=given.get("answers", {}), at=now()
            )
        return Response(shown.show_rehearsal(told, customer))


def since_of(asked: Mapping[str, Any]) -> datetime | None:
    """From when on rows are counted and shown, by `?days=`."""
    return now() - timedelta(days=asked["days"]) if "days" in asked else None


class CountsView(Journeys):
    """How many came to each step, which way they left and why, and how many stand there now."""

    @extend_schema(operation_id="journeys_counts", parameters=[wire.CountsQuery], responses=wire.CountsOut)
    def get(self, request: Request, journey_id: UUID) -> Response:
        asked = read_query(wire.CountsQuery, request)
        journey = get_journey(journey_id)
        since = since_of(asked)
        narrowed: dict[str, Any] = {"journey_id": journey.pk, "since": since, "version": asked.get("version")}
        counts = count_steps(**narrowed)
        return Response(
            {
                "since": since,
                "people": count_ends(**narrowed),
                "steps": [shown.show_counts(each) for each in counts.values()],
            }
        )


class KindsView(Journeys):
    """What a journey can be made of: kinds of steps with their settings, events, segments, messages, offers."""

    @extend_schema(operation_id="journeys_kinds", responses=wire.KindsOut)
    def get(self, request: Request) -> Response:
        read_query(wire.EmptyQuery, request)
        kinds = [(name, step_kinds.get(name)) for name in step_kinds.names()]
        return Response(
            {
                "kinds": [
                    {
                        "name": name, "title": kind.title, "group": kind.group, "icon": kind.icon,
                        "fields": [shown.show_field(field) for field in kind.fields],
                    }
                    for name, kind in kinds
                ],
                "currency": get_brand().default_currency,
                "operators": shown.choices(OPERATORS.items()),
                **{name: shown.choices(pairs) for name, pairs in list_vocabulary().items()},
            }
        )  # fmt: skip


def _whole(journey_id: UUID) -> dict[str, Any]:
    get_journey(journey_id)
    journey: Journey = list_journeys().prefetch_related("versions").get(pk=journey_id)
    return shown.show_journey(journey)
