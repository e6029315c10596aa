"""What was joined can be taken apart again: identities let go, merges undone."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.desk import DeskView, changers_only
from customers.errors import CustomerNotFound, IdentityNotFound
from customers.models import Identity, Merge
from customers.queries import get_customer
from customers.services.joining import release_identity
from customers.services.merging import merge_customers, undo_merge
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import InputSerializer, StrictCharField, StrictUUIDField, read_input


class ReleaseInput(InputSerializer):
    reason = StrictCharField(max_length=200)


class RecordMergeInput(InputSerializer):
    from_id = StrictUUIDField(help_text="The record that becomes part of this customer.")
    reason = StrictCharField(max_length=200)


class RecordMergeOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    from_id = serializers.UUIDField()
    to_id = serializers.UUIDField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class IdentityView(DeskView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})

    @extend_schema(
        operation_id="customers_identities_release",
        summary="Let an identity go",
        description="Its events leave the timeline with it. It joins nobody by itself any more.",
        request=ReleaseInput,
        responses={204: None},
    )
    @write
    def post(self, request: Request, customer_id: UUID, identity_id: UUID) -> Response:
        changers_only(request)
        reason = read_input(ReleaseInput, request)["reason"]
        customer = get_customer(customer_id)
        if not Identity.objects.filter(pk=identity_id, customer_id=customer.pk).exists():
            raise IdentityNotFound()
        release_identity(identity_id=identity_id, reason=reason, by=context_of(request), at=now())
        return Response(status=204)


class MergesView(DeskView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})

    @extend_schema(
        operation_id="customers_merges_make",
        summary="Make another record part of this customer",
        request=RecordMergeInput,
        responses={201: RecordMergeOutput},
    )
    @write
    def post(self, request: Request, customer_id: UUID) -> Response:
        changers_only(request)
        given = read_input(RecordMergeInput, request)
        merge = merge_customers(
            from_id=given["from_id"], to_id=customer_id, reason=given["reason"], by=context_of(request), at=now()
        )
        return Response(_show(merge), status=201)


class MergeUndoView(DeskView):
    callers = frozenset({Caller.STAFF, Caller.API_KEY})

    @extend_schema(
        operation_id="customers_merges_undo",
        summary="Take a merge apart",
        description="Everything the merge moved goes back.",
        request=None,
        responses=RecordMergeOutput,
    )
    @write
    def post(self, request: Request, customer_id: UUID, customer_merge_id: UUID) -> Response:
        changers_only(request)
        if not Merge.objects.filter(pk=customer_merge_id, to_customer_id=customer_id).exists():
            raise CustomerNotFound()
        return Response(_show(undo_merge(merge_id=customer_merge_id, by=context_of(request), at=now())))


def _show(merge: Merge) -> dict[str, Any]:
    return {
        "id": merge.pk,
        "from_id": merge.from_customer_id,
        "to_id": merge.to_customer_id,
        "at": merge.at,
        "undone_at": merge.undone_at,
    }
