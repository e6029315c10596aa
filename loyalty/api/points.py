"""Points in a cart, and the statement: the same views for one's own and for a named cart or customer."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.base import CartView, cart_ref, require_owner
from carts.services.checkout import lock_and_price
from customers.api.me import own_id
from customers.queries import get_customer
from loyalty.errors.ledger import CartNeedsCustomer
from loyalty.models import Journal
from loyalty.queries.balances import list_statement
from loyalty.queries.carts import CartPoints, find_cart_points
from loyalty.services.holding import hold_points, release_hold
from loyalty.states.ledger import JournalKind, Unit, currency_of
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import (
    InputSerializer,
    MoneySerializer,
    StrictIntegerField,
    StrictRegexField,
    read_input,
    read_query,
)
from omnichannel.rest.views import ApiView


class HoldPointsInput(InputSerializer):
    points = StrictIntegerField(min_value=1, max_value=1_000_000_000)


class RateOutput(serializers.Serializer):
    points = serializers.IntegerField()
    worth = MoneySerializer()


class TenderMethodOutput(serializers.Serializer):
    points = serializers.IntegerField()


class TenderOutput(serializers.Serializer):
    provider = serializers.ChoiceField(["points"])
    amount_minor = serializers.IntegerField()
    method = TenderMethodOutput()


class CartPointsOutput(serializers.Serializer):
    """`tender` goes into `payments` of the checkout as it stands; null while the cart keeps no points."""

    points = serializers.IntegerField(help_text="Kept for this cart now.")
    worth = MoneySerializer()
    until = serializers.DateTimeField(allow_null=True)
    tender = TenderOutput(allow_null=True)
    available = serializers.IntegerField(help_text="What the customer could use in this cart, those kept included.")
    usable = serializers.IntegerField(help_text="The most this bill may take, by balance and terms.")
    usable_worth = MoneySerializer()
    minimum = serializers.IntegerField()
    step = serializers.IntegerField()
    max_share_pct = serializers.IntegerField()
    rate = RateOutput()


class StatementQuery(InputSerializer):
    unit = StrictRegexField(r"^(points|credit:[A-Z]{3})$", required=False, help_text="points, or credit:USD.")


class MovementOutput(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(JournalKind.choices)
    reason = serializers.CharField()
    unit = serializers.ChoiceField(["points", "credit"])
    amount = serializers.IntegerField(help_text="Change of what may be spent; minor units for credit.")
    pending = serializers.IntegerField(help_text="Change of what may be spent later.")
    owed = serializers.IntegerField(help_text="Change of what is owed.")
    currency = serializers.CharField(help_text="Empty for points.")
    order_id = serializers.UUIDField(allow_null=True)
    channel = serializers.CharField()


class StatementOutput(serializers.Serializer):
    items = MovementOutput(many=True)
    next = serializers.CharField(allow_null=True)


class CartPointsView(CartView):
    versioned: ClassVar[bool] = False

    @extend_schema(operation_id="cart_points", responses=CartPointsOutput, tags=["loyalty"])
    def get(self, request: Request, cart_id: UUID | None = None) -> Response:
        """What this cart keeps of its customer's points, and what it could."""
        with transaction.atomic(durable=True):
            return Response(_show(_read(request, cart_id)))

    @extend_schema(
        operation_id="cart_hold_points", request=HoldPointsInput, responses=CartPointsOutput, tags=["loyalty"]
    )
    @write
    def put(self, request: Request, cart_id: UUID | None = None) -> Response:
        """Keep exactly so many points for this cart, until `until`: no other cart is promised them. Nothing is spent."""
        points = read_input(HoldPointsInput, request)["points"]
        cart = _read(request, cart_id)
        hold_points(
            customer_id=cart.customer_id,
            cart_id=cart.cart_id,
            points=points,
            bill_minor=cart.bill_minor,
            currency=cart.currency,
            by=context_of(request),
            at=now(),
        )
        return Response(_show(_read(request, cart_id)))

    @extend_schema(operation_id="cart_release_points", responses={200: CartPointsOutput}, tags=["loyalty"])
    @write
    def delete(self, request: Request, cart_id: UUID | None = None) -> Response:
        """Keep no points for this cart any more. Safe to repeat."""
        cart = _read(request, cart_id)
        release_hold(cart_id=cart.cart_id, by=context_of(request), at=now())
        return Response(_show(_read(request, cart_id)))


class MyStatementView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(
        operation_id="me_loyalty_statement",
        parameters=[StatementQuery, *PAGE_PARAMETERS],
        responses=StatementOutput,
        tags=["loyalty"],
    )
    def get(self, request: Request) -> Response:
        """Every movement of my points, or of my credit in a currency, the newest first."""
        return _statement(request, own_id(request))


class CustomerStatementView(ApiView):
    callers = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope = "loyalty:read"
    staff_permission = "customers.view_customer"

    @extend_schema(
        operation_id="customer_loyalty_statement",
        parameters=[StatementQuery, *PAGE_PARAMETERS],
        responses=StatementOutput,
        tags=["loyalty"],
    )
    def get(self, request: Request, customer_id: UUID) -> Response:
        """Every movement of a customer's points, or of their credit in a currency, the newest first."""
        return _statement(request, get_customer(customer_id).pk)


def _statement(request: Request, customer_id: UUID) -> Response:
    unit = read_query(StatementQuery, request).get("unit", Unit.POINTS)
    return Response(
        page(request, list_statement(customer_id, unit=unit), by=("-id",), show=lambda row: _movement(row, unit))
    )


def _movement(journal: Journal, unit: str) -> dict[str, Any]:
    return {
        "id": str(journal.id),
        "at": journal.at.isoformat(),
        "kind": journal.kind,
        "reason": journal.reason,
        "unit": "credit" if currency_of(unit) else "points",
        "amount": journal.active,  # type: ignore[attr-defined]  # annotated
        "pending": journal.pending,  # type: ignore[attr-defined]  # annotated
        "owed": -journal.debt,  # type: ignore[attr-defined]  # annotated
        "currency": currency_of(unit),
        "order_id": str(journal.order_id) if journal.order_id else None,
        "channel": journal.channel,
    }


def _read(request: Request, cart_id: UUID | None) -> CartPoints:
    """The caller's cart with its points. Raises NoCart, CartNeedsCustomer, PointsNotOffered."""
    principal = principal_of(request)
    require_owner(principal)
    at = now()
    priced = lock_and_price(ref=cart_ref(request, cart_id), at=at, need_quote=False)
    customer_id = priced.snapshot.customer_id
    # A tablet nobody signed in to shows a cart, and spends nothing of its customer's.
    if customer_id is None or principal.kind in (Caller.DEVICE, Caller.GUEST):
        raise CartNeedsCustomer()
    return find_cart_points(
        cart_id=priced.snapshot.cart_id,
        customer_id=customer_id,
        bill_minor=priced.totals.total,
        currency=priced.snapshot.currency,
        at=at,
    )


def _show(cart: CartPoints) -> dict[str, Any]:
    def money(amount: int) -> dict[str, Any]:
        return {"amount_minor": amount, "currency": cart.currency}

    terms = cart.terms
    return {
        "points": cart.points,
        "worth": money(terms.worth(cart.points)),
        "until": cart.until.isoformat() if cart.until else None,
        "tender": {
            "provider": "points",
            "amount_minor": terms.worth(cart.points),
            "method": {"points": cart.points},
        }
        if cart.points
        else None,
        "available": cart.available,
        "usable": cart.usable,
        "usable_worth": money(terms.worth(cart.usable)),
        "minimum": terms.minimum,
        "step": terms.step,
        "max_share_pct": terms.max_share_pct,
        "rate": {"points": terms.points, "worth": money(terms.minor)},
    }
