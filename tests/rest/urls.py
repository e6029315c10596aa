"""Endpoints of the tests alone, below the real addresses."""

from typing import ClassVar
from uuid import UUID

from django.db import transaction
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.events.models import Event
from omnichannel.events.services import record
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import RuleViolation
from omnichannel.rest.etags import expected_version, require_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import page
from omnichannel.rest.principal import context_of
from omnichannel.rest.releasing import releases_early
from omnichannel.rest.serializers import (
    InputSerializer,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
    read_input,
    read_query,
)
from omnichannel.rest.views import ANYONE, ApiView
from omnichannel.urls import handler400, handler403, handler404, handler500
from omnichannel.urls import urlpatterns as real
from tests.events.conftest import BellRung

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class Ringing(InputSerializer):
    bell = serializers.UUIDField()
    times = StrictIntegerField(min_value=1)
    note = StrictCharField(required=False, max_length=20)
    loud = StrictBooleanField(required=False)
    extra = serializers.DictField(required=False)


class BellQuery(InputSerializer):
    bell = serializers.UUIDField(required=False)


class Bells(ApiView):
    callers = ANYONE
    write_scope = "bells:write"

    def get(self, request: Request) -> Response:
        read_query(BellQuery, request)
        return Response(page(request, Event.objects.all(), show=lambda event: event.data["times"]))

    @write
    def post(self, request: Request) -> Response:
        given = read_input(Ringing, request)
        require_version(expected_version(request), 7)
        record(BellRung(bell_id=given["bell"], times=given["times"]), by=context_of(request), at=now())
        if given["times"] == 13:
            raise RuleViolation("thirteen", "Not thirteen times.", pointer="/times")
        return Response({"times": given["times"], "rung": Event.objects.count()}, status=201)


class OneBell(ApiView):
    callers = ANYONE

    def get(self, request: Request, bell: UUID) -> Response:
        if request.GET.get("crash"):
            raise RuntimeError("a bug")
        return Response({"bell": bell})


class HotBells(ApiView):
    """Everybody rings the same one: its lock is released early."""

    callers = ANYONE
    heard: ClassVar[list[int]] = []

    @write
    @releases_early
    def post(self, request: Request) -> Response:
        given = read_input(Ringing, request)
        record(BellRung(bell_id=given["bell"], times=given["times"]), by=context_of(request), at=now())
        transaction.on_commit(lambda: self.heard.append(given["times"]))
        return Response({"times": given["times"]}, status=201)


urlpatterns = [
    path(
        "api/v1/",
        include(
            [
                path("bells", Bells.as_view()),
                path("bells/hot", HotBells.as_view()),
                path("bells/<uuid:bell>", OneBell.as_view()),
            ]
        ),
    ),
    *real,
]
