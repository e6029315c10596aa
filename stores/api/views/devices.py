"""Tablets and who holds them."""

from datetime import datetime

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import DomainError
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.problems import problem
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView
from stores.api.serializers import AssociatePageOut, CurrentDeviceOut, EnrolIn, EnrolmentOut, SessionOut, SignInIn
from stores.api.shown import show_associate, show_device
from stores.models import Associate
from stores.queries.people import get_device, list_associates
from stores.services.associates import SignedIn, sign_in, sign_out
from stores.services.devices import enrol_device

_TABLETS = frozenset({Caller.DEVICE, Caller.ASSOCIATE})


class EnrolView(ApiView):
    """Turn the one-time code from the admin into this device's token. It works once, within ten minutes."""

    callers = frozenset({Caller.ANONYMOUS})

    @extend_schema(operation_id="enrol_device", request=EnrolIn, responses={201: EnrolmentOut})
    @write
    def post(self, request: Request) -> HttpResponse:
        given = read_input(EnrolIn, request)
        enrolment = enrol_device(code=given["code"], by=context_of(request), at=now())
        return Response({"device_token": enrolment.token, "device": show_device(enrolment.device)}, status=201)


class CurrentDeviceView(ApiView):
    """Which device this is, in which store, and who is signed in."""

    callers = _TABLETS

    @extend_schema(operation_id="current_device", responses=CurrentDeviceOut)
    def get(self, request: Request) -> HttpResponse:
        principal = principal_of(request)
        assert principal.device_id is not None  # a device always has one
        associate = Associate.objects.filter(id=principal.associate_id).first() if principal.associate_id else None
        device = get_device(principal.device_id)
        return Response({"device": show_device(device), "associate": _shown(associate, now())})


class AssociatesView(ApiView):
    """The associates of this device's store, to choose from before the PIN."""

    callers = _TABLETS

    @extend_schema(operation_id="associates", responses=AssociatePageOut)
    def get(self, request: Request) -> HttpResponse:
        store_id, at = principal_of(request).store_id, now()
        assert store_id is not None  # a device always stands in a store
        return Response({"items": [_shown(each, at) for each in list_associates(store_id=store_id)], "next": None})


class AssociateSessionsView(ApiView):
    """Sign an associate in with their PIN; whoever was signed in on this device is signed out."""

    callers = _TABLETS

    @extend_schema(operation_id="sign_associate_in", request=SignInIn, responses={201: SessionOut})
    @write
    def post(self, request: Request) -> HttpResponse:
        given, at = read_input(SignInIn, request), now()
        device_id = principal_of(request).device_id
        assert device_id is not None
        result = sign_in(
            device_id=device_id, associate_id=given["associate_id"], pin=given["pin"], by=context_of(request), at=at
        )
        if not isinstance(result, SignedIn):
            return _refused(result)
        shown = {
            "session_token": result.token,
            "expires_at": result.session.expires_at,
            "associate": _shown(result.associate, at),
        }
        return Response(shown, status=201)


class CurrentAssociateSessionView(ApiView):
    """Sign out."""

    callers = _TABLETS

    @extend_schema(operation_id="sign_associate_out", responses={204: None})
    @write
    def delete(self, request: Request) -> HttpResponse:
        device_id = principal_of(request).device_id
        assert device_id is not None
        sign_out(device_id=device_id, by=context_of(request), at=now())
        return HttpResponse(status=204)


def _refused(error: DomainError) -> HttpResponse:
    """Answered, not raised: raising would roll the count of failures back."""
    return problem(403, error.problem_code, error.problem_title, data=error.data)


def _shown(associate: Associate | None, at: datetime) -> dict[str, object] | None:
    return None if associate is None else show_associate(associate, at)
