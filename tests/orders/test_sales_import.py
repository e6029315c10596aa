"""Sales history goes in by SQL: once per sale, exact to the cent, every refused row told."""

import pytest
from django.core.files.base import ContentFile

from omnichannel.kernel.clock import now
from omnichannel.transfer.services.runs import create_run, execute_run
from orders.models import Order, OrderAdjustment, OrderLine, Payment
from tests.catalog.factories import VariantFactory
from tests.stores.factories import StoreFactory

HEAD = (
    "sale_id,placed_at,channel,store,customer,email,currency,sku,name,quantity,unit_price,discount,tax,total,tender\n"
)


def bring_in(*rows: str, dry_run: bool = False):
    file = ContentFile((HEAD + "\n".join(rows) + "\n").encode(), name="sales.csv")
    run = create_run(kind="sales", actor="system:test", file=file, dry_run=dry_run)
    return execute_run(run_id=run.pk, clock=now)


@pytest.fixture
def shop(transactional_db):
    VariantFactory(sku="HAT-1")
    return StoreFactory(code="harbour")


def test_a_sale_of_two_lines_becomes_one_order_with_its_sums(shop):
    # given a sale of two lines, one discounted, one whose paid total differs by a cent
    # when it is imported
    run = bring_in(
        "s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,2,10.00,3.00,0.94,,cash",
        "s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,GONE,Old mug,3,0.67,0,0,2.00,cash",
    )
    # then there is one order, its money as the file says
    assert (run.created_count, run.rows_refused) == (1, 0)
    order = Order.objects.get()
    assert (order.items_minor, order.discount_minor, order.tax_minor, order.total_minor) == (2201, -300, 94, 1994)
    assert (order.source, order.external_id, order.store, order.status) == ("import", "s1", shop, "completed")
    first, second = OrderLine.objects.order_by("position")
    assert (first.variant.sku, first.total_minor, second.variant, second.name) == ("HAT-1", 1794, None, "Old mug")
    adjustments = dict(OrderAdjustment.objects.values_list("kind", "amount_minor"))
    assert adjustments == {"discount": -300, "tax": 94, "price_difference": -1}
    assert Payment.objects.get().captured_minor == 1994


def test_importing_twice_is_importing_once(shop):
    row = "s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,1,10.00,,,,cash"
    bring_in(row)
    again = bring_in(row, "s2,2024-03-02T10:00:00Z,pos,harbour,,,USD,HAT-1,,1,10.00,,,,cash")
    assert (again.created_count, Order.objects.count()) == (1, 2)


def test_a_sale_with_one_bad_line_stays_out_whole_and_the_others_go_in(shop):
    run = bring_in(
        "s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,1,10.00,,,,",
        "s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,minus,10.00,,,,",
        "s2,2024-03-01T10:00:00Z,pos,nowhere,,,USD,HAT-1,,1,10.00,,,,",
        "s3,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,1,10.00,,,,",
    )
    problems = {row.row: row.code for row in run.refused.all()}
    assert problems == {2: "sale_incomplete", 3: "number_invalid", 4: "store_unknown"}
    assert list(Order.objects.values_list("external_id", flat=True)) == ["s3"]


def test_a_dry_run_changes_nothing_and_counts_all(shop):
    run = bring_in("s1,2024-03-01T10:00:00Z,pos,harbour,,,USD,HAT-1,,1,10.00,,,,cash", dry_run=True)
    assert (run.created_count, Order.objects.count()) == (1, 0)
