"""What waits in the demo stays there until somebody works on it."""

import pytest

from catalog.models import Variant
from customers.models import Customer
from demo.services.loading import is_loaded, lead_links_here, load_demo
from demo.services.people import Known
from demo.services.trade import load_pickups
from omnichannel.brand.models import BrandKit
from omnichannel.kernel.clock import now
from orders.models import Fulfilment
from stores.models import Store


@pytest.mark.django_db
def test_pickups_on_the_board_are_paid_and_do_not_lapse():
    # given the demo brand without its crowd
    at = now()
    load_demo(at=at, say=lambda text: None, small=True)
    people = [Known(customer.id, customer.email) for customer in Customer.objects.exclude(user=None).order_by("id")]
    # when the day's pickups are made
    load_pickups(
        people=people,
        stores={store.code: store for store in Store.objects.all()},
        variants=dict(Variant.objects.values_list("sku", "id")),
        at=at,
        count=5,
    )
    # then they wait, paid
    assert is_loaded()
    assert (
        list(Fulfilment.objects.filter(kind="pickup").values_list("status", "order__status"))
        == [("placed", "confirmed")] * 5
    )


@pytest.mark.django_db
def test_links_of_the_demo_lead_to_the_port_it_runs_on_unless_staff_said_otherwise(settings):
    # given a brand loaded by a start on one port, and another start
    kit = BrandKit.objects.create(id=1, name="Marram", storefront_url="http://127.0.0.1:8000/demo/web/")
    settings.SITE_URL = "http://127.0.0.1:9000"
    lead_links_here()
    kit.refresh_from_db()
    assert kit.storefront_url == "http://127.0.0.1:9000/demo/web/"
    # when staff name the shop's own address, the next start leaves it
    BrandKit.objects.update(storefront_url="https://marram.example/shop/")
    lead_links_here()
    kit.refresh_from_db()
    assert kit.storefront_url == "https://marram.example/shop/"
