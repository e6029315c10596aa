"""An offer through a cart's life: quoted, claimed with the order, given back with its lines. Statements counted."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.offers.models import Code, Offer, PersonUse, Redemption
from campaigns.offers.services.publishing import Limits
from omnichannel.events.models import Event
from tests.events.tools import deliver_twice
from tests.offers.world import amount, percent, publish, shared_code
from tests.requirements.world import World, add, check_out, minor, refused, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World.build()
    world.sell("JACKET", 8999)
    world.sell("SWIMSUIT", 3333)
    return world


def till_cart(world: World) -> str:
    return world.walk_in(world.till)


def test_a_code_is_used_with_the_order_and_comes_back_line_by_line(world: World):
    # given 10 % off by a single-use code within a budget, one use a person
    offer = publish("ten", percent("10"), Limits(budget_minor=5000, per_customer=1), by_code=True)
    code = shared_code(offer, "TEN-OFF", max_uses=1)
    path = f"/carts/{said(world.till.post_json(f'/customers/{world.suzie.pk}/cart'), 201)['id']}"
    add(world.app, "JACKET")
    add(world.app, "SWIMSUIT", 3)
    cart = said(world.app.post_json("/cart/codes", {"code": "ten-off"}))
    assert cart["codes"] == [{"code": "TEN-OFF", "applied": True, "reason": "", "label": "ten"}]
    # 10 % of 89.99 + 99.99 = 19.00, spread 9.00 and 10.00
    assert minor(cart["totals"], "items", "discount") == {"items": 18998, "discount": -1900}
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    # when it is bought
    order = check_out(world.till, {"provider": "cash"}, path=path)
    # then code, budget and person are used, and each line has its share
    code.refresh_from_db()
    offer.refresh_from_db()
    used = Redemption.objects.get()
    assert (code.uses, offer.used_minor, offer.uses, used.amount_minor) == (1, 1900, 1, 1900)
    assert list(used.lines.order_by("amount_minor").values_list("amount_minor", "quantity")) == [(900, 1), (1000, 3)]
    assert PersonUse.objects.get().uses == 1
    fact = Event.objects.get(name="code.redeemed")
    assert (fact.data["amount_minor"], fact.channel, fact.identity_id) == (1900, "tablet", world.suzie.pk)
    # when the swimsuits come back one by one, and last the jacket
    jacket, swimsuit = order["lines"]
    left = []
    for line in (swimsuit, swimsuit, swimsuit, jacket):
        said(
            world.till.post_json(f"/orders/{order['id']}/returns", {"lines": [{"line_id": line["id"], "quantity": 1}]}),
            201,
        )
        deliver_twice()
        offer.refresh_from_db()
        code.refresh_from_db()
        left.append((offer.used_minor, offer.uses, code.uses))
    # then the budget gets exactly what each line had, and with the last the use is free again
    assert left == [(1900 - 334, 1, 1), (1900 - 667, 1, 1), (900, 1, 1), (0, 0, 0)]
    used.refresh_from_db()
    assert used.released_at is not None and used.rolled_minor == 1900
    assert PersonUse.objects.get().uses == 0
    released = Event.objects.filter(name="code.released").order_by("id")
    assert [event.data["amount_minor"] for event in released] == [334, 333, 333, 900]


def test_a_cancelled_order_gives_all_back_at_once(world: World):
    offer = publish("ten", percent("10"), Limits(max_uses=1))
    add(world.app, "JACKET")
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.app, email="suzie@example.com")
    offer.refresh_from_db()
    assert offer.uses == 1
    said(world.till.post_json(f"/orders/{order['id']}/cancel", {"reason": "changed her mind"}))
    offer.refresh_from_db()
    assert offer.uses == 0
    deliver_twice()
    offer.refresh_from_db()
    assert offer.uses == 0
    # and nothing is told of a code: the offer needed none
    assert not Event.objects.filter(name__in=["code.redeemed", "code.released"]).exists()


def test_the_second_order_with_a_used_code_is_told_why(world: World):
    offer = publish("ten", percent("10"), by_code=True)
    shared_code(offer, "ONCE", max_uses=1)
    paths = [till_cart(world), till_cart(world)]
    for path in paths:
        add(world.till, "SWIMSUIT", path=path)
        said(world.till.post_json(f"{path}/codes", {"code": "ONCE"}))
    check_out(world.till, {"provider": "cash"}, path=paths[0])
    # the other cart still shows the price it had; placing prices afresh and tells
    body = {
        "expected_total": said(world.till.get_json(paths[1]))["totals"]["total"],
        "payments": [{"provider": "cash"}],
    }
    assert body["expected_total"]["amount_minor"] == 3000
    problem = refused(world.till.post_json(f"{paths[1]}/checkout", body), 409, "total_changed")
    assert problem["data"]["totals"]["total"]["amount_minor"] == 3333
    # and after the fact has gone round, reading it does too
    deliver_twice()
    cart = said(world.till.get_json(paths[1]))
    assert (cart["codes"][0]["applied"], cart["codes"][0]["reason"]) == (False, "This code has been used already.")
    assert Code.objects.get().uses == 1 and Redemption.objects.count() == 1


def statements(captured: CaptureQueriesContext) -> list[str]:
    return [
        query["sql"] for query in captured if query["sql"].split()[0] not in ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    ]


def test_twenty_promotions_cost_no_statement_and_a_code_two(world: World):
    path = till_cart(world)
    add(world.till, "SWIMSUIT", path=path)

    def line_write() -> int:
        with CaptureQueriesContext(connection) as captured:
            add(world.till, "SWIMSUIT", path=path)
        return len(statements(captured))

    plain = line_write()
    for number in range(20):
        publish(f"p{number}", amount(number + 1), group="a" if number % 2 else "b")
    add(world.till, "SWIMSUIT", path=path)  # reads the offers once for this process
    assert line_write() == plain
    # with a code, a limit and a first-order offer in play: one statement more
    publish("limited", percent("5"), Limits(max_uses=100))
    offer = publish("coded", percent("5"), by_code=True, condition={"min_quantity": 1})
    shared_code(offer, "FIVE")
    cart = said(world.till.post_json(f"{path}/codes", {"code": "FIVE"}))
    assert cart["codes"][0]["applied"]
    assert line_write() == plain + 1
    body = {"expected_total": said(world.till.get_json(path))["totals"]["total"], "payments": [{"provider": "cash"}]}
    with CaptureQueriesContext(connection) as captured:
        said(world.till.post_json(f"{path}/checkout", body), 201)
    own = [sql for sql in statements(captured) if "campaign_offers" in sql or "code.redeemed" in sql]
    assert len(own) <= 3, own  # one for the quote, two for the claim
    assert Offer.objects.get(key="limited").uses == 1
