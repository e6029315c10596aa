"""S41: "move between online and offline touchpoints before": the ordered path of every conversion, and its credits."""

from typing import Any

import pytest

from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from tests.customers.test_tracking_api import Sender, identify, track
from tests.events.tools import deliver_twice
from tests.requirements.world import World, add, check_out, said, staff_of
from tests.stores.fixtures import key_api

pytestmark = pytest.mark.django_db
MODELS = ("first", "last", "linear", "time_decay", "position")


def ago(**lapse: int) -> str:
    from datetime import timedelta

    return (now() - timedelta(**lapse)).isoformat()


@pytest.fixture
def walked(world: World) -> tuple[World, Any]:
    """An ad on the laptop, a mail on the phone, a visit to the store, and the order in the app."""
    world.sell("JACKET", 9_999)
    page = Sender(channel="web")
    for who, days, campaign in (
        ("laptop", 12, {"source": "google", "medium": "cpc", "name": "jackets"}),
        ("phone", 5, {"source": "june", "medium": "email", "name": "june"}),
    ):
        page.batch(track(who=who, timestamp=ago(days=days), context={"campaign": campaign}))
    page.batch(identify(world.suzie.pk, who="laptop"), identify(world.suzie.pk, who="phone"))
    # the associate helps her in the store, and at home she takes it by the app
    cart = said(world.till.post_json(f"/customers/{world.suzie.pk}/cart"), 201)
    add(world.till, "JACKET", path=f"/carts/{cart['id']}")
    Event.objects.filter(name="cart.line_added").update(occurred_at=ago(days=1))
    Event.objects.filter(name="customer.looked_up").delete()
    said(world.app.put_json("/cart/fulfilment", {"kind": "pickup", "store_id": str(world.harbour.pk)}))
    order = check_out(world.app, email="suzie@example.com")
    said(world.till.post_json(f"/orders/{order['id']}/payments", {"provider": "cash"}), 201)
    deliver_twice()
    return world, order


def test_touches_online_and_in_the_store_stand_in_their_order_and_share_the_order_to_the_cent(walked: Any) -> None:
    world, order = walked
    desk = key_api("insights:read")
    found = said(desk.get_json(f"/insights/paths/{order['id']}"))
    assert [touch["kind"] for touch in found["touches"]] == ["ad", "email", "store", "app"]
    assert [touch["at"] for touch in found["touches"]] == sorted(touch["at"] for touch in found["touches"])
    net = found["net"]["amount_minor"]
    credits = {model: [touch["credits"][model]["amount_minor"] for touch in found["touches"]] for model in MODELS}
    assert {model: sum(shares) for model, shares in credits.items()} == dict.fromkeys(MODELS, net)
    assert credits["first"] == [net, 0, 0, 0] and credits["last"] == [0, 0, 0, net]
    assert max(credits["linear"]) - min(credits["linear"]) <= 1
    assert credits["time_decay"] == sorted(credits["time_decay"])
    # the list of paths has it once, of hers and of nobody else
    assert [row["order_id"] for row in said(desk.get_json(f"/insights/paths?customer={world.suzie.pk}"))["items"]] == [
        order["id"]
    ]
    assert said(desk.get_json(f"/insights/paths?customer={world.harbour.pk}"))["items"] == []


def test_every_figure_opens_its_rows_and_a_return_takes_its_credit_back(walked: Any) -> None:
    world, order = walked
    staff = staff_of(is_superuser=True)
    day = now().date().isoformat()
    sources = said(staff.get_json(f"/insights/attribution?since={day}&until={day}"))["items"]
    ad = next(row for row in sources if row["kind"] == "ad")
    query = f"kind=ad&source={ad['source']}&campaign={ad['campaign']}&model=linear&since={day}&until={day}"
    behind = said(staff.get_json(f"/insights/credits?{query}"))["items"]
    assert sum(row["amount"]["amount_minor"] for row in behind) == ad["credits"]["linear"]["amount_minor"] > 0
    # when it all comes back
    [part] = said(staff.get_json(f"/orders/{order['id']}"))["fulfilments"]
    for step in ("accept", "pick", "ready"):
        said(world.till.post_json(f"/fulfilments/{part['id']}/{step}"))
    code = said(world.app.get_json(f"/orders/{order['id']}"))["fulfilments"][0]["pickup_code"]
    said(world.till.post_json(f"/fulfilments/{part['id']}/collect", {"code": code}))
    lines = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
    said(world.till.post_json(f"/orders/{order['id']}/returns", {"lines": lines}), 201)
    deliver_twice()
    # then nobody is credited with anything
    found = said(staff.get_json(f"/insights/paths/{order['id']}"))
    assert found["net"]["amount_minor"] == 0
    assert {touch["credits"][model]["amount_minor"] for touch in found["touches"] for model in MODELS} == {0}
