"""Shopify's order export is read as Shopify writes it: continuation rows, offsets, apostrophes."""

import pytest
from django.core.files.base import ContentFile

from omnichannel.kernel.clock import now
from omnichannel.transfer.services.runs import create_run, execute_run
from orders.models import Order, OrderLine
from tests.catalog.factories import VariantFactory

HEAD = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,"
    "Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem discount,Shipping Name,"
    "Shipping Address1,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Cancelled at,Payment Method,Id,Source\n"
)
ORDER = (
    "#1001,ada@example.com,paid,2024-03-01 10:01:00 -0500,fulfilled,USD,198.00,5.90,11.22,215.12,COAST10,22.00,Standard,"
    "2024-03-01 10:00:00 -0500,1,Linen wrap dress - Sage / 10,128.00,DRESS-10,0.00,Ada Abbott,9 Pine Street,Portland,'04102,ME,US,,"
    "Shopify Payments,450789469,web\n"
    "#1001,ada@example.com,,,,,,,,,,,,2024-03-01 10:00:00 -0500,2,Dune bucket hat,46.00,HAT,0.00,,,,,,,,,,\n"
)


def bring_in(text: str):
    run = create_run(
        kind="shopify_orders", actor="system:test", file=ContentFile((HEAD + text).encode(), name="orders.csv")
    )
    return execute_run(run_id=run.pk, clock=now)


@pytest.mark.django_db(transaction=True)
def test_an_order_of_two_rows_goes_in_once_with_its_discount_split():
    VariantFactory(sku="DRESS-10")
    run, again = bring_in(ORDER), bring_in(ORDER)
    assert (run.created_count, run.rows_refused, again.created_count) == (1, 0, 0)
    order = Order.objects.get()
    assert (order.source, order.external_id, order.total_minor, order.discount_minor, order.tax_minor, order.shipping_minor) == (
        "shopify", "450789469", 21512, -2200, 1122, 590,
    )  # fmt: skip
    assert order.placed_at.isoformat() == "2024-03-01T15:00:00+00:00"
    assert list(OrderLine.objects.order_by("position").values_list("sku", "quantity", "discount_minor")) == [
        ("DRESS-10", 1, -1280),
        ("HAT", 2, -920),
    ]
    assert order.ship_to["postal_code"] == "04102"


@pytest.mark.django_db(transaction=True)
def test_cancelled_and_unpaid_orders_are_told_and_left_out():
    pending = ORDER.replace("#1001", "#1002").replace(",paid,", ",pending,").replace("450789469", "2")
    run = bring_in(ORDER.replace(",US,,", ",US,2024-03-02 10:00:00 -0500,") + pending)
    assert {row.code for row in run.refused.all()} == {"order_cancelled", "order_unpaid"}
    assert not Order.objects.exists()
