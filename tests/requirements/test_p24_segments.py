"""P24: nested and/or/not over profile, events in windows, orders, carts, points, RFM; entry and exit with reasons."""

import pytest

from loyalty.services.posting import grant_points
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.shopping import buy
from tests.requirements.world import World, add

__all__ = ["marketer"]


@pytest.mark.django_db(transaction=True)
def test_profile_events_orders_cart_points_and_scores_in_one_rule(marketer: Marketer):
    world = World.build()
    hat, scarf = world.sell("hat", 4_000), world.sell("scarf", 3_000)
    # given a rule over everything, and a customer to whom none of it applies yet
    segment = marketer.live(
        "Everything",
        {
            "all": [
                {"kind": "profile", "field": "first_name", "op": "exists"},
                {"kind": "order", "goods": {"products": [str(hat.product_id)]}, "window": {"last_days": 60}},
                {"kind": "rfm", "part": "recency", "op": ">=", "value": 5},
                {"kind": "cart", "has": True, "goods": {"products": [str(scarf.product_id)]}},
                {"kind": "points", "unit": "points", "amount": {"op": ">=", "value": 100}},
                {"not": {"kind": "event", "name": "return.recorded"}},
            ]
        },
    )
    # when she does one after the other, the last of it makes her enter
    buy(world, hat)
    add(world.web, scarf.sku, 1)
    marketer.settle()
    assert marketer.names(segment) == []
    grant_points(
        customer_id=world.suzie.pk, points=150, reason="A gift", reference="gift:1", active_from=now(), expires_at=None,
        by=SYSTEM, at=now(),
    )  # fmt: skip
    marketer.settle()
    [member] = marketer.members(segment)
    # then with the reasons
    assert "Has 150 points" in member["reason"] and member["until"] is None
    # and she leaves when the cart is emptied, with the reason why
    world.web.delete_json("/cart/lines")
    lines = world.web.get_json("/cart").json()["lines"]
    for line in lines:
        world.web.delete_json(f"/cart/lines/{line['id']}")
    marketer.settle()
    assert marketer.names(segment) == []
    timeline = marketer.staff.get_json(f"/customers/{world.suzie.pk}/timeline").json()["items"]
    left = next(row for row in timeline if row["name"] == "segment.left")
    assert "in the cart" in left["sentence"]
