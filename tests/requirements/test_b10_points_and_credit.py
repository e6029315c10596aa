"""B10, the ledger's part: one refund undoes all it should, exactly and once: lots with their old expiry, points earned."""

from datetime import timedelta

import pytest

from loyalty.models import Journal, Lot
from loyalty.queries.balances import find_balance
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.events.tools import deliver_twice
from tests.loyalty.factories import EarningRuleFactory, ProgrammeFactory, give, give_credit
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db(transaction=True)


def test_returns_restore_the_very_lots_and_take_back_what_the_lines_earned_once() -> None:
    # given points in two lots, a voucher, and a point a dollar
    world = World.build()
    ProgrammeFactory()
    EarningRuleFactory()
    at = now()
    soon, later = at + timedelta(days=20), at + timedelta(days=200)
    give(world.suzie.pk, 600, at=at, expires_at=later)
    give(world.suzie.pk, 400, at=at, expires_at=soon)
    give_credit(world.suzie.pk, 1_500, at=at, expires_at=later)
    world.sell("DRESS", 6_000)
    world.sell("HAT", 4_000)
    path = f"/carts/{world.till.get_json(f'/customers/{world.suzie.pk}/cart').json()['id']}"
    add(world.till, "DRESS", path=path)
    add(world.till, "HAT", 2, path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    # when she pays 140.00: 15.00 with the voucher, 10.00 with points, 115.00 in cash
    order = check_out(
        world.till,
        {"provider": "store_credit", "amount_minor": 1_500},
        {"provider": "points", "method": {"points": 1_000}},
        {"provider": "cash"},
        path=path,
    )
    deliver_twice()
    earned = find_balance(world.suzie.pk, now()).points_active
    assert earned == 130  # 140.00 less the 10.00 that points paid
    lines = {line["sku"]: line["id"] for line in order["lines"]}

    def give_back(sku: str, quantity: int) -> None:
        body = {"lines": [{"line_id": lines[sku], "quantity": quantity}], "store_id": str(world.harbour.pk)}
        said(world.till.post_json(f"/orders/{order['id']}/returns", body), 201)
        deliver_twice()

    def given_lots() -> dict[object, int]:
        return dict(
            Lot.objects.filter(journal__kind="grant", account__unit="points").values_list("expires_at", "remaining")
        )

    # then both hats bring cash alone, and take back what they earned
    give_back("HAT", 1)
    give_back("HAT", 1)
    assert given_lots() == {soon: 0, later: 0}
    hats = sum(Lot.objects.filter(line_id=lines["HAT"]).values_list("amount", flat=True))
    assert find_balance(world.suzie.pk, now()).points_active == 130 - hats
    # and the dress brings 35.00 in cash, the points in their own lots and the voucher, each with its old date
    give_back("DRESS", 1)
    assert given_lots() == {soon: 400, later: 600}
    balance = find_balance(world.suzie.pk, now())
    assert (balance.points_active, balance.points_debt, balance.credit_minor) == (1_000, 0, 1_500)
    assert balance.next_expiry == (400, soon)
    assert Journal.objects.filter(kind="return").count() == 2
    assert Journal.objects.filter(kind="reverse").count() == 3
    assert reconcile_ledger(repair=False, by=SYSTEM, at=now()) == []
