"""Customers as those who work here see them: look-up, enrolment, changes. Every look is recorded."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import serializers as shapes
from customers.api.me import AddressesBase
from customers.queries import get_address, get_customer, list_customers
from customers.services.creating import NewCustomer
from customers.services.enrolling import enrol_customer
from customers.services.lookups import look_up_customers, open_customer
from customers.services.profiles import STAFF_FIELDS, update_customer
from customers.states import CustomerSource
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import Forbidden, RuleViolation
from omnichannel.rest.etags import etag, expected_version, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, limit_of, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView

HOUSE = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
QUERY = OpenApiParameter(
    "q",
    str,
    description="Name, part of a phone number, email or customer number; two characters at least. API keys may leave it out to walk them all.",
)


def changers_only(request: Request) -> None:
    """Staff who may only look may not write. Raises Forbidden."""
    if principal_of(request).kind is Caller.STAFF and not _staff(request).has_perm("customers.change_customer"):
        raise Forbidden("permission_missing", permission="customers.change_customer")


def staff_name(request: Request) -> str:
    """What the member of staff is called; empty for other callers, whom their context names."""
    return str(_staff(request)) if principal_of(request).kind is Caller.STAFF else ""


def _staff(request: Request) -> Any:
    return request._request.staff_user  # type: ignore[attr-defined]  # set where the session was read


class DeskView(ApiView):
    callers = HOUSE
    read_scope = "customers:read"
    write_scope = "customers:write"
    staff_permission = "customers.view_customer"


class CustomersView(DeskView):
    @extend_schema(
        operation_id="customers_list",
        summary="Look customers up",
        parameters=[QUERY, *PAGE_PARAMETERS],
        responses=shapes.CustomerListOutput,
    )
    def get(self, request: Request) -> Response:
        q = request.GET.get("q", "").strip()
        if not q and principal_of(request).kind is not Caller.ASSOCIATE:
            return Response(page(request, list_customers(), show=shapes.show_customer_to_staff))
        if not 2 <= len(q) <= 200:
            raise RuleViolation("query_invalid", "Give 2 to 200 characters to look for.", pointer="/q")
        limit = limit_of(request)
        with transaction.atomic():
            found = look_up_customers(q=q, limit=limit, by=context_of(request), at=now())
        return Response({"items": [shapes.show_customer_to_staff(row) for row in found], "next": None})

    @extend_schema(
        operation_id="customers_enrol",
        summary="Enrol a customer",
        description="Answers 409 `customer_known` with the candidates when the email or phone is known; `allow_duplicate` enrols anyway.",
        request=shapes.NewCustomerInput,
        responses={201: shapes.CustomerForStaffOutput},
    )
    @write
    def post(self, request: Request) -> Response:
        changers_only(request)
        given = read_input(shapes.NewCustomerInput, request)
        allow_duplicate = given.pop("allow_duplicate")
        by_key = principal_of(request).kind is Caller.API_KEY
        if "external_id" in given and not by_key:
            raise RuleViolation(
                "external_id_not_allowed", "Only other systems give external ids.", pointer="/external_id"
            )
        customer = enrol_customer(
            new=NewCustomer(source=CustomerSource.IMPORT if by_key else CustomerSource.STORE, **given),
            allow_duplicate=allow_duplicate or by_key,
            by=context_of(request),
            at=now(),
        )
        headers = {"ETag": etag(customer.version), "Location": f"/api/v1/customers/{customer.pk}"}
        return Response(shapes.show_customer_to_staff(customer), status=201, headers=headers)


class CustomerView(DeskView):
    versioned = True

    @extend_schema(operation_id="customers_read", summary="One customer", responses=shapes.CustomerForStaffOutput)
    def get(self, request: Request, customer_id: UUID) -> Any:
        with transaction.atomic():
            customer = open_customer(customer_id=customer_id, by=context_of(request), at=now())
        tag = etag(customer.version)
        return not_modified(request, tag) or Response(shapes.show_customer_to_staff(customer), headers={"ETag": tag})

    @extend_schema(
        operation_id="customers_change",
        summary="Change a customer",
        request=shapes.CustomerChangeInput,
        responses=shapes.CustomerForStaffOutput,
    )
    @write
    def patch(self, request: Request, customer_id: UUID) -> Response:
        changers_only(request)
        given = read_input(shapes.CustomerChangeInput, request)
        customer = update_customer(
            customer_id=customer_id,
            changes={name: value for name, value in given.items() if name in STAFF_FIELDS},
            country=given.get("country", ""),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return Response(shapes.show_customer_to_staff(customer), headers={"ETag": etag(customer.version)})


class DeskAddressBase(AddressesBase):
    callers = HOUSE
    read_scope = "customers:read"
    write_scope = "customers:write"
    staff_permission = "customers.view_customer"

    def owner(self, request: Request, **kwargs: Any) -> UUID:
        return get_customer(kwargs["customer_id"]).pk


class CustomerAddressesView(DeskAddressBase):
    @extend_schema(
        operation_id="customers_addresses_list", summary="A customer's addresses", responses=shapes.AddressListOutput
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        return self.listed(request, customer_id=customer_id)

    @extend_schema(
        operation_id="customers_addresses_add",
        summary="Add an address",
        request=shapes.SavedAddressInput,
        responses={201: shapes.AddressOutput},
    )
    @write
    def post(self, request: Request, customer_id: UUID) -> Response:
        changers_only(request)
        return self.added(request, customer_id=customer_id)


class CustomerAddressView(DeskAddressBase):
    @extend_schema(operation_id="customers_addresses_read", summary="One address", responses=shapes.AddressOutput)
    def get(self, request: Request, customer_id: UUID, address_id: UUID) -> Response:
        return Response(shapes.show_address(get_address(self.owner(request, customer_id=customer_id), address_id)))

    @extend_schema(
        operation_id="customers_addresses_change",
        summary="Change an address",
        request=shapes.SavedAddressChangeInput,
        responses=shapes.AddressOutput,
    )
    @write
    def patch(self, request: Request, customer_id: UUID, address_id: UUID) -> Response:
        changers_only(request)
        return self.changed(request, address_id, customer_id=customer_id)

    @extend_schema(operation_id="customers_addresses_remove", summary="Remove an address", responses={204: None})
    @write
    def delete(self, request: Request, customer_id: UUID, address_id: UUID) -> Response:
        changers_only(request)
        return self.removed(request, address_id, customer_id=customer_id)
