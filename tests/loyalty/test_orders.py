"""Orders earn and are paid with points and credit; what goes back gives back and takes back exactly."""

from datetime import timedelta
from typing import Any

import pytest

from loyalty.models import Entry, Hold, Journal, Lot
from loyalty.queries.balances import find_balance
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from orders.models import Order
from tests.events.tools import deliver_twice
from tests.loyalty.factories import BY, EarningRuleFactory, ProgrammeFactory, give, give_credit
from tests.requirements.world import World, add, check_out, refused, said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World.build()


def at_the_till(world: World, *lines: tuple[str, int]) -> str:
    """Suzie's cart at Maya's tablet, to be carried out. Its path."""
    cart = world.till.get_json(f"/customers/{world.suzie.pk}/cart").json()  # opened when there is none
    path = f"/carts/{cart['id']}"
    for sku, quantity in lines:
        add(world.till, sku, quantity, path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    return path


def give_back(world: World, order: dict[str, Any], sku: str, quantity: int) -> Any:
    line = next(line for line in order["lines"] if line["sku"] == sku)
    return said(
        world.till.post_json(
            f"/orders/{order['id']}/returns",
            {"lines": [{"line_id": line["id"], "quantity": quantity}], "store_id": str(world.harbour.pk)},
        ),
        201,
    )


def books(customer_id: Any) -> tuple[int, int, int]:
    balance = find_balance(customer_id, now())
    return balance.points_active, balance.points_pending, balance.points_debt


def test_an_order_earns_by_line_once_and_a_returned_line_takes_its_own_back_once(world: World) -> None:
    # given a point a dollar, double for jackets
    ProgrammeFactory()
    base = EarningRuleFactory(key="base")
    EarningRuleFactory(key="women", kind="multiplier", factor="1.5", conditions={"categories": ["women"]})
    world.sell("JACKET", 10_050)
    world.sell("SCARF", 1_999)
    # when she buys one jacket and two scarves, and every fact is told twice
    order = check_out(world.till, {"provider": "cash"}, path=at_the_till(world, ("JACKET", 1), ("SCARF", 2)))
    deliver_twice()
    # then 140 for 140.48 spent, and half as much again
    assert books(world.suzie.pk) == (210, 0, 0)
    assert Journal.objects.filter(reference=f"earn:{order['id']}").count() == 1
    lots = Lot.objects.filter(order_id=order["id"])
    assert sum(lots.filter(rule=base).values_list("amount", flat=True)) == 140
    by_line = {
        line["sku"]: sum(lots.filter(line_id=line["id"]).values_list("amount", flat=True)) for line in order["lines"]
    }
    assert sum(by_line.values()) == 210
    # when one scarf of two comes back, told twice, then the other
    give_back(world, order, "SCARF", 1)
    deliver_twice()
    left = 210 - sum(lot.amount // 2 for lot in lots.exclude(line_id=order["lines"][0]["id"]))
    assert books(world.suzie.pk) == (left, 0, 0)
    give_back(world, order, "SCARF", 1)
    deliver_twice()
    assert books(world.suzie.pk) == (by_line["JACKET"], 0, 0)
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_points_pay_part_of_a_bill_at_the_till_and_come_back_in_the_lots_they_came_from(world: World) -> None:
    # given two lots of 300, one that expires next month
    ProgrammeFactory()
    at = now()
    world.sell("DRESS", 5_000)
    world.sell("HAT", 3_000)
    give(world.suzie.pk, 300, at=at, expires_at=at + timedelta(days=300))
    give(world.suzie.pk, 300, at=at, expires_at=at + timedelta(days=30))
    # when 400 points pay 4.00 of 80.00 and cash the rest
    path = at_the_till(world, ("DRESS", 1), ("HAT", 1))
    order = check_out(
        world.till,
        {"provider": "cash", "amount_minor": 7_600},
        {"provider": "points", "method": {"points": 400}},
        path=path,
    )
    assert [(row["provider"], row["amount"]["amount_minor"]) for row in order["payments"]] == [
        ("cash", 7_600),
        ("points", 400),
    ]
    soon, later = Lot.objects.order_by("expires_at")
    assert (soon.remaining, later.remaining) == (0, 200)
    # then the hat goes back: points first, being taken last, all of them; the lots as they were
    give_back(world, order, "HAT", 1)
    deliver_twice()
    soon.refresh_from_db(), later.refresh_from_db()
    assert (soon.remaining, later.remaining) == (300, 300)
    assert soon.expires_at == at + timedelta(days=30)
    # and the dress, once more, brings cash and not one point more
    give_back(world, order, "DRESS", 1)
    deliver_twice()
    assert books(world.suzie.pk) == (600, 0, 0)
    assert Journal.objects.filter(kind="return").count() == 1
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []


def test_a_part_of_the_points_comes_back_with_a_part_of_the_money(world: World) -> None:
    # given an order paid with points alone, 100 for each of three hats
    ProgrammeFactory()
    world.sell("HAT", 100)
    give(world.suzie.pk, 300)
    order = check_out(world.till, {"provider": "points"}, path=at_the_till(world, ("HAT", 3)))
    assert books(world.suzie.pk) == (0, 0, 0)
    for back in (100, 200, 300):
        give_back(world, order, "HAT", 1)
        deliver_twice()
        assert books(world.suzie.pk) == (back, 0, 0)


def test_a_cancelled_order_gives_everything_back(world: World) -> None:
    ProgrammeFactory()
    EarningRuleFactory()
    world.sell("DRESS", 5_000)
    give(world.suzie.pk, 2_000)
    give_credit(world.suzie.pk, 1_500)
    add(world.web, "DRESS")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(
        world.web,
        {"provider": "points", "amount_minor": 1_000},
        {"provider": "store_credit", "amount_minor": 1_500},
        {"provider": "points", "amount_minor": 1_000, "method": {"points": 1_000}},
        status=201,
    )
    balance = find_balance(world.suzie.pk, now())
    assert (balance.points_active, balance.credit_minor) == (0, 0)
    said(world.web.post_json(f"/orders/{order['id']}/cancel", {"reason": "Changed my mind"}))
    deliver_twice()
    balance = find_balance(world.suzie.pk, now())
    assert (balance.points_active, balance.points_debt, balance.credit_minor) == (2_000, 0, 1_500)
    assert Order.objects.get(pk=order["id"]).refunded_minor == 3_500


def test_held_points_are_spent_by_their_cart_and_by_no_other(world: World) -> None:
    ProgrammeFactory(burn_minimum=100, burn_max_share_pct=50)
    world.sell("DRESS", 5_000)
    give(world.suzie.pk, 500)
    add(world.web, "DRESS")
    held = said(world.web.put_json("/cart/points", {"points": 500}))
    assert (held["points"], held["worth"]["amount_minor"], held["usable"]) == (500, 500, 500)
    assert held["tender"] == {"provider": "points", "amount_minor": 500, "method": {"points": 500}}
    assert find_balance(world.suzie.pk, now()).points_available == 0
    # another bill of hers cannot have them
    path = world.walk_in(world.till)
    refused(world.till.put_json(f"{path}/points", {"points": 100}), 422, "cart_needs_customer")
    # this one can
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    check_out(world.web, held["tender"], status=201)
    assert books(world.suzie.pk) == (0, 0, 0)
    assert Hold.objects.get().state == "spent"


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (50, "points_under_minimum"),
        (150, "points_not_in_steps"),
        (1_000, "points_over_share"),
        (300, "not_enough_points"),
    ],
)
def test_terms_are_kept_in_the_cart(world: World, points: int, code: str) -> None:
    ProgrammeFactory(burn_minimum=100, burn_step=100, burn_max_share_pct=50)
    world.sell("HAT", 1_000)
    give(world.suzie.pk, 200)
    add(world.web, "HAT")
    refused(world.web.put_json("/cart/points", {"points": points}), 422, code)
    assert not Hold.objects.exists()


def test_a_hold_that_is_let_go_or_left_behind_is_free_again(world: World) -> None:
    ProgrammeFactory()
    world.sell("DRESS", 5_000)
    give(world.suzie.pk, 500)
    add(world.web, "DRESS")
    said(world.web.put_json("/cart/points", {"points": 400}))
    let_go = said(world.web.delete_json("/cart/points"))
    assert (let_go["points"], let_go["available"], let_go["tender"]) == (0, 500, None)
    said(world.web.put_json("/cart/points", {"points": 400}))
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    check_out(world.web, status=201)
    deliver_due()
    assert find_balance(world.suzie.pk, now()).points_available == 500


def test_what_was_spent_is_owed_when_its_order_goes_back(world: World) -> None:
    # given 50 points earned and 40 of them spent on another bill
    ProgrammeFactory()
    EarningRuleFactory()
    world.sell("DRESS", 5_000)
    world.sell("PIN", 40)
    first = check_out(world.till, {"provider": "cash"}, path=at_the_till(world, ("DRESS", 1)))
    deliver_due()
    check_out(world.till, {"provider": "points"}, path=at_the_till(world, ("PIN", 1)))
    deliver_due()
    assert books(world.suzie.pk) == (10, 0, 0)
    # when the dress goes back
    give_back(world, first, "DRESS", 1)
    deliver_twice()
    # then 10 are taken and 40 owed
    assert books(world.suzie.pk) == (0, 0, 40)
    assert sorted(Entry.objects.filter(journal__kind="reverse").values_list("book", "amount")) == [
        ("active", -10), ("debt", -40), ("issued", 50),
    ]  # fmt: skip


def test_pending_points_wait_for_the_return_window(world: World) -> None:
    ProgrammeFactory(pending_days=14)
    EarningRuleFactory()
    world.sell("DRESS", 5_000)
    check_out(world.till, {"provider": "cash"}, path=at_the_till(world, ("DRESS", 1)))
    deliver_due()
    assert books(world.suzie.pk) == (0, 50, 0)
    from loyalty.services.lapsing import activate_due

    assert activate_due(limit=10, by=BY, at=now()) == 0
    assert activate_due(limit=10, by=BY, at=now() + timedelta(days=15)) == 1
    assert Journal.objects.filter(kind="activate").count() == 1


def test_a_stranger_with_a_link_does_not_spend_her_points(world: World) -> None:
    ProgrammeFactory()
    world.sell("DRESS", 5_000)
    give(world.suzie.pk, 5_000)
    add(world.web, "DRESS")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.web, status=201)
    link = said(world.till.post_json(f"/orders/{order['id']}/payment-links", {}), 201)
    from tests.fixtures.auth import ApiClient

    answer = ApiClient().post_json(f"/pay/{link['url'].rstrip('/').rsplit('/', 1)[1]}", {"provider": "points"})
    refused(answer, 422, "not_yours_to_spend")
    assert books(world.suzie.pk) == (5_000, 0, 0)


def test_points_credit_and_card_come_back_by_line_through_a_cancellation_and_a_return(world: World) -> None:
    # given 600 points of two ages, a voucher of 15.00, and a point earned for a dollar
    ProgrammeFactory()
    EarningRuleFactory()
    at = now()
    world.sell("DRESS", 5_001)
    world.sell("HAT", 999)
    give(world.suzie.pk, 300, at=at, expires_at=at + timedelta(days=300))
    give(world.suzie.pk, 300, at=at, expires_at=at + timedelta(days=30))
    give_credit(world.suzie.pk, 1_500)
    start = sorted(Lot.objects.values_list("account__unit", "expires_at", "remaining"), key=str)
    # when two dresses and three hats are ordered for pickup and paid with points, the voucher and a card
    add(world.web, "DRESS", 2)
    add(world.web, "HAT", 3)
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(
        world.web,
        {"provider": "points", "method": {"points": 599}},
        {"provider": "store_credit", "amount_minor": 1_500},
    )
    owed = order["totals"]["total"]["amount_minor"] - 599 - 1_500
    said(
        world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "terminal", "method": {"last4": "4242"}}),
        201,
    )
    deliver_twice()
    _, hat = order["lines"]

    def refunds() -> dict[str, int]:
        paid = said(world.web.get_json(f"/orders/{order['id']}"))["payments"]
        return {row["provider"]: row["refunded"]["amount_minor"] for row in paid}

    # and a hat is cancelled before it is picked, the order handed over, and the rest brought back in two goes
    said(world.till.post_json(f"/orders/{order['id']}/cancel", {"lines": [{"line_id": hat["id"], "quantity": 1}]}))
    deliver_twice()
    assert refunds() == {"points": 0, "store_credit": 0, "terminal": 999}
    [part] = said(world.till.get_json(f"/orders/{order['id']}"))["fulfilments"]
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part['id']}/{step}"))
    code = said(world.web.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    said(world.till.post_json(f"/fulfilments/{part['id']}/collect", {"code": code}))
    deliver_twice()
    give_back(world, order, "DRESS", 2)
    deliver_twice()
    # then what was taken last went back first: all of the card, then of the voucher what was left to give
    assert refunds() == {"points": 0, "store_credit": 999 + 10_002 - owed, "terminal": owed}
    give_back(world, order, "HAT", 2)
    deliver_twice()
    # in the end all is where it began, in the very lots, nothing earned and nothing owed
    assert refunds() == {"points": 599, "store_credit": 1_500, "terminal": owed}
    assert (
        sorted(Lot.objects.filter(order_id=None).values_list("account__unit", "expires_at", "remaining"), key=str)
        == start
    )
    assert books(world.suzie.pk) == (600, 0, 0)
    assert find_balance(world.suzie.pk, now()).credit_minor == 1_500
    assert reconcile_ledger(repair=False, by=BY, at=now()) == []
