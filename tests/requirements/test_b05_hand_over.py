"""B5: of many scanners of one QR exactly one gets the cart, and the audit names it. (The way there and back: S22.)"""

import pytest

from carts.models import CartHandoff
from tests.carts.racing import all_at_once
from tests.carts.world import Api, guest_api, make_shop, make_store, make_till


@pytest.mark.django_db(transaction=True)
def test_one_scanner_wins(transactional_db: None):
    shop = make_shop()
    shop.sell("A", 1000)
    guest = guest_api()
    guest.add("A")
    code = guest.post("/cart/handoff").json()["code"]
    tills = [make_till(make_store(f"s{number}")) for number in range(6)]

    def scan(till):
        return lambda: Api(**till.device_api.headers).post("/handoffs/redeem", {"code": code})

    answers = all_at_once([scan(till) for till in tills])
    winners = [till for till, answer in zip(tills, answers, strict=True) if answer.status_code == 200]
    assert len(winners) == 1
    audit = CartHandoff.objects.get()
    assert (audit.used_by, audit.used_channel, audit.created_channel) == (
        f"device:{winners[0].device.pk}",
        "tablet",
        "web",
    )
