"""Stores and stock from CSV, and back: every row goes in or is told; the same file twice changes nothing."""

import pytest
from django.core.files.base import ContentFile

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from omnichannel.transfer.services.exports import stream_export
from omnichannel.transfer.services.runs import create_run, execute_run
from stores.models import HoldLine, StockLevel, StockMovement, Store
from stores.services import stock
from stores.services.reconciling import reconcile_stock
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StockLevelFactory, StoreFactory

pytestmark = pytest.mark.django_db(transaction=True)


def run_import(kind, content):
    run = create_run(kind=kind, actor="staff:1", file=ContentFile(content.encode(), "x.csv"))
    return execute_run(run_id=run.pk, clock=now)


def export(kind):
    return b"".join(stream_export(kind)).decode()


STORES = (
    "external_id,code,name,kind,city,country,latitude,longitude,time_zone,opening_hours,ships\n"
    '31401,harbour,Harbour Street,shop,Portland,US,43.65,-70.25,America/New_York,"{""1"": [[""09:00"", ""18:00""]]}",yes\n'
    "318,,,warehouse,Lowell,US,,,America/New_York,,no\n"
    "9,nine,Nine,shop,X,US,99,0,UTC,,no\n"
    "10,ten,Ten,shop,X,US,,,Mars/Olympus,,no\n"
    "11,eleven,Eleven,kiosk,X,US,,,UTC,,no\n"
)


def test_stores_go_in_and_again_without_effect():
    first, second = run_import("stores", STORES), run_import("stores", STORES)
    assert (first.created_count, first.rows_refused) == (2, 3)
    assert (second.created_count, second.updated_count) == (0, 0)
    assert list(first.refused.values_list("row", "code")) == [
        (4, "coordinates_invalid"),
        (5, "time_zone_invalid"),
        (6, "choice_invalid"),
    ]
    harbour, warehouse = Store.objects.get(external_id="31401"), Store.objects.get(external_id="318")
    assert (harbour.code, harbour.opening_hours, harbour.ships) == ("harbour", {"1": [["09:00", "18:00"]]}, True)
    assert (warehouse.code, warehouse.name, warehouse.kind) == ("store-318", "Store 318", "warehouse")
    # and what goes out comes in without effect
    again = run_import("stores", export("stores"))
    assert (again.created_count, again.updated_count, again.rows_refused) == (0, 0, 0)


def test_stock_goes_in_through_the_ledger_and_again_without_effect():
    # given a level that stands, and one that will be made
    store = StoreFactory(code="harbour", external_id="31401")
    level = StockLevelFactory(store=store, variant=VariantFactory(sku="A"), on_hand=4)
    VariantFactory(sku="B")
    VariantFactory(sku="C", stock_policy="untracked")
    content = (
        "store,sku,on_hand,incoming,safety_stock,location\n"
        "harbour,A,7,3,1,A4\n31401,B,5,,,\nnowhere,A,1,,,\nharbour,NO,1,,,\nharbour,C,1,,,\nharbour,B,-1,,,\nharbour,B,1.5,,,\n"
    )
    first, second = run_import("stock", content), run_import("stock", content)
    # then levels are what the file says, with a movement each
    level.refresh_from_db()
    assert (level.on_hand, level.incoming, level.safety_stock, level.location) == (7, 3, 1, "A4")
    assert StockLevel.objects.get(variant__sku="B").on_hand == 5
    assert StockMovement.objects.filter(reason="Import").count() == 2
    assert (first.created_count, first.updated_count, second.created_count, second.updated_count) == (1, 1, 0, 0)
    assert list(first.refused.values_list("row", "code")) == [
        (4, "store_unknown"),
        (5, "sku_unknown"),
        (6, "variant_untracked"),
        (7, "number_out_of_range"),
        (8, "number_invalid"),
    ]
    assert reconcile_stock(repair=False, by=SYSTEM, at=now()) == []
    again = run_import("stock", export("stock"))
    assert (again.created_count, again.updated_count, again.rows_refused) == (0, 0, 0)
    assert export("stock_movements").count("\n") == 1 + StockMovement.objects.count()


def test_a_file_that_says_fewer_than_are_promised_breaks_promises_and_says_so():
    level = StockLevelFactory(store=StoreFactory(code="harbour"), variant=VariantFactory(sku="A"), on_hand=4)
    stock.hold_stock(
        store_id=level.store_id,
        wanted={level.variant_id: 3},
        holder_kind="order",
        holder_id=uuid7(),
        until=None,
        by=SYSTEM,
        at=now(),
    )
    run = run_import("stock", "store,sku,on_hand\nharbour,A,1\n")
    level.refresh_from_db()
    assert (level.on_hand, level.reserved, run.updated_count) == (1, 1, 1)
    assert HoldLine.objects.get().quantity == 1
    assert Event.objects.filter(name="stock.hold_broken").count() == 1
