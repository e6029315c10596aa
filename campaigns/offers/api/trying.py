"""Trying offers: a definition while it is written, a cart real or made up."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.offers.api import serializers as wire
from campaigns.offers.queries.offers import get_offer
from campaigns.offers.rules.gates import HeldCode, LiveOffer
from campaigns.offers.services.simulating import Trial, Tried, try_offers
from carts.errors import NoCart
from carts.queries.access import internally
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView


class _Trying(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "offers:read"
    write_scope = "offers:read"  # nothing is written
    staff_permission = "campaign_offers.view_offer"


class SimulateView(_Trying):
    """Any definition, or none: what the live offers alone come to."""

    @extend_schema(
        operation_id="offers_simulate",
        tags=["offers"],
        request=wire.OfferSimulateIn,
        responses={200: wire.OfferSimulateOut},
    )
    @write
    def post(self, request: Request) -> Response:
        given = read_input(wire.OfferSimulateIn, request)
        return Response(_answer(given, draft=given.get("definition"), offer_id=None))


class SimulateOfferView(_Trying):
    """An offer's draft, or the definition given in its place."""

    @extend_schema(
        operation_id="offers_simulate_one",
        tags=["offers"],
        request=wire.OfferSimulateIn,
        responses={200: wire.OfferSimulateOut},
    )
    @write
    def post(self, request: Request, offer_id: UUID) -> Response:
        given = read_input(wire.OfferSimulateIn, request)
        draft = given.get("definition", get_offer(offer_id).draft)
        return Response(_answer(given, draft=draft, offer_id=offer_id))


def _answer(given: Mapping[str, Any], *, draft: Any, offer_id: UUID | None) -> dict[str, Any]:
    cart_id = given.get("cart_id")
    items: dict[str, int] = {}
    for item in given.get("items", ()):
        items[item["sku"]] = min(items.get(item["sku"], 0) + item["quantity"], 9999)
    trial = Trial(
        cart=internally(cart_id) if cart_id else None,
        items=items,
        customer_id=given.get("customer_id"),
        email=given.get("email", ""),
        currency=given.get("currency", ""),
        channel=given.get("channel", "web"),
        store_id=given.get("store_id"),
        fulfilment=given.get("fulfilment", "ship"),
        codes=given.get("codes", ()),
        draft=draft,
        offer_id=offer_id,
    )
    tried = try_offers(trial=trial, at=now())
    if cart_id and tried.snapshot is None:
        raise NoCart()
    return show_tried(tried)


def show_tried(tried: Tried) -> dict[str, Any]:
    snapshot = tried.snapshot
    currency = snapshot.currency if snapshot else get_brand().default_currency
    lines = []
    for line in snapshot.lines if snapshot else ():
        off = [row for row in tried.rows if row.line_id == line.id]
        lines.append(
            {
                "sku": line.sku,
                "name": " · ".join(name for name in (line.product_name, line.variant_name) if name),
                "image_url": line.image_url,
                "quantity": line.quantity,
                "items": wire.money(line.items_minor, currency),
                "off": [{"label": row.label, "amount": wire.money(row.amount_minor, currency)} for row in off],
                "total": wire.money(line.items_minor + sum(row.amount_minor for row in off), currency),
            }
        )
    items = sum(line.items_minor for line in snapshot.lines) if snapshot else 0
    discount = sum(row.amount_minor for row in tried.rows)
    return {
        "sentence": tried.sentence,
        "problems": tried.problems,
        "lines": lines,
        "offers": _show_offers(tried, currency),
        "items": wire.money(items, currency),
        "discount": wire.money(discount, currency),
        "total": wire.money(items + discount, currency),
    }


def _show_offers(tried: Tried, currency: str) -> list[dict[str, Any]]:
    found = tried.evaluation
    rows = [
        _show_offer(tried, each.offer, each.code, currency, amount=each.amount_minor, shipping=each.shipping_minor > 0)
        for each in found.applied
    ]
    rows += [_show_offer(tried, each.offer, each.code, currency, why=each.why.words) for each in found.refused]
    return sorted(rows, key=lambda row: (not row["is_draft"], not row["applies"]))


def _show_offer(
    tried: Tried,
    offer: LiveOffer,
    code: HeldCode | None,
    currency: str,
    *,
    amount: int = 0,
    shipping: bool = False,
    why: str = "",
) -> dict[str, Any]:
    return {
        "offer_id": offer.id,
        "key": offer.key,
        "label": offer.definition.label,
        "code": code.code if code and code.id else "",
        "is_draft": offer.id == tried.draft_id,
        "applies": not why,
        "amount": wire.money(-amount, currency),
        "on_shipping": shipping,
        "why": why,
    }
