"""S79 "finds and buys a size 10 dress": an order of the social channel keeps its size."""

import pytest

from omnichannel.kernel.clock import now
from tests.orders.shop import level, stocked, system
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_a_dress_of_size_ten_is_bought_on_the_social_channel():
    store = StoreFactory()
    dress = stocked(store, options={"Size": "10", "Colour": "Sage"}, price=8900)
    api = system("orders:write", "orders:read")
    # when the social channel tells of the sale
    done = api.post(
        "orders/record",
        {
            "source": "instagram", "external_id": "ig-77", "placed_at": now().isoformat(), "store_id": str(store.id),
            "email": "suzie@example.com", "lines": [{"sku": dress.sku, "quantity": 1, "unit_price_minor": 8900}],
            "total": {"amount_minor": 8900, "currency": "USD"},
        },
        **{"X-Channel": "social"},
    )  # fmt: skip
    # then it is an order like any other, of that channel, with its size, and the shelf knows
    assert done.status_code == 201, done.content
    order = api.get(f"orders/{done.json()['order_id']}").json()
    assert (order["channel"], order["lines"][0]["options"]) == ("social", {"Size": "10", "Colour": "Sage"})
    assert level(store, dress) == (9, 0)
