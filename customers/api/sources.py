"""What comes in from a source, for who sets it up."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.errors import SourceNotFound
from customers.models import Source
from customers.services.watching import list_latest
from omnichannel.rest.principal import Caller
from omnichannel.rest.views import ApiView


class LatestOutput(serializers.Serializer[Any]):
    items = serializers.ListField(child=serializers.DictField(child=serializers.JSONField()))
    counts = serializers.DictField(child=serializers.IntegerField())


class SourceLatestView(ApiView):
    """The latest messages of a source: how each was understood, and what was refused and why."""

    callers = frozenset({Caller.STAFF})
    staff_permission = "customers.view_source"

    @extend_schema(operation_id="sources_latest", responses=LatestOutput)
    def get(self, request: Request, source_id: UUID) -> Response:
        if not Source.objects.filter(pk=source_id).exists():
            raise SourceNotFound()
        items, counts = list_latest(source_id)
        return Response({"items": items, "counts": counts})
