"""S4: "leveraging data from every touchpoint": any event, tracked or our own, from any channel, selects customers."""

import pytest

from tests.requirements.segment_people import Marketer, marketer
from tests.requirements.world import World

__all__ = ["marketer"]


@pytest.mark.django_db(transaction=True)
def test_an_event_nobody_planned_for_and_a_fact_of_ours(marketer: Marketer):
    world = World.build()
    # given an event of the shop's own making, and something put into the cart on the web
    marketer.send(world.suzie, "Fitting Booked", store="Harbour Street", minutes=30)
    coat = world.sell("coat", 12_000)
    world.web.post_json("/cart/lines", {"sku": coat.sku, "quantity": 1})
    # when both stand in one rule, with a property of the one and the channel of the other
    segment = marketer.live(
        "Fitted",
        {
            "all": [
                {"kind": "event", "name": "Fitting Booked", "where": [{"field": "minutes", "op": ">=", "value": 30}]},
                {
                    "kind": "event",
                    "name": "cart.line_added",
                    "where": [
                        {"field": "product", "op": "is", "goods": {"products": [str(coat.product_id)]}},
                        {"field": "channel", "op": "is", "value": "web"},
                    ],
                },
            ]
        },
    )
    # then she is in it, and both are offered to whoever builds the next rule
    assert marketer.names(segment) == [str(world.suzie)]
    offered = {row["name"]: row for row in marketer.staff.get_json("/segments/vocabulary").json()["events"]}
    assert offered["Fitting Booked"]["seen"] and offered["cart.line_added"]["seen"]
    assert offered["Fitting Booked"]["properties"] == ["minutes", "store"]
    # and the same event may start a journey: entering is a fact of its own
    timeline = marketer.staff.get_json(f"/customers/{world.suzie.pk}/timeline").json()["items"]
    assert any(row["name"] == "segment.entered" for row in timeline)
