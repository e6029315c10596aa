"""Stores and what they have: for everyone, one statement each."""

from dataclasses import replace
from uuid import UUID

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound, RuleViolation
from omnichannel.kernel.ids import token_hash
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.pagination import PAGE_PARAMETERS, decode_cursor, encode_cursor, limit_of
from omnichannel.rest.principal import Caller, principal_of
from omnichannel.rest.serializers import read_query
from omnichannel.rest.views import ANYONE, ApiView, stored_json
from stores.api.serializers import AvailabilityIn, AvailabilityPageOut, StoreOut, StorePageOut, StoresQuery
from stores.api.shown import show_availability, show_store
from stores.errors import UnknownSku
from stores.queries import AvailabilityQuery, page_availability

_COLLEAGUES = frozenset({Caller.DEVICE, Caller.ASSOCIATE, Caller.STAFF, Caller.API_KEY})
_FURTHEST = 10_000


class StoresView(ApiView):
    """Shops and pop-ups that are open for business, nearest first when `near` is given."""

    callers = ANYONE
    versioned = True

    @extend_schema(operation_id="stores", parameters=[StoresQuery, *PAGE_PARAMETERS], responses=StorePageOut)
    def get(self, request: Request) -> HttpResponse:
        given = read_query(StoresQuery, request)
        limit, offset = limit_of(request), offset_of(request)
        found, more = page_availability(AvailabilityQuery(at=now(), near=given.get("near"), limit=limit, offset=offset))
        items = [show_store(entry) for entry in found]
        return _tagged(request, {"items": items, "next": encode_cursor([offset + limit]) if more else None})


class StoreView(ApiView):
    """One store, by id or code."""

    callers = ANYONE
    versioned = True

    @extend_schema(operation_id="store", responses=StoreOut)
    def get(self, request: Request, store: str) -> HttpResponse:
        found, _ = page_availability(_of_store(AvailabilityQuery(at=now(), with_warehouses=True, limit=1), store))
        if not found:
            raise NotFound()
        return _tagged(request, show_store(found[0]))


class AvailabilityView(ApiView):
    """What every store has of these SKUs, nearest first, with the moment it can be collected."""

    callers = ANYONE

    @extend_schema(
        operation_id="availability", parameters=[AvailabilityIn, *PAGE_PARAMETERS], responses=AvailabilityPageOut
    )
    def get(self, request: Request) -> HttpResponse:
        given = read_query(AvailabilityIn, request)
        limit, offset = limit_of(request), offset_of(request)
        to_staff = principal_of(request).kind in _COLLEAGUES
        query = AvailabilityQuery(
            at=now(),
            skus=given["skus"],
            near=given.get("near"),
            with_stock=given["in_stock"],
            with_warehouses=to_staff,
            limit=limit,
            offset=offset,
        )
        found, more = page_availability(_of_store(query, given["store"]) if "store" in given else query)
        known = {line.sku for entry in found[:1] for line in entry.lines.values()}
        if found and (unknown := [sku for sku in given["skus"] if sku not in known]):
            raise UnknownSku(skus=unknown, pointer="/skus")
        items = [show_availability(entry, to_staff=to_staff) for entry in found]
        return stored_json(orjson.dumps({"items": items, "next": encode_cursor([offset + limit]) if more else None}))


def _of_store(query: AvailabilityQuery, store: str) -> AvailabilityQuery:
    """Only the store a caller names by id or by code."""
    try:
        return replace(query, store_ids=[UUID(store)])
    except ValueError:
        return replace(query, store_codes=[store])


def offset_of(request: Request) -> int:
    position = decode_cursor(request, 1)
    if position is None:
        return 0
    offset = position[0]
    if not isinstance(offset, int) or not 0 <= offset <= _FURTHEST:
        raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor")
    return offset


def _tagged(request: Request, shown: object) -> HttpResponse:
    body = orjson.dumps(shown)
    tag = etag(token_hash(body.decode())[:16])
    response = not_modified(request, tag) or stored_json(body, etag=tag)
    response["Cache-Control"] = "public, max-age=60"
    return response
