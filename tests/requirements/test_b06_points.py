"""B6, points: two channels burning the same 500 points at the same moment: one has them, the other is told."""

from collections import Counter
from typing import Any

import pytest

from loyalty.queries.balances import find_balance
from loyalty.services.reconciling import reconcile_ledger
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.loyalty.factories import ProgrammeFactory, give
from tests.orders.test_races import at_once
from tests.requirements.world import World, add, app_of, check_out, said, web_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_orders_burning_the_same_500_points_one_has_them() -> None:
    # given 500 points, and two orders of Suzie's that are still to be paid: one from the web, one from the app
    world = World.build()
    ProgrammeFactory()
    world.sell("DRESS", 5_000)
    give(world.suzie.pk, 500)
    orders = []
    for client in (world.web, world.app):
        add(client, "DRESS")
        said(client.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
        orders.append(check_out(client, status=201))
    # when web, app and till all pay with them at once
    callers: list[tuple[Any, Any]] = [
        (web_of(world.suzie), orders[0]),
        (app_of(world.suzie), orders[1]),
        (world.till, orders[0]),
    ]
    answers = at_once(
        [
            lambda client=client, order=order: client.post_json(
                f"/orders/{order['id']}/payments", {"provider": "points", "method": {"points": 500}}
            )
            for client, order in callers
        ]
    )
    # then one of them did, and the others are told what is left
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 2}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 422} == {"not_enough_points"}
    assert {answer.json()["data"]["available"] for answer in answers if answer.status_code == 422} == {0}
    assert find_balance(world.suzie.pk, now()).points_active == 0
    assert reconcile_ledger(repair=False, by=SYSTEM, at=now()) == []


def test_points_and_the_order_are_one_transaction() -> None:
    # given the last dress gone between the cart and the checkout
    world = World.build()
    ProgrammeFactory()
    world.sell("DRESS", 5_000, stock={world.harbour: 1})
    give(world.suzie.pk, 500)
    add(world.web, "DRESS")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    path = world.walk_in(world.till)
    add(world.till, "DRESS", path=path)
    check_out(world.till, {"provider": "cash"}, path=path)
    # when she pays with points
    check_out(world.web, {"provider": "points", "method": {"points": 500}}, status=409)
    # then no point is gone
    assert find_balance(world.suzie.pk, now()).points_available == 500
