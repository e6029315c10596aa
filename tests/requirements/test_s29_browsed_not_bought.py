"""S29: "items they've browsed but not yet bought": whoever viewed without buying, until they buy."""

import pytest

from catalog.models import Category, Product
from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.shopping import buy
from tests.requirements.world import World

__all__ = ["marketer"]


@pytest.mark.django_db(transaction=True)
def test_viewing_brings_in_and_buying_takes_out(marketer: Marketer):
    world = World.build()
    jackets = Category.objects.create(name="Jackets", slug="jackets", path="jackets")
    jacket = world.sell("quay-jacket", 12_000)
    Product.objects.filter(pk=jacket.product_id).update(category=jackets)
    goods = {"categories": ["jackets"]}
    segment = marketer.live(
        "Browsed, not bought",
        {
            "all": [
                {"kind": "event", "name": "Product Viewed", "where": [{"field": "category", "op": "is", "goods": goods}]},
                {"kind": "order", "did": False, "goods": goods},
            ]
        },
    )  # fmt: skip
    assert marketer.names(segment) == []
    # when she looks, by the SKU as a storefront sends it
    marketer.send(world.suzie, "Product Viewed", sku=jacket.sku)
    marketer.settle()
    [member] = marketer.members(segment)
    assert member["name"] == str(world.suzie)
    assert member["reason"].startswith("Looked at Jackets on ") and "Did not buy Jackets" in member["reason"]
    # and buys it at the till
    buy(world, jacket)
    marketer.settle()
    # then she is out
    assert marketer.names(segment) == []
