"""Paying for a placed order: another tender, links to pay, and what gateways tell us."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.integrations.api.incoming import IncomingView
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ANYONE, ApiView
from orders.api.access import OrderView, WorkView, address_of, count_guess, require_order
from orders.api.answers import order_answer, payment_answer, with_gateway_answers, with_payment_answer
from orders.api.documents import OrderDocument, PayableDocument, PaymentDocument, PaymentLinkDocument, ReceivedDocument
from orders.api.quotes import offered_providers
from orders.api.serializers import PayInput, PaymentInput, PaymentLinkInput
from orders.api.views.checkout import tender_of
from orders.models import Payment, PaymentLink
from orders.queries.links import payment_link_url
from orders.services.paying import (
    add_payment,
    create_payment_link,
    find_payable,
    open_minor,
    pay_by_link,
    revoke_payment_link,
)
from orders.services.receiving import receive_message


class Payments(OrderView):
    @extend_schema(operation_id="orders_pay", request=PaymentInput, responses={201: OrderDocument}, tags=["orders"])
    @with_gateway_answers
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """Take another tender for what is open."""
        wish = tender_of(read_input(PaymentInput, request))
        require_order(request, order_id)
        add_payment(order_id=order_id, wish=wish, by=context_of(request), at=now())
        return order_answer(request, order_id, status=201)


class PaymentLinks(WorkView):
    @extend_schema(
        operation_id="orders_create_payment_link",
        request=PaymentLinkInput,
        responses={201: PaymentLinkDocument},
        tags=["orders"],
    )
    @write
    def post(self, request: Request, order_id: UUID) -> HttpResponse:
        """A link to pay what is open, or a part of it. It is mailed to the customer as well."""
        given = read_input(PaymentLinkInput, request)
        require_order(request, order_id)
        made = create_payment_link(
            order_id=order_id, amount_minor=given.get("amount_minor"), by=context_of(request), at=now()
        )
        link = made.link
        return Response(
            {
                "id": str(link.id),
                "url": payment_link_url(link.id),
                "token": made.token,
                "amount": {"amount_minor": link.amount_minor, "currency": link.currency},
                "expires_at": link.expires_at.isoformat(),
            },
            status=201,
        )


class PaymentLinkDetail(WorkView):
    @extend_schema(operation_id="orders_revoke_payment_link", responses={204: None}, tags=["orders"])
    @write
    def delete(self, request: Request, link_id: UUID) -> HttpResponse:
        """The link leads nowhere from now on."""
        if not PaymentLink.objects.filter(pk=link_id).exists():
            raise NotFound()
        revoke_payment_link(link_id=link_id, by=context_of(request), at=now())
        return Response(status=204)


class Pay(ApiView):
    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope = write_scope = "orders:write"

    @extend_schema(operation_id="pay_get", responses={200: PayableDocument}, tags=["orders"])
    def get(self, request: Request, token: str) -> Response:
        """What the holder of a link is asked to pay."""
        link = find_payable(token, at=now())
        rest = open_minor(link.order, list(Payment.objects.filter(order=link.order)))
        return Response(
            {
                "number": link.order.number,
                "amount": {"amount_minor": min(link.amount_minor, rest), "currency": link.currency},
                "paid": rest == 0,
                "expires_at": link.expires_at.isoformat(),
                "providers": offered_providers(at_till=False),
            }
        )

    @extend_schema(operation_id="pay_post", request=PayInput, responses={201: PaymentDocument}, tags=["orders"])
    @with_payment_answer
    @write
    def post(self, request: Request, token: str) -> HttpResponse:
        """Start paying; the answer says where to go on."""
        given = read_input(PayInput, request)
        count_guess("pay", address_of(request), limit=60, seconds=900)
        payment = pay_by_link(token=token, wish=tender_of(given), by=context_of(request), at=now())
        return payment_answer(payment.id)


class GatewayWebhook(IncomingView):
    """Signed by the gateway."""

    @property
    def door(self) -> str:
        return f"gateway {self.kwargs['provider']}"  # refusing an unknown one is no refusal of a message

    @extend_schema(operation_id="gateway_webhook", request=None, responses={200: ReceivedDocument}, tags=["orders"])
    @write
    def post(self, request: Request, provider: str) -> HttpResponse:
        """A gateway tells us something: kept once by its id, believed only when signed."""
        fresh = receive_message(
            provider=provider,
            body=request._request.body,
            headers={name.lower(): value for name, value in request.headers.items()},
            by=context_of(request),
            at=now(),
        )
        return Response({"received": fresh})
