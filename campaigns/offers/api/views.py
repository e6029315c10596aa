"""Offers for staff and other systems; codes for their owners and those who serve them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.offers.api import serializers as wire
from campaigns.offers.errors import BatchMissing, CodeGone
from campaigns.offers.models import Offer
from campaigns.offers.queries.exporting import get_batch, stream_codes
from campaigns.offers.queries.offers import get_offer, list_batches, list_offer_codes, list_offers
from campaigns.offers.queries.wallet import list_codes
from campaigns.offers.services import publishing
from campaigns.offers.services.batches import generate_codes
from campaigns.offers.services.codes import create_shared_code, revoke_code
from campaigns.offers.services.explaining import explain_code, list_open_offers
from campaigns.offers.services.publishing import Limits
from campaigns.offers.states import OfferStatus
from carts.api.guesses import limited_guesses
from customers.queries import get_customer
from omnichannel.kernel.clock import now
from omnichannel.rest.etags import etag, expected_version, not_modified
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView


class _Offers(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "offers:read"
    write_scope = "offers:write"
    staff_permission = "campaign_offers.view_offer"
    staff_write_permission = "campaign_offers.change_offer"


def _shown(offer: Offer, status: int = 200) -> Response:
    return Response(wire.show_offer(offer), status=status, headers={"ETag": etag(offer.version)})


def _limits(given: Mapping[str, Any], offer: Offer | None = None) -> Limits | None:
    """The limits as they will stand; None when none was spoken of."""
    if offer is not None and not {"budget", "max_uses", "per_customer"} & set(given):
        return None
    budget = given.get("budget")
    if budget is None and "budget" not in given and offer is not None and offer.budget_minor is not None:
        budget = {"amount_minor": offer.budget_minor, "currency": offer.currency}
    return Limits(
        budget_minor=budget["amount_minor"] if budget else None,
        currency=budget["currency"] if budget else (offer.currency if offer else "USD"),
        max_uses=given.get("max_uses", offer.max_uses if offer else None),
        per_customer=given.get("per_customer", offer.per_customer if offer else None),
    )


class OffersView(_Offers):
    @extend_schema(
        operation_id="offers_list", tags=["offers"], parameters=[wire.OfferQuery, *PAGE_PARAMETERS], responses=wire.OfferPage
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Promotions and coupons, newest first."""
        asked = read_query(wire.OfferQuery, request)
        return Response(page(request, list_offers(**asked), show=wire.show_offer))

    @extend_schema(operation_id="offers_create", tags=["offers"], request=wire.OfferIn, responses={201: wire.OfferOut})
    @write
    def post(self, request: Request) -> Response:
        """Begin an offer as a draft: nothing counts before it is published."""
        given = read_input(wire.OfferIn, request)
        offer = publishing.create_offer(
            key=given["key"],
            name=given["name"],
            definition=given["definition"],
            limits=_limits(given) or Limits(),
            by=context_of(request),
            at=now(),
        )
        return _shown(offer, 201)


class OfferView(_Offers):
    versioned = True

    @extend_schema(operation_id="offers_read", tags=["offers"], responses=wire.OfferOut)
    def get(self, request: Request, offer_id: UUID) -> HttpResponse:
        """One offer: the draft, and what counts."""
        offer = get_offer(offer_id)
        return not_modified(request, etag(offer.version)) or _shown(offer)

    @extend_schema(operation_id="offers_change", tags=["offers"], request=wire.OfferChange, responses=wire.OfferOut)
    @write
    def patch(self, request: Request, offer_id: UUID) -> Response:
        """Change the draft, which counts when published, or limits, which count at once."""
        given = read_input(wire.OfferChange, request)
        offer = publishing.change_offer(
            offer_id=offer_id,
            name=given.get("name"),
            definition=given.get("definition"),
            limits=_limits(given, get_offer(offer_id)),
            at=now(),
            expected_version=expected_version(request),
        )
        return _shown(offer)


class PublishView(_Offers):
    versioned = True

    @extend_schema(operation_id="offers_publish", tags=["offers"], request=wire.OfferNoFields, responses=wire.OfferOut)
    @write
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Make the draft the version that counts, from now on."""
        read_input(wire.OfferNoFields, request)
        return _shown(
            publishing.publish_offer(
                offer_id=offer_id, by=context_of(request), at=now(), expected_version=expected_version(request)
            )
        )


class StatusView(_Offers):
    versioned = True

    @extend_schema(
        operation_id="offers_set_status", tags=["offers"], request=wire.OfferStatusIn, responses=wire.OfferOut
    )
    @write
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Pause, resume or end an offer. What it has taken off orders stays."""
        given = read_input(wire.OfferStatusIn, request)
        return _shown(
            publishing.set_offer_status(
                offer_id=offer_id,
                status=OfferStatus(given["status"]),
                by=context_of(request),
                at=now(),
                expected_version=expected_version(request),
            )
        )


class CodesView(_Offers):
    @extend_schema(
        operation_id="offer_codes_list", tags=["offers"], parameters=[wire.OfferCodeQuery, *PAGE_PARAMETERS], responses=wire.OfferCodePage
    )  # fmt: skip
    def get(self, request: Request, offer_id: UUID) -> Response:
        """Codes of an offer, newest first."""
        asked = read_query(wire.OfferCodeQuery, request)
        rows = list_offer_codes(offer_id, batch_id=asked.get("batch"))
        return Response(page(request, rows, show=wire.show_code))

    @extend_schema(
        operation_id="offer_codes_create",
        tags=["offers"],
        request=wire.OfferCodesIn,
        responses={201: wire.MadeCodesOut},
    )
    @write
    def post(self, request: Request, offer_id: UUID) -> Response:
        """One code spelled by hand, or up to a million unique ones, to be had as CSV."""
        given = read_input(wire.OfferCodesIn, request)
        by, at, ends = context_of(request), now(), given.get("expires_at")
        if "code" in given:
            most = given.get("max_uses")
            code = create_shared_code(
                offer_id=offer_id, code=given["code"], max_uses=most, expires_at=ends, by=by, at=at
            )
            return Response({"code": wire.show_code(code), "batch": None}, status=201)
        batch = generate_codes(
            count=given["count"],
            name=given.get("name") or "Codes",
            prefix=given.get("prefix", ""),
            max_uses=given.get("max_uses") or 1,
            offer_id=offer_id,
            expires_at=ends,
            by=by,
            at=at,
        )
        return Response({"code": None, "batch": wire.show_batch(batch)}, status=201)


class CodeView(_Offers):
    @extend_schema(operation_id="offer_codes_revoke", tags=["offers"], request=None, responses={200: wire.OfferCodeOut})
    @write
    def delete(self, request: Request, offer_id: UUID, code_id: int) -> Response:
        """Take a code back: it opens nothing from now on."""
        if code_id > 2**63 - 1 or not list_offer_codes(offer_id).filter(pk=code_id).exists():
            raise CodeGone()
        return Response(wire.show_code(revoke_code(code_id=code_id, at=now())))


class BatchesView(_Offers):
    @extend_schema(
        operation_id="offer_batches_list", tags=["offers"], parameters=PAGE_PARAMETERS, responses=wire.CodeBatchPage
    )  # fmt: skip
    def get(self, request: Request, offer_id: UUID) -> Response:
        """Batches of codes, newest first."""
        return Response(page(request, list_batches(offer_id), show=wire.show_batch))


class BatchExportView(_Offers):
    @extend_schema(
        operation_id="offer_batches_export",
        tags=["offers"],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "code,expires_at,max_uses,uses")},
    )
    def get(self, request: Request, offer_id: UUID, batch_id: UUID) -> StreamingHttpResponse:
        """The codes of a batch as CSV, streamed."""
        batch = get_batch(batch_id)
        if batch.offer_id != offer_id:
            raise BatchMissing()
        return StreamingHttpResponse(
            stream_codes(batch_id),
            content_type="text/csv",
            headers={
                "Content-Disposition": f'attachment; filename="codes-{batch.offer.key}-{batch.created_at:%Y-%m-%d}.csv"',
                "Cache-Control": "no-store",
            },
        )


class MyCodesView(ApiView):
    callers = frozenset({Caller.CUSTOMER})

    @extend_schema(operation_id="me_codes", tags=["me"], responses=wire.WalletOut)
    def get(self, request: Request) -> Response:
        """The customer's own codes, those that open something first."""
        customer_id = principal_of(request).customer_id
        assert customer_id is not None  # a customer's principal has one
        return Response({"items": [wire.show_wallet_code(code) for code in list_codes(customer_id, now())]})


class CustomerOffersView(ApiView):
    callers = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope = "customers:read"
    staff_permission = "customers.view_customer"

    @extend_schema(operation_id="customer_offers", tags=["customers"], responses=wire.CustomerOffersOut)
    def get(self, request: Request, customer_id: UUID) -> Response:
        """What is open for a customer: offers as they stand with her cart, and her own codes, in words."""
        customer = get_customer(customer_id)
        offers, codes, currency = list_open_offers(customer_id=customer.pk, at=now())
        return Response(
            {
                "offers": [wire.show_open_offer(offer, currency) for offer in offers],
                "codes": [wire.show_wallet_code(code) for code in codes],
            }
        )


class WhyView(ApiView):
    callers = frozenset({Caller.ASSOCIATE, Caller.API_KEY, Caller.STAFF})
    read_scope = "offers:read"
    staff_permission = "campaign_offers.view_code"

    @extend_schema(
        operation_id="offer_codes_why", tags=["offers"], parameters=[wire.CodeWhyQuery], responses=wire.CodeWhyOut
    )
    def get(self, request: Request, code: str) -> Response:
        """Why a code opens nothing for a customer, or that it does."""
        asked = read_query(wire.CodeWhyQuery, request)
        customer_id = get_customer(asked["customer"]).pk if "customer" in asked else None
        with limited_guesses(request, "offer-code"):
            return Response(wire.show_why(explain_code(code=code, customer_id=customer_id, at=now())))
