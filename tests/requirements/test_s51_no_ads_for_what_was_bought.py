"""S51, S90, B15: what was bought, in a store too, leaves the ad list within 60 s; on return it comes back, per item."""

from datetime import timedelta

import pytest

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.audiences.tools import Visits, ads_connected, audience, deliver, inside, left, say_yes, send
from tests.requirements.world import World, add, check_out, said


@pytest.mark.django_db
def test_s51_s90_b15_bought_in_the_store_off_the_list_and_back_with_the_return(world: World, settings):
    for sku in ("SHOES", "JACKET"):
        world.sell(sku, 9900)
    visits = Visits()
    say_yes(world.suzie)
    with ads_connected(settings) as ads:
        one = audience("viewed_or_carted_not_bought")
        for sku in ("SHOES", "JACKET"):
            visits.view(sku, user=world.suzie.pk)
        deliver()
        send()
        assert (inside(one, world.suzie), ads.people()) == ({"shoes", "jacket"}, 1)
        # when she buys both at the till
        path = f"/carts/{said(world.web.post_json('/cart'), 201)['id']}"
        for sku in ("SHOES", "JACKET"):
            add(world.till, sku, path=path)
        said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out", "store_id": str(world.harbour.pk)}))
        order = check_out(world.till, {"provider": "cash"}, path=path)
        deliver()
        send()
        # then the platform has heard of the purchase, and she is off its list, within 60 s of it
        assert inside(one, world.suzie) == set()
        assert left(one, world.suzie)["shoes"] == f"bought at Harbour Street, order {order['number']}"
        [purchase] = ads.events("Purchase")
        assert (purchase["event_id"], purchase["action_source"]) == (order["id"], "physical_store")
        assert ads.people() == 0
        confirmed = Event.objects.get(name="order.confirmed")
        assert now() - confirmed.occurred_at < timedelta(seconds=60)
        # when she gives the shoes back, and not the jacket
        line = next(each["id"] for each in order["lines"] if each["sku"] == "SHOES")
        said(world.till.post_json(f"/orders/{order['id']}/returns", {"lines": [{"line_id": line, "quantity": 1}]}), 201)
        deliver()
        send()
        # then the shoes are back, alone
        assert (inside(one, world.suzie), ads.people()) == ({"shoes"}, 1)
