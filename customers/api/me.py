"""What customers read and change of themselves."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import serializers as shapes
from customers.queries import get_address, get_customer, list_addresses
from customers.services.addresses import add_address, change_address, remove_address
from customers.services.profiles import OWN_FIELDS, update_customer
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView


def own_id(request: Request) -> UUID:
    customer_id = principal_of(request).customer_id
    assert customer_id is not None  # a CUSTOMER principal always has one
    return customer_id


class MeView(ApiView):
    callers = frozenset({Caller.CUSTOMER})
    versioned = True

    @extend_schema(operation_id="me_read", summary="Who am I?", responses=shapes.CustomerOutput)
    def get(self, request: Request) -> Any:
        customer = get_customer(own_id(request))
        tag = etag(customer.version)
        return not_modified(request, tag) or Response(shapes.show_customer(customer), headers={"ETag": tag})

    @extend_schema(
        operation_id="me_change",
        summary="Change my profile",
        request=shapes.ProfileInput,
        responses=shapes.CustomerOutput,
    )
    @write
    def patch(self, request: Request) -> Any:
        given = read_input(shapes.ProfileInput, request)
        customer = update_customer(
            customer_id=own_id(request),
            changes={name: value for name, value in given.items() if name in OWN_FIELDS},
            country=given.get("country", ""),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return Response(shapes.show_customer(customer), headers={"ETag": etag(customer.version)})


class AddressesBase(ApiView):
    """One address book; whose, the subclass knows."""

    def owner(self, request: Request, **kwargs: Any) -> UUID:
        raise NotImplementedError

    def listed(self, request: Request, **kwargs: Any) -> Response:
        rows = list_addresses(self.owner(request, **kwargs))
        return Response({"items": [shapes.show_address(row) for row in rows], "next": None})

    def added(self, request: Request, **kwargs: Any) -> Response:
        address = add_address(
            customer_id=self.owner(request, **kwargs),
            fields=read_input(shapes.SavedAddressInput, request),
            by=context_of(request),
            at=now(),
        )
        return Response(shapes.show_address(address), status=201)

    def changed(self, request: Request, address_id: UUID, **kwargs: Any) -> Response:
        address = change_address(
            customer_id=self.owner(request, **kwargs),
            address_id=address_id,
            fields=read_input(shapes.SavedAddressChangeInput, request),
            by=context_of(request),
            at=now(),
        )
        return Response(shapes.show_address(address))

    def removed(self, request: Request, address_id: UUID, **kwargs: Any) -> Response:
        remove_address(
            customer_id=self.owner(request, **kwargs), address_id=address_id, by=context_of(request), at=now()
        )
        return Response(status=204)


class MyAddressesView(AddressesBase):
    callers = frozenset({Caller.CUSTOMER})

    def owner(self, request: Request, **kwargs: Any) -> UUID:
        return own_id(request)

    @extend_schema(operation_id="me_addresses_list", summary="My addresses", responses=shapes.AddressListOutput)
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        operation_id="me_addresses_add",
        summary="Add an address",
        request=shapes.SavedAddressInput,
        responses={201: shapes.AddressOutput},
    )
    @write
    def post(self, request: Request) -> Response:
        return self.added(request)


class MyAddressView(AddressesBase):
    callers = frozenset({Caller.CUSTOMER})

    def owner(self, request: Request, **kwargs: Any) -> UUID:
        return own_id(request)

    @extend_schema(operation_id="me_addresses_read", summary="One of my addresses", responses=shapes.AddressOutput)
    def get(self, request: Request, address_id: UUID) -> Response:
        return Response(shapes.show_address(get_address(own_id(request), address_id)))

    @extend_schema(
        operation_id="me_addresses_change",
        summary="Change an address",
        request=shapes.SavedAddressChangeInput,
        responses=shapes.AddressOutput,
    )
    @write
    def patch(self, request: Request, address_id: UUID) -> Response:
        return self.changed(request, address_id)

    @extend_schema(operation_id="me_addresses_remove", summary="Remove an address", responses={204: None})
    @write
    def delete(self, request: Request, address_id: UUID) -> Response:
        return self.removed(request, address_id)
