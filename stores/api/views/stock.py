"""The stock ledger for other systems and for a store's own people."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.etags import etag, expected_version, require_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView
from stores.api.serializers import (
    AdjustmentIn,
    LevelOut,
    LevelPageOut,
    LevelsOut,
    MovementPageOut,
    ReceiptIn,
    StockQuery,
    ThresholdsIn,
)
from stores.api.shown import show_level, show_movement
from stores.models import StockLevel
from stores.queries import get_store
from stores.queries.ledger import list_levels, list_movements
from stores.queries.variants import get_variant_ids
from stores.services.adjusting import Adjustment, adjust_stock, set_thresholds
from stores.services.stock import expect_stock, receive_stock

_TABLETS = frozenset({Caller.DEVICE, Caller.ASSOCIATE})


class StockApiView(ApiView):
    """Other systems by scope, staff by permission, a store's people for their own store."""

    read_scope = "stock:read"
    write_scope = "stock:write"
    callers = frozenset({Caller.API_KEY, Caller.ASSOCIATE, Caller.STAFF})
    staff_permission = "stores.change_stocklevel"


class LevelsView(StockApiView):
    """Stock levels, by store and SKU."""

    callers = StockApiView.callers | {Caller.DEVICE}
    staff_permission = "stores.view_stocklevel"

    @extend_schema(operation_id="stock_levels", parameters=[StockQuery, *PAGE_PARAMETERS], responses=LevelPageOut)
    def get(self, request: Request) -> HttpResponse:
        given = read_query(StockQuery, request)
        rows = list_levels(store_id=_store_read(request, given), sku=given.get("sku", ""))
        return Response(page(request, rows, by=("id",), show=show_level))


class LevelView(StockApiView):
    """What is kept back of one level, when to call it low, and where it lies."""

    versioned = True

    @extend_schema(operation_id="set_stock_thresholds", request=ThresholdsIn, responses=LevelOut)
    @write
    def patch(self, request: Request, level_id: int) -> HttpResponse:
        given = read_input(ThresholdsIn, request)
        level = StockLevel.objects.select_for_update(no_key=True).filter(id=level_id).first()
        own = principal_of(request)
        if level is None or (own.kind in _TABLETS and level.store_id != own.store_id):
            raise NotFound()
        require_version(expected_version(request), level.version)
        kept = {name: getattr(level, name) for name in ("safety_stock", "reorder_point", "location")}
        changed = set_thresholds(level_id=level.id, **{**kept, **given}, by=context_of(request), at=now())
        return _level(changed.id)


class MovementsView(StockApiView):
    """The ledger, newest first."""

    callers = StockApiView.callers | {Caller.DEVICE}
    staff_permission = "stores.view_stockmovement"

    @extend_schema(operation_id="stock_movements", parameters=[StockQuery, *PAGE_PARAMETERS], responses=MovementPageOut)
    def get(self, request: Request) -> HttpResponse:
        given = read_query(StockQuery, request)
        rows = list_movements(store_id=_store_read(request, given), sku=given.get("sku", ""))
        return Response(page(request, rows, by=("-id",), show=show_movement))


class AdjustmentsView(StockApiView):
    """Say what is really there. With `expected_version`, `expected_on_hand` or If-Match it is compare-and-set."""

    versioned = True

    @extend_schema(operation_id="adjust_stock", request=AdjustmentIn, responses={201: LevelOut})
    @write
    def post(self, request: Request) -> HttpResponse:
        given = read_input(AdjustmentIn, request)
        version = given.get("expected_version", expected_version(request))
        level = adjust_stock(
            adjustment=Adjustment(
                store_id=_store_written(request, given),
                variant_id=get_variant_ids([given["sku"]])[given["sku"]],
                reason=given["reason"],
                set_on_hand=given.get("set_on_hand"),
                change_by=given.get("change_by", 0),
                damage=given["damage"],
                write_off=given["write_off"],
                expected_version=version,
                expected_on_hand=given.get("expected_on_hand"),
            ),
            by=context_of(request),
            at=now(),
        )
        return _level(level.id, status=201)


class ReceiptsView(StockApiView):
    """Goods came in."""

    @extend_schema(operation_id="receive_stock", request=ReceiptIn, responses={201: LevelsOut})
    @write
    def post(self, request: Request) -> HttpResponse:
        store_id, lines, given = _delivery(request)
        receive_stock(
            store_id=store_id,
            lines=lines,
            reference_kind="delivery" if "delivery_id" in given else "",
            reference_id=given.get("delivery_id"),
            reason=given["reason"],
            by=context_of(request),
            at=now(),
        )
        return _levels(store_id, lines)


class ExpectedView(StockApiView):
    """Goods are on their way: `incoming` rises until they are received."""

    @extend_schema(operation_id="expect_stock", request=ReceiptIn, responses={201: LevelsOut})
    @write
    def post(self, request: Request) -> HttpResponse:
        store_id, lines, given = _delivery(request)
        expect_stock(
            store_id=store_id,
            lines=lines,
            reference_kind="delivery" if "delivery_id" in given else "",
            reference_id=given.get("delivery_id"),
            by=context_of(request),
            at=now(),
        )
        return _levels(store_id, lines)


def _delivery(request: Request) -> tuple[UUID, dict[UUID, int], dict[str, Any]]:
    given = read_input(ReceiptIn, request)
    store_id = _store_written(request, given)
    variants = get_variant_ids(line["sku"] for line in given["lines"])
    lines: dict[UUID, int] = {}
    for line in given["lines"]:
        lines[variants[line["sku"]]] = lines.get(variants[line["sku"]], 0) + line["quantity"]
    return store_id, lines, given


def _store_read(request: Request, given: dict[str, Any]) -> UUID | None:
    own = principal_of(request)
    if own.kind in _TABLETS or "store" in given:
        return _store_written(request, given)
    return None


def _store_written(request: Request, given: dict[str, Any]) -> UUID:
    """The store that is named; people of a store have only their own, and need not name it."""
    own = principal_of(request)
    if "store" not in given:
        if own.store_id is None:
            raise NotFound(pointer="/store")
        return own.store_id
    found = get_store(given["store"])
    if own.kind in _TABLETS and found.id != own.store_id:
        raise NotFound()
    return found.id


def _level(level_id: int, *, status: int = 200) -> HttpResponse:
    level = StockLevel.objects.select_related("store", "variant").get(id=level_id)
    response = Response(show_level(level), status=status)
    response["ETag"] = etag(level.version)
    return response


def _levels(store_id: UUID, lines: dict[UUID, int]) -> HttpResponse:
    rows = list_levels(store_id=store_id).filter(variant_id__in=lines).order_by("variant__sku")
    return Response({"items": [show_level(level) for level in rows]}, status=201)
