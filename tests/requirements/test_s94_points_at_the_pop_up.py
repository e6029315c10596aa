"""S94: her points pay part of what she takes home from the pop-up store, and the web knows it the same second."""

import pytest

from loyalty.queries.balances import find_balance
from omnichannel.kernel.clock import now
from tests.loyalty.factories import ProgrammeFactory, give
from tests.requirements.world import World, add, check_out, refused, said
from tests.stores.factories import StoreFactory

pytestmark = pytest.mark.django_db


def test_points_pay_at_the_till_of_a_pop_up() -> None:
    # given a pop-up with towels, and 750 points that may pay half of a bill
    world = World.build()
    ProgrammeFactory(burn_max_share_pct=50)
    popup = StoreFactory(code="dune", name="Dune pop-up", kind="popup")
    world.sell("TOWEL", 1_200, stock={popup: 5})
    give(world.suzie.pk, 750)
    till = world.till_in(popup)
    cart = till.get_json(f"/customers/{world.suzie.pk}/cart").json()
    path = f"/carts/{cart['id']}"
    add(till, "TOWEL", path=path)
    said(till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    # when the associate looks what the bill may take, too much is refused in words
    assert said(till.get_json(f"{path}/points"))["usable"] == 600
    refused(till.put_json(f"{path}/points", {"points": 750}), 422, "points_over_share")
    held = said(till.put_json(f"{path}/points", {"points": 600}))
    order = check_out(till, held["tender"], {"provider": "cash"}, path=path)
    # then the towel is hers for 6.00 and 600 points, and the phone shows what is left
    assert {p["provider"]: p["amount"]["amount_minor"] for p in order["payments"]} == {"points": 600, "cash": 600}
    assert said(world.app.get_json("/me/loyalty"))["points"]["available"] == 150
    assert find_balance(world.suzie.pk, now()).points_held == 0
