"""B16, S88, P12: whatever was bought with whatever offers, code and tenders, everything given back line by line in any
order restores the start: money, points with their lots, credit, stock, budgets, uses and the code. To the cent.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from campaigns.offers.models import Code, Offer, PersonUse
from campaigns.offers.services.publishing import Limits
from loyalty.models import Account, Lot
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from stores.models import StockLevel
from tests.events.tools import deliver_twice
from tests.loyalty.factories import BY, EarningRuleFactory, ProgrammeFactory, give, give_credit
from tests.offers.world import amount, percent, publish, shared_code
from tests.requirements.world import World, add, said

pytestmark = pytest.mark.django_db

GOODS = {"JACKET": 8_999, "SWIMSUIT": 3_333, "SOCKS": 777, "PIN": 1}
BENEFITS: dict[str, dict[str, Any]] = {
    "tenth": percent("10"),
    "third": percent("33.33"),
    "some": amount(1_001),
    "three-for-two": {"kind": "buy_get", "buy": 2, "get": 1, "percent": "100"},
    "at-a-price": {"kind": "fixed_price", "price": {"USD": 2_500}},
}
baskets = st.dictionaries(st.sampled_from(sorted(GOODS)), st.integers(1, 4), min_size=1)


def stand(world: World) -> dict[str, Any]:
    """All that a sale moves, as it stands; dates and ids aside."""
    return {
        "offers": sorted(Offer.objects.values_list("key", "used_minor", "uses")),
        "codes": sorted(Code.objects.values_list("code", "uses")),
        "people": sum(PersonUse.objects.values_list("uses", flat=True)),
        "accounts": sorted(Account.objects.values_list("unit", "balance", "pending", "held", "debt")),
        # what the order itself earned has come and gone again
        "lots": sorted(Lot.objects.filter(order_id=None).values_list("account__unit", "expires_at", "remaining")),
        "stock": sorted(StockLevel.objects.values_list("store__code", "variant__sku", "on_hand", "reserved")),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    basket=baskets,
    offers=st.sets(st.sampled_from(sorted(BENEFITS)), min_size=1, max_size=3),
    points=st.integers(0, 900),
    credit=st.integers(0, 4_000),
    data=st.data(),
)
def test_everything_back_in_any_order_is_as_if_nothing_had_been_bought(
    basket: dict[str, int], offers: set[str], points: int, credit: int, data: st.DataObject
) -> None:
    with transaction.atomic() as _, undone():
        world = World.build()
        play(world, basket, offers, points, credit, data)


def play(world: World, basket: dict[str, int], offers: set[str], points: int, credit: int, data: st.DataObject) -> None:
    # given offers with a budget and a number of uses, one of them by a code; points of two ages and a voucher
    ProgrammeFactory()
    EarningRuleFactory()
    for sku, price in GOODS.items():
        world.sell(sku, price, stock={world.harbour: 20})
    limits = Limits(budget_minor=1_000_000, max_uses=10, per_customer=3)
    made = [publish(key, BENEFITS[key], limits, by_code=n == 0) for n, key in enumerate(sorted(offers))]
    shared_code(made[0], "ONCE", max_uses=1)
    for age in (30, 300):
        give(world.suzie.pk, 450, expires_at=now().replace(year=now().year + 1, day=1, month=1 + age // 100))
    give_credit(world.suzie.pk, 4_000)
    before = stand(world)
    # when a basket is paid with points, credit and cash
    path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
    for sku, quantity in basket.items():
        add(world.till, sku, quantity, path=path)
    said(world.till.post_json(f"{path}/codes", {"code": "ONCE"}))
    cart = said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    bill = cart["totals"]["total"]["amount_minor"]
    tenders: list[dict[str, Any]] = []
    for provider, most in (("points", points), ("store_credit", credit)):
        part = min(most, bill - sum(each["amount_minor"] for each in tenders))
        if part > 0:
            tenders.append({"provider": provider, "amount_minor": part})
    if (left := bill - sum(each["amount_minor"] for each in tenders)) > 0:
        tenders.append({"provider": "cash", "amount_minor": left})
    body = {"expected_total": cart["totals"]["total"], "payments": data.draw(st.permutations(tenders))}
    order = said(world.till.post_json(f"{path}/checkout", body), 201)
    deliver_twice()
    event(f"{len(tenders)} tenders, discount {'yes' if cart['totals']['discount']['amount_minor'] else 'no'}")
    # and comes back unit by unit, some of them together, in any order
    units = [line["id"] for line in order["lines"] for _ in range(line["quantity"])]
    back, waiting = 0, data.draw(st.permutations(units))
    while waiting:
        size = data.draw(st.integers(1, len(waiting)))
        some, waiting = waiting[:size], waiting[size:]
        lines = [{"line_id": line, "quantity": some.count(line)} for line in dict.fromkeys(some)]
        shown = said(world.till.post_json(f"/orders/{order['id']}/returns/preview", {"lines": lines}))
        promised = shown["refund"]["amount_minor"]
        after = said(world.till.post_json(f"/orders/{order['id']}/returns", {"lines": lines}), 201)
        back += promised
        deliver_twice()
        # then each step gives what it promised, and never more than was paid
        assert after["totals"]["refunded"]["amount_minor"] == back <= bill
    assert back == bill
    assert stand(world) == before
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


class undone:
    """What an example did is taken back, as after every test; durable writes inside are allowed as they are there."""

    def __enter__(self) -> None:
        self.outer = transaction.get_connection().atomic_blocks[-1]
        self.outer._from_testcase = True

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
