"""S25: a promotion made by a marketer gives identical totals and shares on web, app and till, to the cent."""

import pytest

from tests.offers.world import percent, publish, shared_code
from tests.requirements.world import World, add, said

pytestmark = pytest.mark.django_db


def test_promotions_and_a_code_come_to_the_same_on_every_channel(world: World):
    # given three for two on everything, 5 % off swimwear beside it and a code for ten per cent
    for sku, price in (("JACKET", 8999), ("SWIMSUIT", 3333), ("SOCKS", 777)):
        world.sell(sku, price)
    publish("three-for-two", {"kind": "buy_get", "buy": 2, "get": 1}, priority=90)
    publish("members", percent("5"))
    shared_code(publish("ten", percent("10"), by_code=True), "TEN")
    shown = []
    for client, path in (
        (world.web, "/cart"),
        (world.till, f"/carts/{said(world.till.post_json('/carts'), 201)['id']}"),
    ):
        for sku, quantity in (("JACKET", 1), ("SWIMSUIT", 2), ("SOCKS", 3)):
            add(client, sku, quantity, path=path)
        said(client.put_json(f"{path}/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
        shown.append(said(client.post_json(f"{path}/codes", {"code": "ten"})))
    shown.append(said(world.app.get_json("/cart")))
    # two sets of three, the cheapest of each free: 33.33 and 7.77; then 10 % and 5 % of what is left
    off = 3333 + 777
    left = 8999 + 2 * 3333 + 3 * 777 - off
    ten = round(left * 0.1)
    five = round((left - ten) * 0.05)
    totals = [document["totals"] for document in shown]
    assert totals[0]["discount"]["amount_minor"] == -(off + ten + five)
    assert totals[1] == totals[0] == totals[2]
    shares = [[line["line_total"]["amount_minor"] for line in document["lines"]] for document in shown]
    assert shares[0] == shares[1] == shares[2]
