"""P18, the ledger's part: earning by rule and window, pending → active → expired, the oldest expiry first, the statement."""

from datetime import timedelta

import pytest

from loyalty.models import Lot
from loyalty.queries.balances import find_balance
from loyalty.services.lapsing import activate_due, expire_due
from loyalty.services.posting import grant_points
from omnichannel.events.services import deliver_due
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.loyalty.factories import BY, EarningRuleFactory, ProgrammeFactory, give
from tests.requirements.world import World, add, check_out, said

pytestmark = pytest.mark.django_db


def buy(world: World, *skus: str) -> dict[str, object]:
    path = f"/carts/{world.till.get_json(f'/customers/{world.suzie.pk}/cart').json()['id']}"
    for sku in skus:
        add(world.till, sku, path=path)
    said(world.till.put_json(f"{path}/fulfilment", {"kind": "carry_out"}))
    order: dict[str, object] = check_out(world.till, {"provider": "cash"}, path=path)
    deliver_due()
    return order


def test_rules_by_spend_product_channel_window_and_first_order() -> None:
    # given a point a dollar, double on tablets in a window that is open, triple in one that is over,
    # 50 for the first order, and an old version of the first rule that gave ten
    world = World.build()
    ProgrammeFactory()
    at = now()
    dress, hat = world.sell("DRESS", 6_000), world.sell("HAT", 4_000)
    EarningRuleFactory(key="spend", version=1, points=10, valid_from=at - timedelta(days=90))
    current = EarningRuleFactory(key="spend", version=2, points=1, valid_from=at - timedelta(days=30))
    EarningRuleFactory(
        key="tablets", kind="multiplier", factor=2, conditions={"channels": ["tablet"], "products": [str(dress.product_id)]},
        valid_until=at + timedelta(days=1),
    )  # fmt: skip
    EarningRuleFactory(key="over", kind="multiplier", factor=3, valid_until=at - timedelta(days=1))
    EarningRuleFactory(key="draft", kind="bonus", points=999, state="draft")
    EarningRuleFactory(key="first", kind="bonus", points=50, conditions={"first_order": True, "minimum_minor": 5_000})
    # when she buys a dress and a hat, then a hat
    first = buy(world, "DRESS", "HAT")
    assert find_balance(world.suzie.pk, now()).points_active == 100 + 60 + 50
    buy(world, "HAT")
    assert find_balance(world.suzie.pk, now()).points_active == 210 + 40
    # then every lot names the rule's version and the line it came from
    lots = Lot.objects.filter(order_id=first["id"], rule=current)
    assert {lot.line_id for lot in lots} <= {__import__("uuid").UUID(line["id"]) for line in first["lines"]}  # type: ignore[index,attr-defined]
    assert sorted(lots.values_list("amount", flat=True)) == [40, 60] and hat is not None


def test_pending_becomes_active_then_expires_the_oldest_first() -> None:
    world = World.build()
    ProgrammeFactory(pending_days=14, expiry_months=1)
    EarningRuleFactory()
    world.sell("DRESS", 6_000)
    buy(world, "DRESS")
    at = now()
    balance = find_balance(world.suzie.pk, at)
    assert (balance.points_active, balance.points_pending) == (0, 60)
    # the app shows the same moment what the task books a little later
    in_a_while = at + timedelta(days=15)
    assert find_balance(world.suzie.pk, in_a_while).points_active == 60
    activate_due(limit=10, by=SYSTEM, at=in_a_while)
    give(world.suzie.pk, 40, at=in_a_while, expires_at=in_a_while + timedelta(days=300))
    # two months later the first are gone
    late = at + timedelta(days=62)
    assert expire_due(limit=10, by=SYSTEM, at=late) == 1
    assert expire_due(limit=10, by=SYSTEM, at=late) == 0
    balance = find_balance(world.suzie.pk, late)
    assert (balance.points_active, balance.points_pending) == (40, 0)


def test_the_statement_tells_every_movement_to_its_owner_alone() -> None:
    world = World.build()
    ProgrammeFactory()
    give(world.suzie.pk, 500)
    grant_points(customer_id=world.suzie.pk, points=100, reason="A review", reference="r:1", active_from=now() + timedelta(days=3), by=BY, at=now())  # fmt: skip
    said(world.web.get_json("/me/loyalty/statement?limit=1"))
    world.sell("HAT", 100)
    add(world.web, "HAT")
    said(world.web.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    check_out(world.web, {"provider": "points"}, status=201)
    page = said(world.web.get_json("/me/loyalty/statement"))
    assert [(row["kind"], row["amount"], row["pending"], row["reason"]) for row in page["items"]] == [
        ("spend", -100, 0, "Paid for an order"),
        ("grant", 0, 100, "A review"),
        ("grant", 500, 0, "A gift"),
    ]
    # the associate reads the same; a page at a time
    first = said(world.till.get_json(f"/customers/{world.suzie.pk}/loyalty/statement?limit=2"))
    rest = said(world.till.get_json(f"/customers/{world.suzie.pk}/loyalty/statement?limit=2&cursor={first['next']}"))
    assert [row["id"] for row in first["items"] + rest["items"]] == [row["id"] for row in page["items"]]
    assert rest["next"] is None
    assert world.tablet.get_json(f"/customers/{world.suzie.pk}/loyalty/statement").status_code == 403
