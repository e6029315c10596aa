"""S88, B16: what an offer takes off is split per line to the cent, and each line gives its share back at any age."""

from datetime import timedelta

import pytest

from campaigns.offers.models import Redemption
from campaigns.offers.services.publishing import Limits
from omnichannel.kernel.clock import now
from orders.models import Order
from tests.events.tools import deliver_twice
from tests.offers.world import amount, percent, publish, shared_code
from tests.requirements.world import World, add, check_out, minor, said

pytestmark = pytest.mark.django_db


def test_jacket_and_swimsuits_share_a_code_and_return_it_years_later(world: World):
    # given 10 % by a code, and 2.00 off everything beside it within a budget
    ten = publish("ten", percent("10"), Limits(budget_minor=10_000), by_code=True, priority=90)
    two = publish("two", amount(200), Limits(budget_minor=10_000))
    code = shared_code(ten, "TEN", max_uses=5)
    world.sell("JACKET-10", 8999)
    world.sell("SWIMSUIT-10", 3333)
    path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
    add(world.app, "JACKET-10")
    add(world.web, "SWIMSUIT-10", 2)
    said(world.app.post_json("/cart/codes", {"code": "TEN"}))
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    order = check_out(world.till, {"provider": "cash"}, path=path)
    # 15.67 (9.00 + 6.67) and 2.00 (1.15 + 0.85 over the 80.99 and 59.99 left)
    assert minor(order["totals"], "items", "discount", "total") == {"items": 15665, "discount": -1767, "total": 13898}
    jacket, swimsuit = order["lines"]
    assert [line["discount"]["amount_minor"] for line in (jacket, swimsuit)] == [-1015, -752]
    # when years have gone by, the offers have ended and everything comes back one by one
    Order.objects.update(placed_at=now() - timedelta(days=1500))
    marketer = world.till
    back = 0
    used = []
    for line in (swimsuit, jacket, swimsuit):
        given = {"lines": [{"line_id": line["id"], "quantity": 1}]}
        back += said(marketer.post_json(f"/orders/{order['id']}/returns/preview", given))["refund"]["amount_minor"]
        said(marketer.post_json(f"/orders/{order['id']}/returns", given), 201)
        deliver_twice()
        for offer in (ten, two, code):
            offer.refresh_from_db()
        used.append((ten.used_minor, two.used_minor, code.uses))
    # then exactly what was paid is back, and offers and code stand where they began
    assert back == 13898
    assert used == [(1567 - 334, 200 - 43, 1), (1567 - 334 - 900, 200 - 43 - 115, 1), (0, 0, 0)]
    assert (ten.uses, two.uses) == (0, 0)
    assert Redemption.objects.filter(released_at=None).count() == 0
