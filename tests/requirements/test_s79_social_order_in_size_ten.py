"""S79: somebody finds a dress on a social channel and buys it there in size 10."""

import pytest

from omnichannel.kernel.clock import now
from tests.catalog.factories import ProductFactory
from tests.events.tools import deliver_twice
from tests.requirements.world import ADDRESS, World, said
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db


@pytest.fixture
def dress(world: World):
    product = ProductFactory(slug="dune-dress", name="Dune dress", option_names=["Size"])
    for size in ("8", "10", "12"):
        world.sell(f"DRESS-{size}", 4999, product=product, options={"Size": size}, name=size)
    return product


def test_the_social_channel_finds_the_size_and_its_order_comes_in_once(world: World, dress):
    # given the social shop's connection, which may write orders and says that it is social
    social = key_api("orders:write", "orders:read", "catalog:read", "stock:read")
    # when it looks for size 10
    found = said(social.get_json("/products?option.Size=10"))["items"]
    assert [item["slug"] for item in found] == ["dune-dress"]
    shown = said(social.get_json("/products/dune-dress"))
    (ten,) = [variant for variant in shown["variants"] if variant["options"] == {"Size": "10"}]
    assert (ten["sku"], ten["price"]["amount_minor"]) == ("DRESS-10", 4999)
    # and reports the sale, twice as such systems do
    sale = {
        "source": "instagram", "external_id": "IG-77", "placed_at": now().isoformat(), "email": "suzie@example.com", "ship_to": ADDRESS,
        "lines": [{"sku": ten["sku"], "quantity": 1, "unit_price_minor": 4999}],
        "total": {"amount_minor": 4999, "currency": "USD"}, "payment_method": "Instagram checkout", "store_id": str(world.depot.pk),
    }  # fmt: skip
    first, second = (social.post_json("/orders/record", sale, X_Channel="social") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    deliver_twice()
    # then it is one order of the social channel, in size 10, its stock taken, on the customer's own page
    order = said(social.get_json(f"/orders/{first.json()['order_id']}"))
    assert (order["channel"], order["source"], order["status"]) == ("social", "instagram", "completed")
    assert [(line["sku"], line["options"], line["added"]["channel"]) for line in order["lines"]] == [
        ("DRESS-10", {"Size": "10"}, "social")
    ]
    assert world.stock(world.depot, "DRESS-10") == (9, 0) and world.stock(world.depot, "DRESS-8") == (10, 0)
    assert len(said(social.get_json("/orders?q=DRESS-10"))["items"]) == 1
