"""P4: several codes on one cart, by the rules of stacking, with a reason for each that does not apply."""

import pytest

from tests.offers.world import amount, percent, publish, shared_code
from tests.requirements.world import World, add, refused, said

pytestmark = pytest.mark.django_db


def test_codes_stack_by_group_whatever_order_they_are_typed_in(world: World):
    world.sell("JACKET", 10000)
    for key, benefit, group in (
        ("ten", percent("10"), "promotions"),
        ("twenty", percent("20"), "promotions"),
        ("five", amount(500), ""),
    ):
        shared_code(publish(key, benefit, by_code=True, group=group, label=key.title()), key.upper())
    shared_code(publish("big", amount(2000), by_code=True, condition={"min_spend": {"USD": 15000}}), "BIG")
    totals = []
    for codes in (("TEN", "TWENTY", "FIVE", "BIG"), ("BIG", "FIVE", "TWENTY", "TEN")):
        path = f"/carts/{said(world.till.post_json('/carts'), 201)['id']}"
        add(world.till, "JACKET", path=path)
        for code in codes:
            cart = said(world.till.post_json(f"{path}/codes", {"code": code}))
        assert {row["code"]: row["reason"] for row in cart["codes"]} == {
            "TWENTY": "",
            "FIVE": "",
            "TEN": "It does not go together with “Twenty”, which comes first here.",
            "BIG": "Spend $50.00 more on what it covers.",
        }
        totals.append(cart["totals"]["total"]["amount_minor"])
    assert totals == [7500, 7500]
    refused(world.till.post_json(f"{path}/codes", {"code": "NOTHING"}), 422, "code_unknown")
