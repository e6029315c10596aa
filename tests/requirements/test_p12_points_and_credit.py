"""P12, stored value: points and store credit are tenders beside cash and card, given back in reverse of tender."""

import pytest

from loyalty.queries.balances import find_balance
from omnichannel.kernel.clock import now
from tests.loyalty.factories import ProgrammeFactory, give, give_credit
from tests.requirements.world import World, add, check_out, refused, said

pytestmark = pytest.mark.django_db


def test_one_bill_is_split_over_cash_credit_and_points() -> None:
    # given 2,000 points worth 20.00 and a voucher of 15.00
    world = World.build()
    ProgrammeFactory()
    give(world.suzie.pk, 2_000)
    give_credit(world.suzie.pk, 1_500)
    world.sell("DRESS", 6_000)
    cart = world.till.get_json(f"/customers/{world.suzie.pk}/cart").json()
    path = f"/carts/{cart['id']}"
    add(world.till, "DRESS", path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    # when all three pay at the till
    order = check_out(
        world.till,
        {"provider": "cash", "amount_minor": 2_500},
        {"provider": "store_credit", "amount_minor": 1_500},
        {"provider": "points", "method": {"points": 2_000}},
        path=path,
    )
    assert order["status"] == "completed"
    balance = find_balance(world.suzie.pk, now())
    assert (balance.points_active, balance.credit_minor) == (0, 0)
    # then the preview gives points back first, credit second, cash last
    line = {"line_id": order["lines"][0]["id"], "quantity": 1}
    preview = said(world.till.post_json(f"/orders/{order['id']}/returns/preview", {"lines": [line]}))
    provider = {row["id"]: row["provider"] for row in order["payments"]}
    assert [(provider[row["payment_id"]], row["amount"]["amount_minor"]) for row in preview["refunds"]] == [
        ("points", 2_000), ("store_credit", 1_500), ("cash", 2_500),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("payment", "code"),
    [
        ({"provider": "points", "method": {"points": 2_001}}, "not_enough_points"),
        ({"provider": "points", "amount_minor": 1_000, "method": {"points": 999}}, "points_not_worth_this"),
        ({"provider": "points", "amount_minor": 50}, "points_under_minimum"),
        ({"provider": "store_credit", "amount_minor": 1_501}, "not_enough_credit"),
    ],
)
def test_what_is_not_there_pays_nothing(payment: dict[str, object], code: str) -> None:
    world = World.build()
    ProgrammeFactory(burn_minimum=100)
    give(world.suzie.pk, 2_000)
    give_credit(world.suzie.pk, 1_500)
    world.sell("DRESS", 6_000)
    add(world.web, "DRESS")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    total = said(world.web.get_json("/cart"))["totals"]["total"]
    refused(world.web.post_json("/checkout", {"expected_total": total, "payments": [payment]}), 422, code)
    balance = find_balance(world.suzie.pk, now())
    assert (balance.points_active, balance.credit_minor) == (2_000, 1_500)


@pytest.mark.parametrize("points", [-5, 0, 1.5, "many", 10**30])
def test_points_are_whole_and_above_zero(points: object) -> None:
    world = World.build()
    ProgrammeFactory()
    world.sell("DRESS", 6_000)
    add(world.web, "DRESS")
    answer = world.web.put_json("/cart/points", {"points": points})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/points"
