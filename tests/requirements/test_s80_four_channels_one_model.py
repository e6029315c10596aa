"""S80 "instore, on a website, through an app": four channels, one order model."""

import pytest

from omnichannel.kernel.clock import now
from orders.models import Order
from tests.orders.shop import Api, checkout, fill, for_pickup, guest, stocked, system, till, walk_in
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_web_app_store_and_marketplace_make_the_same_kind_of_order():
    store = StoreFactory()
    shirt = stocked(store, price=2500)
    documents = []
    # when a shirt is bought on the web, in the app, at the till and on a marketplace
    for client in ({}, {"X-Client": "app"}):
        api = guest()
        api.headers |= client
        fill(api, (shirt, 1))
        for_pickup(api, store)
        documents.append(checkout(api).json())
    desk = till(store)
    documents.append(checkout(desk, {"provider": "cash"}, path=f"{walk_in(desk, (shirt, 1))}/checkout").json())
    other: Api = system("orders:write", "orders:read")
    body = {
        "source": "marketplace", "external_id": "1", "placed_at": now().isoformat(), "store_id": str(store.id),
        "lines": [{"sku": shirt.sku, "quantity": 1, "unit_price_minor": 2500}], "total": {"amount_minor": 2500, "currency": "USD"},
    }  # fmt: skip
    done = other.post("orders/record", body, **{"X-Channel": "marketplace"}).json()
    documents.append(other.get(f"orders/{done['order_id']}").json())
    # then four channels, one shape, one table, one total
    assert [document["channel"] for document in documents] == ["web", "mobile", "tablet", "marketplace"]
    assert len({tuple(sorted(document)) for document in documents}) == 1
    assert {document["totals"]["total"]["amount_minor"] for document in documents} == {2500}
    assert Order.objects.count() == 4
