"""S88: a discount code is split over the lines to the cent, stands in the order, and comes back with each line."""

import pytest

from tests.carts.test_details import offers  # noqa: F401  a provider of the codes TEN and TWO
from tests.requirements.world import World, add, check_out, minor, refused, said

pytestmark = pytest.mark.django_db


def test_jacket_and_swimsuit_bought_with_a_code_share_it_and_give_it_back(world: World, offers):  # noqa: F811
    # given a jacket and a swimsuit, with ten per cent off clothes and two dollars off everything
    world.sell("JACKET-10", 8999)
    world.sell("SWIMSUIT-10", 3333)
    path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
    add(world.app, "JACKET-10")
    add(world.web, "SWIMSUIT-10", 2)
    for code in ("TEN", "TWO"):
        said(world.app.post_json("/cart/codes", {"code": code}))
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    # when they are bought
    order = check_out(world.till, {"provider": "cash"}, path=path)
    # then each line has its share of both, and the shares are the discount
    jacket, swimsuit = order["lines"]
    assert minor(order["totals"], "items", "discount", "total") == {"items": 15665, "discount": -1767, "total": 13898}
    # 10 %: 9.00 and 6.67; then 2.00 over the 80.99 and 59.99 that are left: 1.15 and 0.85
    assert [line["discount"]["amount_minor"] for line in (jacket, swimsuit)] == [-900 - 115, -667 - 85]
    rows = [
        (row["code"], row["line_id"], row["amount"]["amount_minor"])
        for row in order["adjustments"]
        if row["kind"] == "discount"
    ]
    assert sum(amount for _, _, amount in rows) == -1767 and {code for code, _, _ in rows} == {"TEN", "TWO"}
    assert {row["label"] for row in order["adjustments"]} >= {"10 % off shirts", "Two off"}
    # when it all comes back one by one, in another store
    back, other = 0, world.till_in(world.mill)
    for line, times in ((swimsuit, 1), (jacket, 1), (swimsuit, 1)):
        given = {"lines": [{"line_id": line["id"], "quantity": times}]}
        shown = said(other.post_json(f"/orders/{order['id']}/returns/preview", given))["refund"]["amount_minor"]
        after = said(other.post_json(f"/orders/{order['id']}/returns", given), 201)
        back += shown
        assert after["totals"]["refunded"]["amount_minor"] == back
    # then exactly what was paid has been given back
    assert back == 13898
    refused(other.post_json(f"/orders/{order['id']}/returns", given), 409, "not_returnable")
